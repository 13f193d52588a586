"""Three months of the demo company's payout files, gated for real by what the other services have said."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from services.eligibility.payouts import commands
from services.eligibility.payouts.rules import RunStatus
from shared.core.periods import Period
from shared.core.principals import Principal, Role
from shared.db.uow import Database
from shared.demo.company import DemoCompany, DemoPerson
from shared.directory import DirectoryPerson
from shared.tabular import write_csv

_HEADERS = ("工号", "姓名", "大区", "产品线", "金额")
# From the oldest month to the latest, which waits for the payroll persona: a colleague uploaded it.
_ENDS = (RunStatus.SETTLED, RunStatus.SETTLED, RunStatus.GATED)


def load_demo(database: Database, company: DemoCompany) -> None:
    """Load payout runs; called once the feeds have been taken in, for their lines are decided by them.

    Does nothing without a roster. The pay policy in force is the one that every installation begins with.
    """
    with database.read() as uow:
        if not uow.session.scalar(select(func.count()).select_from(DirectoryPerson)):
            return
    for period, end in zip(_months_before(company), _ENDS, strict=True):
        _load_run(database, company, period, end)


def _load_run(database: Database, company: DemoCompany, period: Period, end: RunStatus) -> None:
    first, second = _payroll(company, "payroll"), _payroll(company, "payroll2")
    uploader = second if end is RunStatus.GATED else first
    approver = first if end is RunStatus.GATED else second
    at = min(period.end + timedelta(days=4, hours=2), company.now)
    name = f"激励发放_{period.code}.csv"
    with database.write() as uow:
        run, _ = commands.upload_file(uow, _file(company, period), name, period, actor=uploader, now=at)
        commands.gate_run(uow, run, actor=uploader, now=at)
        if end is RunStatus.GATED:
            return
        for step, actor, hours in (
            (commands.approve_run, approver, 3),
            (commands.export_run, uploader, 4),
            (commands.settle_run, uploader, 30),
        ):
            step(uow, run, actor=actor, now=_not_after(at + timedelta(hours=hours), company.now))


def _file(company: DemoCompany, period: Period) -> bytes:
    rows = [
        (
            one.employee_no,
            one.name,
            one.region,
            "/".join(one.product_lines),
            f"{_amount(company, one, period)}.00",
        )
        for one in company.reps
        if one.hired_on < period.next_day and (one.left_on is None or one.left_on >= period.first_day)
    ]
    return write_csv(_HEADERS, rows)


def _amount(company: DemoCompany, person: DemoPerson, period: Period) -> int:
    least = {"rep": 2_000, "supervisor": 4_000, "district_manager": 7_000}.get(person.position, 12_000)
    return least + company.random("payout", period.code, person.employee_no).randrange(100) * 50


def _months_before(company: DemoCompany) -> list[Period]:
    """Return the last three whole months, the oldest first."""
    found: list[Period] = []
    day = company.today.replace(day=1)
    for _ in _ENDS:
        day = (day - timedelta(days=1)).replace(day=1)
        found.insert(0, Period.parse(f"{day:%Y-%m}"))
    return found


def _payroll(company: DemoCompany, persona: str) -> Principal:
    person = company.persona(persona)
    return Principal(person.account_id, person.name, frozenset({Role.PAYROLL}), person.id)


def _not_after(moment: datetime, now: datetime) -> datetime:
    return min(moment, now)
