"""Opening cases, moving them on, writing in them, and saying who is on them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.compliance.cases import queries
from services.compliance.cases.models import Case, CaseEntry, CaseOfficer, CaseSubject, ComplianceOfficer
from services.compliance.cases.rules import (
    PLAIN_STEPS,
    CaseStatus,
    CaseStep,
    EntryKind,
    check_open,
    check_opening,
    check_recusal,
    new_code,
    next_status,
)
from services.compliance.catalogue.queries import find_category
from services.compliance.catalogue.rules import Severity
from services.compliance.signatories.rules import Signatory
from shared.core.errors import Conflict, InvalidInput, NotFound
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.directory import find_person
from shared.eventlog import append
from shared.messages import compliance as messages


def open_case(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    *,
    title: str,
    description: str,
    category: str,
    region: str,
    reported_on: date,
    subjects: Sequence[UUID],
    officers: Sequence[UUID] = (),
    severity: Severity | None = None,
) -> Case:
    """Open a case about `subjects` (persons), with the opener and `officers` (accounts) on its access list.

    Without a severity the category's own counts. Raises NotFound or Conflict with the fields that do not hold.
    """
    opener = Signatory.of(principal)
    found = find_category(uow.session, category)
    if found is None:
        raise NotFound(
            N_("The red-line catalogue has no such category"),
            fields={"category": [N_("Not one of the possible values.")]},
        )
    persons = _persons_of(uow, officers)
    _check_people(uow, subjects)
    check_opening(opener, subjects, [persons[one] for one in officers], reported_on, now)
    case = Case(
        id=new_id(), code=new_code(), title=title, description=description, category=category,
        severity=severity or found.severity, region=region, reported_on=reported_on,
        status=CaseStatus.TRIAGE, status_since=now, opened_at=now,
    )  # fmt: skip
    uow.session.add(case)
    append(uow, messages.CaseOpened(), row=case, actor=principal, now=now)
    # What follows refers to the case by its id alone, so the session cannot know that it has to come first.
    uow.session.flush()
    for person_id in dict.fromkeys(subjects):
        _name_subject(uow, principal, now, case, person_id)
    for account_id in dict.fromkeys((opener.account_id, *officers)):
        _add_officer(uow, principal, now, case, account_id)
    write_entry(uow, principal, now, case.id, EntryKind.OPENED)
    return case


def take_step(
    uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, step: CaseStep, note: str = ""
) -> Case:
    """Move a case on by one of PLAIN_STEPS; raise IllegalTransition where it does not lead on."""
    case = queries.get_case(uow.session, case_id, principal, lock=True)
    if step not in PLAIN_STEPS:
        raise InvalidInput(
            N_("There is no such step"), fields={"step": [N_("Not one of the possible values.")]}
        )
    move(case, step, now)
    append(uow, messages.CaseAdvanced(case.status), row=case, actor=principal, now=now)
    write_entry(uow, principal, now, case.id, EntryKind(case.status.value), body=note or None)
    return case


def move(case: Case, step: CaseStep, now: datetime) -> None:
    """Give the case the status after `step`; raise IllegalTransition."""
    case.status = next_status(case.status, step)
    case.status_since = now


def write_note(uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, text: str) -> CaseEntry:
    """Write a note into a case that is not closed."""
    case = queries.get_case(uow.session, case_id, principal, lock=True)
    check_open(case.status)
    return write_entry(uow, principal, now, case.id, EntryKind.NOTE, body=text)


def add_officer(
    uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, account_id: UUID
) -> CaseOfficer:
    """Give another compliance officer access; raise Conflict for the named and for who had it."""
    case = queries.get_case(uow.session, case_id, principal, lock=True)
    check_open(case.status)
    person_id = _persons_of(uow, [account_id])[account_id]
    if person_id is not None and queries.is_subject(uow.session, case_id, person_id):
        raise Conflict(
            N_("Somebody who is named in the case cannot work on it"),
            fields={"account_id": [N_("Somebody who is named in the case cannot work on it.")]},
        )
    known = queries.list_officers(uow.session, case_id, principal)
    if any(one.account_id == account_id for one in known):
        raise Conflict(N_("This officer is on the case already, or was recused from it"))
    added = _add_officer(uow, principal, now, case, account_id)
    write_entry(uow, principal, now, case.id, EntryKind.OFFICER_ADDED, person_id=person_id)
    return added


def name_subject(
    uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, person_id: UUID
) -> CaseSubject:
    """Name another person in the case. If they are on it, it is gone for them from here on."""
    case = queries.get_case(uow.session, case_id, principal, lock=True)
    check_open(case.status)
    _check_people(uow, [person_id])
    if principal.person_id == person_id:
        raise Conflict(
            N_("You cannot name yourself; recuse yourself, and let somebody else name you"),
            fields={"subjects": [N_("You cannot name yourself.")]},
        )
    if queries.is_subject(uow.session, case_id, person_id):
        raise Conflict(N_("This person is named in the case already"))
    named = _name_subject(uow, principal, now, case, person_id)
    write_entry(uow, principal, now, case.id, EntryKind.SUBJECT_NAMED, person_id=person_id)
    return named


def recuse(uow: UnitOfWork, principal: Principal, now: datetime, case_id: UUID, reason: str) -> None:
    """Declare a conflict and leave the case for good; raise Conflict when nobody else would be on it."""
    case = queries.get_case(uow.session, case_id, principal, lock=True)
    check_open(case.status)
    active = [one for one in queries.list_officers(uow.session, case_id, principal) if one.recused_at is None]
    mine = next(one for one in active if one.account_id == principal.account_id)
    persons = _persons_of(uow, [one.account_id for one in active], known_only=False)
    others = [
        one for one in active if one is not mine and not _is_named(uow, case_id, persons.get(one.account_id))
    ]
    check_recusal(len(others))
    mine.recused_at = now
    write_entry(uow, principal, now, case.id, EntryKind.OFFICER_RECUSED, body=reason)
    append(uow, messages.CaseOfficerRecused(mine.account_id), row=mine, actor=principal, now=now)


def write_entry(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    case_id: UUID,
    kind: EntryKind,
    *,
    person_id: UUID | None = None,
    body: str | None = None,
) -> CaseEntry:
    """Add a line to the record of a case that the caller has made sure may be seen."""
    entry = CaseEntry(
        case_id=case_id, at=now, kind=kind, actor=principal.actor, actor_name=principal.name,
        person_id=person_id, body=body,
    )  # fmt: skip
    uow.session.add(entry)
    append(uow, messages.CaseEntryWritten(), row=entry, actor=principal, now=now)
    return entry


def record_officer(uow: UnitOfWork, account_id: UUID, person_id: UUID | None) -> None:
    """Remember that an account has the role compliance and may be put on cases."""
    uow.session.merge(ComplianceOfficer(account_id=account_id, person_id=person_id))


def _name_subject(
    uow: UnitOfWork, principal: Principal, now: datetime, case: Case, person_id: UUID
) -> CaseSubject:
    named = CaseSubject(case_id=case.id, person_id=person_id, named_at=now)
    uow.session.add(named)
    append(uow, messages.CaseSubjectNamed(), row=named, actor=principal, now=now)
    return named


def _add_officer(
    uow: UnitOfWork, principal: Principal, now: datetime, case: Case, account_id: UUID
) -> CaseOfficer:
    added = CaseOfficer(case_id=case.id, account_id=account_id, added_at=now)
    uow.session.add(added)
    append(uow, messages.CaseOfficerAdded(account_id), row=added, actor=principal, now=now)
    return added


def _persons_of(
    uow: UnitOfWork, accounts: Sequence[UUID], *, known_only: bool = True
) -> dict[UUID, UUID | None]:
    """Return the person behind each officer's account; raise NotFound for one that is not an officer's."""
    found = {one: uow.session.get(ComplianceOfficer, one) for one in accounts}
    if known_only and any(officer is None for officer in found.values()):
        raise NotFound(
            N_("Only compliance officers can be put on a case"),
            fields={"officers": [N_("Not one of the possible values.")]},
        )
    return {one: officer.person_id if officer else None for one, officer in found.items()}


def _check_people(uow: UnitOfWork, persons: Sequence[UUID]) -> None:
    if any(find_person(uow.session, one) is None for one in persons):
        raise NotFound(
            N_("Somebody named is not on the roster"),
            fields={"subjects": [N_("This person is not on the roster.")]},
        )


def _is_named(uow: UnitOfWork, case_id: UUID, person_id: UUID | None) -> bool:
    return person_id is not None and queries.is_subject(uow.session, case_id, person_id)
