"""Changing courses: only ever their drafts."""

from datetime import datetime
from uuid import UUID

from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import find_by_code, find_version, list_versions
from services.training.courses.rules import (
    Category,
    Content,
    VersionStatus,
    VersionStep,
    check_publishable,
    content_digest,
    next_status,
    quiz_to_json,
)
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import CourseCreated, CourseDrafted, CoursePublished, CourseRetired

EMPTY = Content(LocalizedText(zh="", en=""), 20, (), 80, certifies=True, valid_months=None)


def create_course(
    uow: UnitOfWork,
    *,
    code: str,
    title: LocalizedText,
    category: Category,
    owner_id: UUID | None,
    actor: Principal,
    now: datetime,
) -> Course:
    """Create a course and its first, empty draft; raise InvalidInput when the code is taken."""
    if find_by_code(uow.session, code) is not None:
        raise InvalidInput(
            N_("There is a course with this code already"),
            fields={"code": [N_("There is a course with this code already")]},
        )
    course = Course(id=new_id(), code=code, title=title, category=category, owner_id=owner_id, created_at=now)
    uow.session.add(course)
    append(uow, CourseCreated(course.id, code, category), row=course, actor=actor, now=now)
    uow.session.flush()  # Its version refers to it, and no relationship tells the session the order.
    _add_draft(uow, course.id, 1, EMPTY, actor, now)
    return course


def start_draft(uow: UnitOfWork, course: Course, *, actor: Principal, now: datetime) -> CourseVersion:
    """Begin the next version from the latest one; raise Conflict when a draft is there already."""
    versions = list_versions(uow.session, course.id)
    if any(one.status is VersionStatus.DRAFT for one in versions):
        raise Conflict(N_("This course has a draft already"))
    latest = versions[0]
    return _add_draft(uow, course.id, latest.number + 1, latest.content, actor, now)


def edit_draft(
    uow: UnitOfWork, version: CourseVersion, content: Content, *, actor: Principal, now: datetime
) -> None:
    """Replace a draft's content; raise IllegalTransition for a version that is not a draft."""
    version.status = next_status(version.status, VersionStep.EDIT)
    _write(version, content)
    drafted = CourseDrafted(version.course_id, version.id, version.number, content_digest(content))
    append(uow, drafted, row=version, actor=actor, now=now)


def publish_version(uow: UnitOfWork, version: CourseVersion, *, actor: Principal, now: datetime) -> None:
    """Publish a draft in place of the version published before.

    Raises IllegalTransition when it is not a draft, InvalidInput when it is not ready (see check_publishable).
    """
    status = next_status(version.status, VersionStep.PUBLISH)
    check_publishable(version.content)
    before = find_version(uow.session, version.course_id, VersionStatus.PUBLISHED)
    if before is not None:
        before.status = next_status(before.status, VersionStep.RETIRE)
        before.retired_at = now
        retired = CourseRetired(before.course_id, before.id, before.number)
        append(uow, retired, row=before, actor=actor, now=now)
        uow.session.flush()  # At most one is published at any time, and the database checks at each statement.
    version.status = status
    version.published_at = now
    digest = content_digest(version.content)
    version.content_sha256 = bytes.fromhex(digest)
    published = CoursePublished(version.course_id, version.id, version.number, digest)
    append(uow, published, row=version, actor=actor, now=now)


def _add_draft(
    uow: UnitOfWork, course_id: UUID, number: int, content: Content, actor: Principal, now: datetime
) -> CourseVersion:
    version = CourseVersion(
        id=new_id(), course_id=course_id, number=number, status=VersionStatus.DRAFT, drafted_at=now
    )
    _write(version, content)
    uow.session.add(version)
    drafted = CourseDrafted(course_id, version.id, number, content_digest(content))
    append(uow, drafted, row=version, actor=actor, now=now)
    return version


def _write(version: CourseVersion, content: Content) -> None:
    version.body = content.text
    version.minutes = content.minutes
    version.quiz = quiz_to_json(content.quiz)
    version.pass_mark = content.pass_mark
    version.certifies = content.certifies
    version.valid_months = content.valid_months
