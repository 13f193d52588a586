"""The demo company's ladder, and a few people who are about to take a step on it."""

from datetime import timedelta

from sqlalchemy import select

from services.training.careers.commands import (
    decide_request,
    request_promotion,
    sign_off,
    submit_request,
)
from services.training.careers.queries import Candidate, RequestDetail, list_candidates
from services.training.careers.rules import Criterion
from services.training.careers.seed import seed_steps
from shared.core.principals import Principal, Role
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany, DemoPerson
from shared.directory import DirectoryPerson

# Of so many reps those who are ready are found; a company of any size shows the same handful.
_LOOKED_AT = 120
_REASONS = (
    "连续四个季度完成指标，已带教两名新人。",
    "负责的三家三甲医院均完成续约，团队认可度高。",
    "主动承担学术会议组织工作，准备担任更大职责。",
)


def load_careers(database: Database, company: DemoCompany) -> None:
    """Ship the ladder; let one promotion be decided, one wait for a decision, and one be a draft."""
    with database.write() as uow:
        seed_steps(uow, now=company.now - timedelta(days=300))
    with database.write() as uow:
        for number, candidate in enumerate(_nearly_ready(uow, company)[: len(_REASONS)]):
            _take_step(uow, company, candidate, number)


def _nearly_ready(uow: UnitOfWork, company: DemoCompany) -> list[Candidate]:
    """Return reps to whom nothing is missing but a word of their manager."""
    rep = company.persona("rep")
    wanted = [one.id for one in company.reps if one.left_on is None and one.id != rep.id][:_LOOKED_AT]
    people = list(
        uow.session.scalars(
            select(DirectoryPerson)
            .where(DirectoryPerson.id.in_(wanted), DirectoryPerson.position == "rep")
            .order_by(DirectoryPerson.employee_no)
        )
    )
    found = list_candidates(uow.session, people, company.now)
    manager = company.persona("manager").id
    ready = [one for one in found if one.person.manager_id and _only_word_missing(one)]
    # Those of the persona first, so that they have something to decide.
    return sorted(ready, key=lambda one: one.person.manager_id != manager)


def _only_word_missing(candidate: Candidate) -> bool:
    missing = [one.criterion for one in candidate.ways[0].readiness.results if not one.met]
    return missing == [Criterion.SIGN_OFF]


def _take_step(uow: UnitOfWork, company: DemoCompany, candidate: Candidate, number: int) -> None:
    person, step = candidate.person, candidate.ways[0].step
    at = company.now - timedelta(days=9 - 3 * number)
    own = Principal(person.id, person.name, frozenset({Role.REP}), person.id)
    request = request_promotion(uow, person, step, _REASONS[number], actor=own, now=at)
    if number == len(_REASONS) - 1:
        return
    above = next(one for one in company.people if one.id == person.manager_id)
    sign_off(
        uow, person, step, "能力和品行都已具备带团队的条件。", actor=_as(above), now=at + timedelta(hours=5)
    )
    uow.session.flush()  # What was signed off is read back when the request is submitted.
    detail = RequestDetail(request, step, person)
    submit_request(uow, detail, actor=own, now=at + timedelta(days=1))
    if number == 1:
        hr = _as(company.persona("hr"), Role.HR)
        reason = "符合晋升条件，同意。"
        decide_request(uow, request, approve=True, reason=reason, actor=hr, now=at + timedelta(days=2))


def _as(person: DemoPerson, role: Role = Role.MANAGER) -> Principal:
    return Principal(person.account_id or person.id, person.name, frozenset({role}), person.id)
