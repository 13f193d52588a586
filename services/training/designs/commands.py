"""Changing designs: only ever their drafts; and choosing which certificates take which."""

from datetime import datetime
from uuid import UUID

from services.training.courses.models import Course
from services.training.courses.rules import Category
from services.training.designs.models import Design, DesignChoice, DesignVersion
from services.training.designs.queries import (
    ALL,
    category_scope,
    course_scope,
    find_choice,
    find_version,
    get_design,
    list_versions,
)
from services.training.designs.rules import (
    DesignContent,
    DesignStatus,
    DesignStep,
    check_content,
    content_digest,
    content_to_json,
    next_status,
)
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import (
    DesignChosen,
    DesignCreated,
    DesignDrafted,
    DesignPublished,
    DesignRetired,
)


def create_design(
    uow: UnitOfWork, name: LocalizedText, content: DesignContent, *, actor: Principal, now: datetime
) -> Design:
    """Create a design and its first draft, which begins as `content`."""
    design = Design(id=new_id(), name=name, created_at=now)
    uow.session.add(design)
    append(uow, DesignCreated(design.id), row=design, actor=actor, now=now)
    uow.session.flush()  # Its version refers to it, and no relationship tells the session the order.
    _add_draft(uow, design.id, 1, content, actor, now)
    return design


def start_draft(uow: UnitOfWork, design: Design, *, actor: Principal, now: datetime) -> DesignVersion:
    """Begin the next version from the latest one; raise Conflict when a draft is there already."""
    versions = list_versions(uow.session, design.id)
    if versions[0].status is DesignStatus.DRAFT:
        raise Conflict(N_("This design has a draft already"))
    return _add_draft(uow, design.id, versions[0].number + 1, versions[0].value, actor, now)


def edit_draft(
    uow: UnitOfWork, version: DesignVersion, content: DesignContent, *, actor: Principal, now: datetime
) -> None:
    """Replace a draft's content. Raises InvalidInput for what cannot be printed, IllegalTransition for no draft."""
    check_content(content)
    version.status = next_status(version.status, DesignStep.EDIT)
    version.content = content_to_json(content)
    told = DesignDrafted(version.design_id, version.id, version.number, content_digest(content))
    append(uow, told, row=version, actor=actor, now=now)


def publish_version(uow: UnitOfWork, version: DesignVersion, *, actor: Principal, now: datetime) -> None:
    """Publish a draft in place of the version before; certificates that were issued keep theirs."""
    status = next_status(version.status, DesignStep.PUBLISH)
    check_content(version.value)
    before = find_version(uow.session, version.design_id, DesignStatus.PUBLISHED)
    if before is not None:
        before.status = next_status(before.status, DesignStep.RETIRE)
        before.retired_at = now
        retired = DesignRetired(before.design_id, before.id, before.number)
        append(uow, retired, row=before, actor=actor, now=now)
        uow.session.flush()  # At most one is published at any time, and the database checks at each statement.
    version.status = status
    version.published_at = now
    told = DesignPublished(version.design_id, version.id, version.number, content_digest(version.value))
    append(uow, told, row=version, actor=actor, now=now)


def choose_design(
    uow: UnitOfWork, design_id: UUID | None, *, course_id: UUID | None, category: Category | None,
    actor: Principal, now: datetime,
) -> DesignChoice:  # fmt: skip
    """Have new certificates of a course, of a category, or (with neither) all others printed by a design.

    None takes the choice back. Raises InvalidInput for a design that has never been published.
    """
    if design_id is not None:
        design = get_design(uow.session, design_id)
        if find_version(uow.session, design.id, DesignStatus.PUBLISHED) is None:
            unready = N_("Publish a version of this design first.")
            raise InvalidInput(unready, fields={"design_id": [unready]})
    if course_id is not None and uow.session.get(Course, course_id) is None:
        unknown = N_("There is no such course")
        raise InvalidInput(unknown, fields={"scope": [unknown]})
    scope = course_scope(course_id) if course_id else category_scope(category) if category else ALL
    choice = find_choice(uow.session, scope)
    if choice is None:
        choice = DesignChoice(id=new_id(), scope=scope, course_id=course_id, category=category)
        uow.session.add(choice)
    choice.design_id = design_id
    append(uow, DesignChosen(choice.id, design_id, course_id, category), row=choice, actor=actor, now=now)
    return choice


def _add_draft(
    uow: UnitOfWork, design_id: UUID, number: int, content: DesignContent, actor: Principal, now: datetime
) -> DesignVersion:
    version = DesignVersion(
        id=new_id(), design_id=design_id, number=number, status=DesignStatus.DRAFT,
        content=content_to_json(content), drafted_at=now,
    )  # fmt: skip
    uow.session.add(version)
    told = DesignDrafted(design_id, version.id, number, content_digest(content))
    append(uow, told, row=version, actor=actor, now=now)
    return version
