"""The demo company's mentorships: one to confirm, one to sign off, some under way, some over."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from services.training.assigning.commands import assign_one
from services.training.courses.models import Course
from services.training.mentoring.commands import rate, record_visit, sign_off, tick_item, write_note
from services.training.mentoring.models import MentoringPlan, Mentorship
from services.training.mentoring.rules import CustomerKind, Signer
from services.training.mentoring.seed import seed_plan
from services.training.mentorless.commands import tell_chunk
from services.training.mentorless.rules import STAGES
from services.training.pairing.commands import confirm, propose
from services.training.pairing.queries import list_candidates
from shared.core.principals import SYSTEM, Principal
from shared.core.zones import COMPANY_ZONE
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany, DemoPerson
from shared.directory import DirectoryPerson

# However large the company, so many of its newcomers are told of.
_NEWCOMERS = 24
_NOTES = (
    "本周跟访两家医院，提问偏多、倾听偏少。下周先听后说，会前列三个问题。",
    "产品卖点讲得清楚了，注册证适用范围还要再练。约周四晚再过一遍。",
    "拜访记录写得及时。提醒：患者信息一律不写入备注。",
)
_VISITS = (
    (CustomerKind.PUBLIC_HOSPITAL, "了解骨科缝合线用量", "护士长同意下周安排科室会，需先完成院内登记。"),
    (CustomerKind.DISTRIBUTOR, "核对配送资质", "经营备案有效，授权书本月底到期，已发起续签。"),
)


def load_mentoring(database: Database, company: DemoCompany) -> None:
    """Ship the plan and pair newcomers; the manager's persona has one to confirm and one to sign off."""
    with database.write() as uow:
        plan = seed_plan(uow, actor=SYSTEM, now=company.now - timedelta(days=360))
        uow.session.flush()  # Mentorships refer to it.
        _stage(uow, company, plan)
        for number, person in enumerate(_newcomers(company)):
            _pair(uow, company, plan, person, number)


def _stage(uow: UnitOfWork, company: DemoCompany, plan: MentoringPlan) -> None:
    """What the personas have before them today."""
    manager, rep, rep2 = (company.persona(name) for name in ("manager", "rep", "rep2"))
    team = [one for one in company.here if one.manager_id == manager.id and one.id not in (rep.id, rep2.id)]
    if len(team) < 3:
        return
    proposed, finished, running = (_row(uow, one) for one in team[:3])
    today = _moment(company.today - timedelta(days=2))
    propose(uow, proposed, _row(uow, rep2), plan, actor=SYSTEM, now=today)
    _begin(uow, plan, running, _row(uow, rep), company, weeks=5)
    mentorship = _begin(uow, plan, finished, _row(uow, rep2), company, weeks=12)
    _tick(uow, mentorship, 12)
    uow.session.flush()  # Signing asks which items are done.
    signed_at = _moment(company.today - timedelta(days=1))
    sign_off(uow, mentorship, Signer.MENTOR, person_id=rep2.id, actor=_actor(rep2), now=signed_at)
    for one in team[3:4]:
        _leave_without(uow, company, plan, _row(uow, one))


def _leave_without(
    uow: UnitOfWork, company: DemoCompany, plan: MentoringPlan, mentee: DirectoryPerson
) -> None:
    """Somebody is to learn with a mentor, soon, and has none: their manager is told this morning."""
    course, trainer = uow.session.get_one(Course, plan.course_id), company.persona("trainer")
    due_on, asked_at = company.today + timedelta(days=10), company.now - timedelta(days=3)
    assign_one(uow, mentee, course, due_on, None, actor=_actor(trainer), now=asked_at)
    uow.session.flush()  # Whoever has no mentor is looked for.
    for stage in STAGES:
        tell_chunk(uow, stage, None, now=company.now)


def _pair(
    uow: UnitOfWork, company: DemoCompany, plan: MentoringPlan, person: DemoPerson, number: int
) -> None:
    mentee = _row(uow, person)
    weeks = max(min((company.today - person.hired_on).days // 7 - 1, 14), 1)
    ranked = list_candidates(uow.session, mentee, company.today - timedelta(weeks=weeks), limit=1)
    if not ranked or number % 6 == 5:  # Some are still without.
        return
    mentor = uow.session.get_one(DirectoryPerson, ranked[0].person.id)
    mentorship = _begin(uow, plan, mentee, mentor, company, weeks=weeks)
    if weeks <= 12 or person.manager_id is None:
        return
    _tick(uow, mentorship, 12)
    uow.session.flush()  # Signing asks which items are done.
    then = _moment(company.today - timedelta(days=3))
    sign_off(uow, mentorship, Signer.MENTOR, person_id=mentor.id, actor=SYSTEM, now=then)
    sign_off(uow, mentorship, Signer.MANAGER, person_id=person.manager_id, actor=SYSTEM, now=then)
    rate(uow, mentorship, 4 + number % 2, actor=SYSTEM, now=then)


def _begin(
    uow: UnitOfWork,
    plan: MentoringPlan,
    mentee: DirectoryPerson,
    mentor: DirectoryPerson,
    company: DemoCompany,
    *,
    weeks: int,
) -> Mentorship:
    """Pair the two so many weeks ago, and let them work on the plan until last week."""
    begun = company.today - timedelta(weeks=weeks)
    mentorship = propose(uow, mentee, mentor, plan, actor=SYSTEM, now=_moment(begun - timedelta(days=1)))
    uow.session.flush()  # Confirming counts the mentor's load with this one in it.
    confirm(uow, mentorship, actor=SYSTEM, now=_moment(begun))
    uow.session.flush()  # What is noted below refers to it.
    _tick(uow, mentorship, min(weeks - 1, 11))
    for number in range(min(weeks // 2, len(_NOTES))):
        then = _moment(begun + timedelta(days=7 * number + 4))
        author: UUID = mentor.id if number % 2 == 0 else mentee.id
        write_note(uow, mentorship, _NOTES[number], author_id=author, actor=SYSTEM, now=then)
    for number in range(min(weeks // 3, len(_VISITS))):
        day = begun + timedelta(days=10 * number + 8)
        customer, goal, outcome = _VISITS[number]
        record_visit(
            uow, mentorship, visited_on=day, customer=customer, goal=goal, outcome=outcome,
            author_id=mentor.id, actor=SYSTEM, now=_moment(day),
        )  # fmt: skip
    return mentorship


def _tick(uow: UnitOfWork, mentorship: Mentorship, until_week: int) -> None:
    assert mentorship.started_on is not None
    uow.session.flush()  # What is ticked already is asked of the database.
    for item in mentorship.plan:
        if item.week <= until_week:
            then = _moment(mentorship.started_on + timedelta(days=7 * item.week - 3))
            tick_item(uow, mentorship, item.id, person_id=mentorship.mentee_id, actor=SYSTEM, now=then)


def _newcomers(company: DemoCompany) -> list[DemoPerson]:
    manager = company.persona("manager")
    found = [
        one
        for one in company.here
        if one.position == "rep"
        and (company.today - one.hired_on).days < 120
        and one.manager_id != manager.id
    ]
    return found[:_NEWCOMERS]


def _row(uow: UnitOfWork, person: DemoPerson) -> DirectoryPerson:
    return uow.session.get_one(DirectoryPerson, person.id)


def _actor(person: DemoPerson) -> Principal:
    return Principal(person.account_id, person.name, frozenset(), person.id) if person.account_id else SYSTEM


def _moment(day: date) -> datetime:
    """Return the morning of a day."""
    return datetime.combine(day, time(9, 30), tzinfo=COMPANY_ZONE)
