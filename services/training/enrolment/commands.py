"""Bringing a person's assignments to what active curricula ask of them, and what completing one leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.training.assignments.commands import (
    ask_by_hand,
    cancel_assignment,
    end_by_credit,
    make_assignment,
    regroup_assignment,
    release_assignment,
    state_overdue,
)
from services.training.assignments.models import Assignment
from services.training.assignments.queries import (
    had_by,
    list_open_of_people,
    list_open_of_person,
    wanted_among,
    wanted_of,
)
from services.training.assignments.rules import (
    AssignmentStatus,
    AssignmentStep,
    CancelReason,
    Origin,
    Wanted,
)
from services.training.assignments.rules import next_status as next_assignment_status
from services.training.certificates.commands import (
    Earned,
    issue_certificate,
    release_certificate,
)
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.certifications.commands import Earning, archive_period, earn_period
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.rules import Due
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import courses_by_id
from services.training.curricula.commands import keep_revision
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import content_of
from services.training.curricula.rules import CurriculumStep, next_status
from services.training.designs.queries import find_design_in_force
from services.training.enrolment.queries import (
    Affairs,
    Completing,
    affairs_of,
    get_completing,
    unmet_titles,
)
from services.training.enrolment.rules import Plan, Terms, check_unblocked, earn, reconcile
from services.training.waivers.commands import Done, give_equivalents
from services.training.waivers.models import CourseCredit
from services.training.waivers.queries import credits_of, list_equivalences
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import append
from shared.jobs import enqueue
from shared.messages.training import AssignmentCompleted, CurriculumActivated, CurriculumArchived

APPLY_JOB = "training.curriculum.apply"


@dataclass(frozen=True)
class Completion:
    """What completing led to."""

    certificate: Certificate | None
    successor: Assignment | None
    period: CertificationPeriod | None = None


def reconcile_person(
    uow: UnitOfWork,
    person: DirectoryPerson,
    *,
    joined_on: date,
    now: datetime,
    why: CancelReason = CancelReason.OUT_OF_AUDIENCE,
    newcomer: bool = False,
) -> int:
    """Make and cancel assignments until the person has those that active curricula ask of them; return how many.

    `joined_on` is since when new ones apply: the day of hire, or of the change. Whoever has left has none;
    of whoever is going to leave they are asked until the end of the last day. Of a `newcomer`, whom nobody
    has heard of before, nothing is read.
    """
    affairs = affairs_of(uow.session, [] if newcomer else [person.id])
    return _reconcile(uow, person, affairs, joined_on, why, newcomer, now)


def _reconcile(
    uow: UnitOfWork,
    person: DirectoryPerson,
    affairs: Affairs,
    joined_on: date,
    why: CancelReason,
    newcomer: bool,
    now: datetime,
) -> int:
    until = end_of_day(person.left_on) if person.left_on is not None else None
    gone = until is not None and until <= now
    wanted = [] if gone else wanted_among(affairs.active, person, joined_on)
    had, open_now = affairs.had.get(person.id, []), affairs.open_now.get(person.id, [])
    plan = reconcile(wanted, had, local_date(now), affairs.credited.get(person.id, []))
    for assignment in open_now:
        if assignment.id not in plan.cancel:
            release_assignment(uow, assignment, until, now=now)
    at = until if gone and until is not None else now
    apply_plan(uow, person, plan, open_now, CancelReason.LEFT if gone else why, at=at, now=now)
    if not newcomer:
        exempt = {one.course_id for one in had if one.status is AssignmentStatus.EXEMPTED}
        asked = [one for one in wanted if one.course_id not in exempt]
        _release_earned(uow, person.id, affairs, asked, until, now)
    return plan.changes


def apply_plan(
    uow: UnitOfWork,
    person: DirectoryPerson,
    plan: Plan,
    open_now: Sequence[Assignment],
    why: CancelReason,
    *,
    at: datetime,
    now: datetime,
) -> dict[UUID, Assignment]:
    """Carry out a plan; return the assignments that it made, by course."""
    found = {one.id: one for one in open_now}
    for assignment_id in plan.cancel:
        reason = CancelReason.NOT_NEEDED if assignment_id in plan.spare else why
        cancel_assignment(uow, found[assignment_id], reason, at=at, now=now)
    if plan.cancel and plan.make:
        uow.session.flush()  # One may be open for a course at a time, and the database checks each statement.
    choices = dict(plan.choices)
    for assignment_id, group_id in plan.regroup:
        choice = None if group_id is None else choices.setdefault(group_id, new_id())
        regroup_assignment(uow, found[assignment_id], choice, actor=SYSTEM, now=now)
    until = end_of_day(person.left_on) if person.left_on is not None else None
    made: dict[UUID, Assignment] = {}
    for one, due in plan.make:
        choice = None if one.group_id is None else choices.setdefault(one.group_id, new_id())
        course = uow.session.get_one(Course, one.course_id)
        made[course.id] = make_assignment(
            uow, person.id, one, due, course, actor=SYSTEM, now=now, choice_id=choice
        )
        release_assignment(uow, made[course.id], until, now=now)
    return made


def complete_assignment(
    uow: UnitOfWork,
    assignment: Assignment,
    version: CourseVersion,
    score: int | None,
    *,
    actor: Principal,
    now: datetime,
) -> Completion:
    """Meet the requirement: standing is restated, a certificate issued, a period opened, the next time planned.

    All at once, or not at all. Where it was one of a choice, what is not needed any more is cancelled.
    """
    today = local_date(now)
    found = get_completing(uow.session, assignment.person_id, assignment.course_id)
    person, course, before = found.person, found.course, found.before
    _end_as_completed(uow, assignment, course, version, score, actor, now)
    released = assignment.released_at is not None
    asked = [] if released else wanted_of(uow.session, person, today, course_id=course.id)
    own = [one for one in asked if one.requirement_id == assignment.requirement_id]
    wanted = next(iter(own or asked), None)
    earned = earn(
        wanted.due if wanted is not None else None,
        Terms(version.certifies, version.valid_months),
        today,
        _counted_until(found),
        opened_on=assignment.opens_on,
    )
    chosen = assignment.choice_id is not None or any(one.group_id is not None for one in asked)
    due = earned.due if earned is not None else None
    plain = wanted if due is not None and not chosen else None
    successor_id = new_id() if plain is not None else None
    certificate = period = None
    # Nobody is going to ask for it by itself, so that it runs out impedes nobody.
    archived = None if any(one.group_id is None for one in asked) else assignment.released_at or now
    if earned is not None and earned.certificate is not None:
        valid = earned.certificate
        design = find_design_in_force(uow.session, course) if found.has_designs else None
        granted = Earned(
            person, course, version, assignment.id, score, valid, successor_id, found.certificates, design
        )
        certificate = issue_certificate(uow, granted, actor=actor, now=now)
        if archived is not None:
            release_certificate(uow, certificate, archived, actor=actor, now=now)
    if earned is not None:
        earning = Earning(
            person.id, course.id, assignment.id, certificate.id if certificate is not None else None,
            earned.period.since, earned.period.until, due, archived if wanted is None else None,
        )  # fmt: skip
        period = earn_period(uow, earning, before, actor=actor, now=now)
    successor = None
    if plain is not None and due is not None:
        successor = make_assignment(
            uow, person.id, plain, due, course, actor=SYSTEM, now=now, assignment_id=successor_id
        )
    if chosen:
        everything = [] if released else wanted_of(uow.session, person, today)
        successor = _settle(uow, person, everything, now).get(course.id)
    done = Done(assignment.id, person.id, course.id, today, period.valid_until if period else None)
    if found.stands_in:
        _credit_equivalents(uow, person, done, actor=actor, now=now)
    return Completion(certificate, successor, period)


def credit_person(
    uow: UnitOfWork, person: DirectoryPerson, credit: CourseCredit, *, actor: Principal, now: datetime
) -> Assignment | None:
    """Let a credit that was just given take effect, and return the assignment that it ended, if one was open."""
    return credit_people(uow, [(person, credit)], actor=actor, now=now).get(person.id)


def credit_people(
    uow: UnitOfWork,
    given: Sequence[tuple[DirectoryPerson, CourseCredit]],
    *,
    actor: Principal,
    now: datetime,
) -> dict[UUID, Assignment]:
    """Let credits that were just given, to as many people, take effect; return what they ended, by person.

    What runs out is asked again at once, due when it does, so that standing knows of it ahead: by the learning
    path that asks for it, or else as it was asked before. Read is in as many queries for many as for one.
    """
    uow.session.flush()  # The credits are read back when the people are reconciled.
    ids, today = [person.id for person, _ in given], local_date(now)
    assert len(set(ids)) == len(ids)
    courses = courses_by_id(uow.session, {credit.course_id for _, credit in given})
    open_now = list_open_of_people(uow.session, ids)
    ended: dict[UUID, Assignment] = {}
    for person, credit in given:
        for assignment in open_now.get(person.id, ()):
            if assignment.course_id == credit.course_id:
                ended[person.id] = assignment
                end_by_credit(uow, assignment, credit, actor=actor, now=now)
    if ended:
        uow.session.flush()  # One may be open for a course at a time, and the database checks each statement.
    affairs = affairs_of(uow.session, ids)
    for person, _ in given:
        _reconcile(uow, person, affairs, today, CancelReason.OUT_OF_AUDIENCE, False, now)
    by_hand = [
        (person, credit, ended[person.id])
        for person, credit in given
        if person.id in ended and ended[person.id].origin is not Origin.AUDIENCE
    ]
    uow.session.flush()  # A learning path may have asked for it by now.
    open_now = list_open_of_people(uow.session, [person.id for person, _, _ in by_hand]) if by_hand else {}
    for person, credit, before in by_hand:
        asked = any(one.course_id == credit.course_id for one in open_now.get(person.id, ()))
        if credit.until is None or asked:
            continue
        due = Due(max(today, credit.until - timedelta(days=30)), credit.until)
        ask_by_hand(
            uow, person.id, courses[credit.course_id], due, origin=before.origin, note=before.note, actor=actor,
            now=now,
        )  # fmt: skip
    return ended


def uncredit_person(uow: UnitOfWork, person: DirectoryPerson, *, now: datetime) -> None:
    """Ask again for what a credit that was just taken back does not stand in for any more."""
    uow.session.flush()  # What was taken back is not read any more.
    reconcile_person(uow, person, joined_on=local_date(now), now=now)


def check_open(uow: UnitOfWork, assignment: Assignment) -> None:
    """Raise Conflict while something has to be done before this assignment may be begun."""
    check_unblocked(unmet_titles(uow.session, assignment))


def activate_curriculum(uow: UnitOfWork, curriculum: Curriculum, *, actor: Principal, now: datetime) -> None:
    """Let it apply to its audience from today; a job makes the assignments. Raises IllegalTransition."""
    curriculum.status = next_status(curriculum.status, CurriculumStep.ACTIVATE)
    curriculum.active_from = local_date(now)
    content = content_of(uow.session, curriculum)
    keep_revision(uow, curriculum, content, impact_sha256=None, effective_at=now, actor=actor, now=now)
    append(uow, CurriculumActivated(curriculum.id, curriculum.code), row=curriculum, actor=actor, now=now)
    enqueue_apply(uow, curriculum, actor, now)


def archive_curriculum(uow: UnitOfWork, curriculum: Curriculum, *, actor: Principal, now: datetime) -> None:
    """Let it apply to nobody any more; a job cancels what nobody else asks for. Raises IllegalTransition."""
    curriculum.status = next_status(curriculum.status, CurriculumStep.ARCHIVE)
    curriculum.archived_at = now
    append(uow, CurriculumArchived(curriculum.id, curriculum.code), row=curriculum, actor=actor, now=now)
    enqueue_apply(uow, curriculum, actor, now)


def enqueue_apply(uow: UnitOfWork, curriculum: Curriculum, actor: Principal, now: datetime) -> None:
    """Let a job bring everybody's assignments to what the curriculum says."""
    enqueue(
        uow,
        APPLY_JOB,
        {"curriculum_id": curriculum.id},
        now=now,
        created_by=actor,
        key=f"{curriculum.id}/{curriculum.status}/{curriculum.revision}",
    )


