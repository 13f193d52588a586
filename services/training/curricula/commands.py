"""Drafting curricula and writing down what they say. Activating and revising them changes assignments: see above."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.training.curricula.models import (
    Curriculum,
    CurriculumRevision,
    Requirement,
    RequirementGroup,
)
from services.training.curricula.queries import content_of, find_by_code
from services.training.curricula.rules import (
    CurriculumStatus,
    CurriculumStep,
    PathContent,
    check_content,
    next_status,
)
from shared.core.canonical import canonical_json
from shared.core.errors import InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import CurriculumDrafted, CurriculumRevised


def create_curriculum(
    uow: UnitOfWork, *, code: str, content: PathContent, actor: Principal, now: datetime
) -> Curriculum:
    """Draft a learning path; raise InvalidInput when its code is taken or it is none (see check_content)."""
    if find_by_code(uow.session, code) is not None:
        taken = N_("There is a learning path with this code already")
        raise InvalidInput(taken, fields={"code": [taken]})
    check_content(content)
    curriculum = Curriculum(
        id=new_id(),
        code=code,
        title=content.title,
        status=CurriculumStatus.DRAFT,
        audience_rule=content.audience.to_json(),
        due_rule=content.due.to_json(),
        revision=0,
        created_at=now,
    )
    uow.session.add(curriculum)
    append(uow, _drafted(curriculum, content), row=curriculum, actor=actor, now=now)
    uow.session.flush()  # The steps refer to it, and no relationship tells the session the order.
    _write_steps(uow, curriculum, content)
    return curriculum


def edit_curriculum(
    uow: UnitOfWork, curriculum: Curriculum, content: PathContent, *, actor: Principal, now: datetime
) -> None:
    """Replace what a draft says; raise IllegalTransition for another, InvalidInput as check_content does."""
    curriculum.status = next_status(curriculum.status, CurriculumStep.EDIT)
    check_content(content)
    append(uow, _drafted(curriculum, content), row=curriculum, actor=actor, now=now)
    write_content(uow, curriculum, content)


def copy_curriculum(
    uow: UnitOfWork, curriculum: Curriculum, code: str, *, actor: Principal, now: datetime
) -> Curriculum:
    """Draft a path that says the same under another code; raise InvalidInput when that is taken."""
    content = content_of(uow.session, curriculum)
    return create_curriculum(uow, code=code, content=content, actor=actor, now=now)


def write_content(uow: UnitOfWork, curriculum: Curriculum, content: PathContent) -> None:
    """Let a path say something else; the caller has appended the event."""
    curriculum.title = content.title
    curriculum.audience_rule = content.audience.to_json()
    curriculum.due_rule = content.due.to_json()
    _write_steps(uow, curriculum, content)


def keep_revision(
    uow: UnitOfWork,
    curriculum: Curriculum,
    content: PathContent,
    *,
    impact_sha256: bytes | None,
    effective_at: datetime,
    actor: Principal,
    now: datetime,
) -> CurriculumRevision:
    """Keep for ever what a path says from `effective_at` on, as its next revision."""
    curriculum.revision += 1
    stored = content.to_json()
    revision = CurriculumRevision(
        id=new_id(),
        curriculum_id=curriculum.id,
        number=curriculum.revision,
        content=stored,
        sha256=content_digest(content),
        impact_sha256=impact_sha256,
        effective_at=effective_at,
        made_by=actor.actor,
    )
    uow.session.add(revision)
    revised = CurriculumRevised(
        curriculum.id,
        revision.number,
        revision.sha256.hex(),
        impact_sha256.hex() if impact_sha256 is not None else None,
    )
    append(uow, revised, row=revision, actor=actor, now=now, effective_at=effective_at)
    return revision


def content_digest(content: PathContent) -> bytes:
    """Return the SHA-256 over everything that a path says."""
    return hashlib.sha256(canonical_json(content.to_json())).digest()


def _write_steps(uow: UnitOfWork, curriculum: Curriculum, content: PathContent) -> None:
    """Bring the rows of the steps to what the content says, keeping those of courses that were there before."""
    session = uow.session
    groups = {
        one.position: one
        for one in session.scalars(
            select(RequirementGroup).where(RequirementGroup.curriculum_id == curriculum.id)
        )
    }
    known = {
        one.course_id: one
        for one in session.scalars(select(Requirement).where(Requirement.curriculum_id == curriculum.id))
    }
    placed: dict[UUID, tuple[RequirementGroup, int]] = {}
    for position, item in enumerate(content.items, start=1):
        group = groups.pop(position, None)
        if group is None:
            group = RequirementGroup(id=new_id(), curriculum_id=curriculum.id, position=position)
            session.add(group)
        group.need, group.extra_days = item.need, item.extra_days
        group.opens, group.after = item.opens, list(item.after)
        placed |= {course: (group, place) for place, course in enumerate(item.courses, start=1)}
    session.flush()  # The requirements refer to the steps.
    for course_id, (group, place) in placed.items():
        row = known.pop(course_id, None)
        if row is None:
            row = Requirement(id=new_id(), curriculum_id=curriculum.id, course_id=course_id)
            session.add(row)
        row.group_id, row.position = group.id, place
    for gone in known.values():
        if curriculum.status is CurriculumStatus.DRAFT:
            session.delete(gone)
        else:
            gone.group_id = None
    session.flush()  # Nothing refers to the steps that are no more.
    for left in groups.values():
        session.delete(left)


def _drafted(curriculum: Curriculum, content: PathContent) -> CurriculumDrafted:
    return CurriculumDrafted(curriculum.id, curriculum.code, content_digest(content).hex())
