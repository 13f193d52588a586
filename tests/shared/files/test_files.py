"""Files are taken by what they are, kept under their hash, and given back harmless."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import func, select

from shared.core.errors import InvalidInput, NotFound, TooLarge
from shared.db.uow import Database
from shared.files import FileKind, FilesBase, FileStore, StoredFile, clean_name, find_file
from shared.files.rules import recognise

LIMIT = 5 * 2**20
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with nothing but the table of files."""
    database = Database(database_url)
    FilesBase.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """A store whose folder is not there yet."""
    return FileStore(tmp_path / "files")


def make_pdf(password: str = "") -> bytes:
    """Return a PDF of one page."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user=password) if password else False)
    return target.getvalue()


def make_png(size: tuple[int, int] = (8, 8)) -> bytes:
    """Return a picture."""
    target = io.BytesIO()
    Image.new("1", size).save(target, "PNG")
    return target.getvalue()


def make_docx(**entries: bytes) -> bytes:
    """Return an archive with the parts of a Word document and others."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def keep(
    database: Database, store: FileStore, content: bytes, *allow: FileKind, limit: int = LIMIT
) -> StoredFile:
    with database.write() as uow:
        kept = store.keep(uow, io.BytesIO(content), allow=allow or tuple(FileKind), max_bytes=limit, now=NOW)
        uow.session.expunge(kept)
    return kept


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make_pdf(), FileKind.PDF),
        (make_png(), FileKind.PNG),
        (make_docx(), FileKind.DOCX),
        ("员工编号,课程\n".encode("gb18030"), FileKind.TEXT),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>', FileKind.SVG),
        (b"\x00\x00\x00\x18ftypisom" + bytes(40), FileKind.MP4),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(40), FileKind.WEBM),
    ],
)
def test_a_file_is_what_its_content_says_and_comes_back_as_it_was(
    database: Database, store: FileStore, content: bytes, kind: FileKind
) -> None:
    kept = keep(database, store, content)
    assert kept.kind is kind
    if kind is not FileKind.SVG:
        assert store.read(kept.sha256) == content
    assert kept.size == len(store.read(kept.sha256))


def test_the_same_file_handed_in_twice_is_kept_once(database: Database, store: FileStore) -> None:
    first, second = keep(database, store, make_png()), keep(database, store, make_png())
    assert first.sha256 == second.sha256
    assert first.stored_at == second.stored_at
    with database.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(StoredFile)) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The file is empty"),
        (make_pdf(password="x"), "This PDF is encrypted; save it without a password"),
        (b"%PDF-1.7\nnothing follows", "This PDF is damaged: it cannot be opened"),
        (make_png()[:30], "This picture is damaged: it cannot be opened"),
        (b"PK\x03\x04broken", "This file is damaged: it cannot be unpacked"),
        (b"\x7fELF" + bytes(50), "This kind of file is not taken here; taken are: %(kinds)s"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
         "This SVG picture has a document type; save it without one"),
        (b"\xff\xfe\xfa\xfb", "This is not a text in UTF-8 or GB18030"),
    ],
)  # fmt: skip
def test_what_is_damaged_encrypted_or_unknown_says_so(
    database: Database, store: FileStore, content: bytes, problem: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        keep(database, store, content)
    assert caught.value.message.msgid == problem
    assert [one.msgid for one in caught.value.fields["file"]] == [problem]


def test_a_word_file_with_macros_is_refused(database: Database, store: FileStore) -> None:
    target = io.BytesIO(make_docx())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    with pytest.raises(InvalidInput, match="macros"):
        keep(database, store, target.getvalue())


def test_an_archive_that_would_explode_is_not_opened(database: Database, store: FileStore) -> None:
    with pytest.raises(TooLarge):
        keep(database, store, make_docx(word__media=bytes(60 * 2**20)))


def test_a_picture_of_too_many_pixels_is_not_opened(database: Database, store: FileStore) -> None:
    with pytest.raises(TooLarge):
        keep(database, store, make_png((10_000, 5_001)))


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(
    database: Database, store: FileStore, tmp_path: Path
) -> None:
    with pytest.raises(TooLarge):
        keep(database, store, b"a" * 101, limit=100)
    assert list((tmp_path / "files").iterdir()) == []


def test_what_is_not_allowed_here_is_refused_although_it_is_whole(
    database: Database, store: FileStore
) -> None:
    with pytest.raises(InvalidInput):
        keep(database, store, make_png(), FileKind.PDF)


def test_scripts_and_foreign_addresses_do_not_survive_in_a_picture(
    database: Database, store: FileStore
) -> None:
    hostile = (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script>'
        b'<a href="javascript:alert(3)"><rect width="3" height="3"/></a>'
        b'<foreignObject><iframe src="https://example.org"/></foreignObject></svg>'
    )
    kept = store.read(keep(database, store, hostile).sha256)
    assert b"<rect" in kept
    for trace in (b"alert", b"script", b"onload", b"iframe", b"example.org"):
        assert trace not in kept


def test_a_hash_that_is_a_path_finds_nothing(store: FileStore) -> None:
    for wrong in ("../../etc/passwd", "A" * 64, "", "0" * 64):
        with pytest.raises(NotFound):
            store.path(wrong)


def test_a_rolled_back_file_has_no_row(database: Database, store: FileStore) -> None:
    with pytest.raises(RuntimeError), database.write() as uow:
        kept = store.keep(uow, io.BytesIO(make_png()), allow=[FileKind.PNG], max_bytes=LIMIT, now=NOW)
        sha256 = kept.sha256
        raise RuntimeError
    with database.read() as uow:
        assert find_file(uow.session, sha256) is None


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\secret\\report.PDF", "report.pdf"),
        ("../../x.exe", "x.exe.pdf"),
        ("产品手册.pdf", "产品手册.pdf"),
        ("gpj.\u202efdp.pdf", "gpj.fdp.pdf"),
        ("\x00\r\n", "file.pdf"),
        ("a" * 300, "a" * 120 + ".pdf"),
    ],
)
def test_a_name_is_given_back_without_folder_or_control_characters(name: str, clean: str) -> None:
    assert clean_name(name, FileKind.PDF).lower() == clean.lower()


def test_no_bytes_are_too_strange_to_be_looked_at() -> None:
    assert recognise(b"") is FileKind.TEXT
    assert recognise(bytes(range(256))) is None
