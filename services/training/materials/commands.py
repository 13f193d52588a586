"""Drawing the pages of documents before somebody asks for them."""

from datetime import datetime
from pathlib import Path

from shared.core.principals import Principal
from shared.db.uow import UnitOfWork
from shared.documents.pictures import WIDTHS, draw_pages, picture_path
from shared.files import FileStore
from shared.jobs import enqueue

DRAW_JOB = "training.document.draw"
# So many pages are drawn by one process: progress is shown, and a crash costs little.
PAGES_AT_ONCE = 20


def draw_soon(uow: UnitOfWork, sha256: str, pages: int, *, actor: Principal, now: datetime) -> None:
    """Let a job draw every page of a PDF."""
    enqueue(uow, DRAW_JOB, {"sha256": sha256, "pages": pages}, now=now, created_by=actor, key=sha256)


def draw_some(store: FileStore, folder: Path, sha256: str, first: int, last: int) -> None:
    """Draw pages that are not drawn yet; raise Unavailable when they cannot be."""
    missing = [
        page
        for page in range(first, last + 1)
        if not all(picture_path(folder, sha256, page, width).exists() for width in WIDTHS)
    ]
    if missing:
        draw_pages(store.path(sha256), folder, sha256, missing[0], missing[-1])