def _settle(
    uow: UnitOfWork, person: DirectoryPerson, wanted: Sequence[Wanted], now: datetime
) -> dict[UUID, Assignment]:
    """After something of a choice was done: cancel what is not needed any more, and plan the next time."""
    uow.session.flush()  # What was just completed and earned is read back.
    had = had_by(uow.session, Assignment.person_id == person.id).get(person.id, [])
    credited = credits_of(uow.session, CourseCredit.person_id == person.id).get(person.id, [])
    plan = reconcile(wanted, had, local_date(now), credited)
    open_now = list_open_of_person(uow.session, person.id)
    return apply_plan(uow, person, plan, open_now, CancelReason.OUT_OF_AUDIENCE, at=now, now=now)


def _credit_equivalents(
    uow: UnitOfWork, person: DirectoryPerson, done: Done, *, actor: Principal, now: datetime
) -> None:
    """Credit what was just completed to the courses that it stands in for."""
    standing = [one.equivalence for one in list_equivalences(uow.session, by_course_id=done.course_id)]
    uow.session.flush()  # What was just completed and planned is read back.
    for credit in give_equivalents(uow, standing, [done], actor=SYSTEM.actor, now=now):
        credit_person(uow, person, credit, actor=actor, now=now)


def _end_as_completed(
    uow: UnitOfWork,
    assignment: Assignment,
    course: Course,
    version: CourseVersion,
    score: int | None,
    actor: Principal,
    now: datetime,
) -> None:
    assignment.status = next_assignment_status(assignment.status, AssignmentStep.COMPLETE)
    assignment.ended_at = now
    assignment.score = score
    completed = AssignmentCompleted(
        assignment.id, assignment.person_id, assignment.curriculum_id, course.id, version.id, now, score
    )
    append(uow, completed, row=assignment, actor=actor, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, course, actor=actor, now=now)


