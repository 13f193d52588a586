"""Files that people hand in: known by their content, kept outside the web root under their SHA-256."""

from shared.files.models import FilesBase, StoredFile
from shared.files.queries import find_file, get_file, list_files
from shared.files.rules import MEDIA_TYPES, FileKind, clean_name
from shared.files.store import FileStore

__all__ = [
    "MEDIA_TYPES",
    "FileKind",
    "FileStore",
    "FilesBase",
    "StoredFile",
    "clean_name",
    "find_file",
    "get_file",
    "list_files",
]
