"""Writing a draft part by part, with its files; retiring a course that nothing needs any more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO

import pikepdf
from sqlalchemy import func, select

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.courses.commands import close_course, edit_draft
from services.training.courses.models import Course, CourseVersion
from services.training.curricula.queries import list_requirements
from services.training.curricula.rules import CurriculumStatus
from services.training.drafts.rules import check_unused
from services.training.materials.commands import draw_soon
from services.training.parts.rules import DocumentPart, Part, VideoPart
from shared.core.errors import InvalidInput
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.files import FileKind, FileStore
from shared.files.durations import video_seconds

MAX_DOCUMENT = 50 * 2**20
MAX_VIDEO = 500 * 2**20
MAX_PAGES = 500


def write_parts(
    uow: UnitOfWork, draft: CourseVersion, parts: Sequence[Part], *, actor: Principal, now: datetime
) -> None:
    """Let a draft consist of these parts; raise IllegalTransition for a version that is not a draft."""
    edit_draft(uow, draft, replace(draft.content, parts=tuple(parts)), actor=actor, now=now)


def take_document(
    uow: UnitOfWork,
    store: FileStore,
    part: DocumentPart,
    locale: str,
    stream: IO[bytes],
    *,
    actor: Principal,
    now: datetime,
) -> DocumentPart:
    """Keep a PDF and return the part with it; its pages are drawn by a job.

    Raises InvalidInput at `file_<locale>` for what is no PDF, is broken or encrypted, or has too many pages.
    """
    field = f"file_{locale}"
    kept = store.keep(uow, stream, allow=(FileKind.PDF,), max_bytes=MAX_DOCUMENT, now=now, field=field)
    with pikepdf.open(store.path(kept.sha256)) as pdf:
        pages = len(pdf.pages)
    if pages > MAX_PAGES:
        said = N_("At most %(most)s pages; this PDF has %(pages)s", most=MAX_PAGES, pages=pages)
        raise InvalidInput(said, fields={field: [said]})
    draw_soon(uow, kept.sha256, pages, actor=actor, now=now)
    if locale == "zh":
        return replace(part, file_zh=kept.sha256, pages_zh=pages)
    return replace(part, file_en=kept.sha256, pages_en=pages)


def take_video(
    uow: UnitOfWork, store: FileStore, part: VideoPart, stream: IO[bytes], *, now: datetime
) -> VideoPart:
    """Keep a video and return the part with it; raise InvalidInput at `file` for what is none."""
    allow = (FileKind.MP4, FileKind.WEBM)
    kept = store.keep(uow, stream, allow=allow, max_bytes=MAX_VIDEO, now=now, field="file")
    seconds = video_seconds(store.path(kept.sha256))
    if seconds is None:
        said = N_("This video does not say how long it is: save it anew with your video program")
        raise InvalidInput(said, fields={"file": [said]})
    return replace(part, file=kept.sha256, seconds=seconds)


def retire_course(uow: UnitOfWork, course: Course, *, actor: Principal, now: datetime) -> None:
    """Retire a course; raise Conflict while a learning path or somebody's assignment still needs it."""
    required = list_requirements(uow.session, status=CurriculumStatus.ACTIVE)
    paths = [one.curriculum.title for one in required if one.course.id == course.id]
    people = uow.session.scalar(
        select(func.count()).where(Assignment.course_id == course.id, Assignment.status.in_(OPEN))
    )
    check_unused(paths, people or 0)
    close_course(uow, course, actor=actor, now=now)