def _counted_until(found: Completing) -> date | None:
    """Return the last day of what counts until now: the period's, or a certificate's from before there were any."""
    if found.before is not None:
        return found.before.valid_until
    latest = found.certificates[-1] if found.certificates else None
    return latest.valid_until if latest is not None and latest.status is CertificateStatus.ISSUED else None


def _release_earned(
    uow: UnitOfWork,
    person_id: UUID,
    affairs: Affairs,
    asked: Sequence[Wanted],
    until: datetime | None,
    now: datetime,
) -> None:
    """Expiry impedes only while somebody asks for the course: release what nobody asks for, and take it back.

    The certificate of a course that one may choose impedes nobody by itself: what impedes is the choice.
    """
    courses = {one.course_id for one in asked}
    by_itself = {one.course_id for one in asked if one.group_id is None}

    def released(is_asked: bool, before: datetime | None) -> datetime | None:
        if until is not None:
            return until
        return None if is_asked else before or now

    for certificate in affairs.unrenewed.get(person_id, ()):
        # What stands in for a course comes after its certificate, and is asked again by an assignment.
        given_at = affairs.credited_at.get((person_id, certificate.course_id))
        replaced = given_at is not None and given_at >= certificate.issued_at
        at = released(certificate.course_id in by_itself and not replaced, certificate.released_at)
        release_certificate(uow, certificate, at, actor=SYSTEM, now=now)
    for period in affairs.certified.get(person_id, ()):
        at = released(period.course_id in courses, period.archived_at)
        archive_period(uow, period, at, actor=SYSTEM, now=now)
