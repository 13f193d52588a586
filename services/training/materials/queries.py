"""What of a version's files is shown, and where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.courses.models import CourseVersion
from services.training.courses.rules import VersionStatus
from services.training.parts.rules import DocumentPart, Part, VideoPart, find_part
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.documents.pictures import WIDTHS, page_text


@dataclass(frozen=True)
class Shown:
    """One page of a document as a picture: its addresses by width, its text, and the whole file."""

    sources: tuple[tuple[int, str], ...]
    text: str
    download: str


def material_url(version: CourseVersion, part: Part) -> str:
    """Return the address below which the files of a part lie."""
    return f"/training/courses/{version.course_id}/versions/{version.number}/parts/{part.id}"


def shown_page(folder: Path, version: CourseVersion, part: DocumentPart, number: int, locale: str) -> Shown:
    """Return how a page of a document is shown in a language; `folder` is where files are kept."""
    here = material_url(version, part)
    sha256, _ = part.pick(locale)
    # The hash is in the address: a draft's file may change, and a picture is kept by browsers.
    sources = tuple((width, f"{here}/pictures/{number}?width={width}&file={sha256[:16]}") for width in WIDTHS)
    return Shown(sources, page_text(folder, sha256, number), f"{here}/file?language={locale}")


def get_material(
    session: Session, course_id: UUID, number: int, part_id: str, *, drafts: bool
) -> tuple[CourseVersion, DocumentPart | VideoPart]:
    """Return a part that shows files, of a version that the asker may see; raise NotFound.

    Without `drafts` that is whatever was published: somebody may still be going through it.
    """
    statement = select(CourseVersion).where(
        CourseVersion.course_id == course_id, CourseVersion.number == number
    )
    if not drafts:
        statement = statement.where(CourseVersion.status != VersionStatus.DRAFT)
    version: Any = session.scalar(statement)
    part = find_part(version.content.parts, part_id) if version is not None else None
    if not isinstance(part, DocumentPart | VideoPart):
        raise NotFound(N_("There is no such part of this course"))
    return version, part
