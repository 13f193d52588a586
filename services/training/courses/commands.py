"""Changing courses: what they are called, and their drafts; never what was published."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import find_by_code, find_version, list_versions
from services.training.courses.rules import (
    Category,
    Content,
    Details,
    VersionStatus,
    VersionStep,
    check_details,
    check_open,
    check_publishable,
    content_digest,
    next_status,
)
from services.training.parts.rules import AssessmentPart, Part, parts_to_json
from services.training.questions.commands import freeze_blueprint
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText, Message
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.jobs import enqueue
from shared.messages.training import (
    CourseClosed,
    CourseCreated,
    CourseDrafted,
    CourseEdited,
    CoursePublished,
    CourseRetired,
)

NOTHING = LocalizedText(zh="", en="")
EMPTY = Content(20, (), certifies=True, valid_months=None)
RETRAIN_JOB = "training.course.retrain"


def create_course(
    uow: UnitOfWork,
    *,
    code: str,
    title: LocalizedText,
    category: Category,
    owner_id: UUID | None,
    description: LocalizedText = NOTHING,
    tags: tuple[str, ...] = (),
    actor: Principal,
    now: datetime,
) -> Course:
    """Create a course and its first, empty draft; raise InvalidInput when the code is taken."""
    details = Details(title, description, category, tags)
    check_details(details)
    if find_by_code(uow.session, code) is not None:
        message = N_("There is a course with this code already")
        raise InvalidInput(message, fields={"code": [message]})
    course = Course(id=new_id(), code=code, owner_id=owner_id, created_at=now)
    _describe(course, details)
    uow.session.add(course)
    append(uow, CourseCreated(course.id, code, category), row=course, actor=actor, now=now)
    uow.session.flush()  # Its version refers to it, and no relationship tells the session the order.
    _add_draft(uow, course.id, 1, EMPTY, actor, now)
    return course


def edit_course(
    uow: UnitOfWork,
    course: Course,
    details: Details,
    owner_id: UUID | None,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Change what a course is called, where it belongs and who looks after it; the same again changes nothing."""
    check_open(retired=course.retired_at is not None)
    check_details(details)
    if (course.details, course.owner_id) == (details, owner_id):
        return
    _describe(course, details)
    course.owner_id = owner_id
    edited = CourseEdited(course.id, details.category, details.tags, owner_id)
    append(uow, edited, row=course, actor=actor, now=now)


def close_course(uow: UnitOfWork, course: Course, *, actor: Principal, now: datetime) -> None:
    """Retire a course with its published version: nobody begins it any more, who has begun finishes it.

    Raises Conflict when it is retired already.
    """
    check_open(retired=course.retired_at is not None)
    course.retired_at = now
    append(uow, CourseClosed(course.id), row=course, actor=actor, now=now)
    published = find_version(uow.session, course.id, VersionStatus.PUBLISHED)
    if published is not None:
        _retire(uow, published, actor, now)


def start_draft(uow: UnitOfWork, course: Course, *, actor: Principal, now: datetime) -> CourseVersion:
    """Begin the next version from the latest one; raise Conflict when a draft is there already."""
    check_open(retired=course.retired_at is not None)
    versions = list_versions(uow.session, course.id)
    if any(one.status is VersionStatus.DRAFT for one in versions):
        raise Conflict(N_("This course has a draft already"))
    latest = versions[0]
    content = replace(
        latest.content,
        parts=tuple(_thawed(one) for one in latest.content.parts),
        retrain=False,
        retrain_days=None,
    )
    return _add_draft(uow, course.id, latest.number + 1, content, actor, now)


def edit_draft(
    uow: UnitOfWork, version: CourseVersion, content: Content, *, actor: Principal, now: datetime
) -> None:
    """Replace a draft's content; raise IllegalTransition for a version that is not a draft."""
    version.status = next_status(version.status, VersionStep.EDIT)
    if version.content == content:
        return
    _write(version, content)
    drafted = CourseDrafted(version.course_id, version.id, version.number, content_digest(content))
    append(uow, drafted, row=version, actor=actor, now=now)


def publish_version(uow: UnitOfWork, version: CourseVersion, *, actor: Principal, now: datetime) -> None:
    """Publish a draft in place of the version published before.

    What its assessments may ask is fixed now. When it says so, a job asks the certified to take it again.
    Raises IllegalTransition when it is not a draft, InvalidInput when it is not ready (see check_publishable).
    """
    status = next_status(version.status, VersionStep.PUBLISH)
    before = find_version(uow.session, version.course_id, VersionStatus.PUBLISHED)
    check_publishable(version.content, first=version.number == 1)
    content = replace(
        version.content, parts=tuple(_frozen(uow.session, one) for one in version.content.parts)
    )
    if before is not None:
        _retire(uow, before, actor, now)
        uow.session.flush()  # At most one is published at any time, and the database checks at each statement.
    _write(version, content)
    version.status = status
    version.published_at = now
    digest = content_digest(content)
    version.content_sha256 = bytes.fromhex(digest)
    published = CoursePublished(version.course_id, version.id, version.number, digest, content.retrain)
    append(uow, published, row=version, actor=actor, now=now)
    if content.retrain:
        payload = {"version_id": version.id}
        enqueue(uow, RETRAIN_JOB, payload, now=now, created_by=actor, key=str(version.id))


def _retire(uow: UnitOfWork, version: CourseVersion, actor: Principal, now: datetime) -> None:
    version.status = next_status(version.status, VersionStep.RETIRE)
    version.retired_at = now
    retired = CourseRetired(version.course_id, version.id, version.number)
    append(uow, retired, row=version, actor=actor, now=now)


def _frozen(session: Session, part: Part) -> Part:
    """Fix what an assessment may ask; its problems stand under the part."""
    if not isinstance(part, AssessmentPart):
        return part
    try:
        return replace(part, blueprint=freeze_blueprint(session, part.blueprint))
    except InvalidInput as error:
        said: list[Message] = [one for found in error.fields.values() for one in found] or [error.message]
        raise InvalidInput(error.message, fields={f"part-{part.id}": said}) from error


def _thawed(part: Part) -> Part:
    """Leave open again what a new version's assessment may ask."""
    if not isinstance(part, AssessmentPart):
        return part
    return replace(part, blueprint=replace(part.blueprint, pool=()))


def _describe(course: Course, details: Details) -> None:
    course.title = details.title
    course.description = details.description
    course.category = details.category
    course.tags = list(details.tags)
    words = (course.code, details.title.zh, details.title.en, *(f"#{tag}" for tag in details.tags))
    course.words = "\n".join(words).lower()[:2_000]


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
    version.minutes = content.minutes
    version.parts = parts_to_json(content.parts)
    version.certifies = content.certifies
    version.valid_months = content.valid_months
    version.retrain = content.retrain
    version.retrain_days = content.retrain_days
