"""A year of red-line cases, told by the service's own commands at the times at which things happened."""

from datetime import date, datetime, timedelta
from uuid import UUID

from services.compliance.cases import commands as cases
from services.compliance.cases.rules import PLAIN_STEPS, CaseStatus
from services.compliance.catalogue.rules import Severity
from services.compliance.closing.commands import close_case
from services.compliance.demo.people import principal
from services.compliance.demo.texts import STORIES, Story
from services.compliance.holds.commands import decide_hold, propose_hold
from services.compliance.holds.rules import HoldStep
from services.compliance.sanctions.commands import decide_sanction, propose_forfeiture
from services.compliance.sanctions.rules import SanctionStep
from shared.core.zones import local_date, start_of_day
from shared.db.uow import Database
from shared.demo import DemoCompany, DemoPerson

_HOLD_REASON = "查清之前暂缓，避免造成既成事实。 / Held until it is clear, before anything is paid."
_END_REASON = "已查清，不再需要暂缓。 / It is clear now; the hold is no longer needed."
_FORFEIT_REASON = (
    "认定属实，按制度取消相应期间激励。 / Substantiated; incentive forfeited as the rules provide."
)


def load(database: Database, company: DemoCompany) -> None:
    """Write every case, each about somebody else, none of them a persona."""
    taken: set[UUID] = set()
    for number, story in enumerate(STORIES):
        subject = _subject(company, story, number, taken)
        taken.add(subject.id)
        _Teller(database, company, story, subject).tell()


def _subject(company: DemoCompany, story: Story, number: int, taken: set[UUID]) -> DemoPerson:
    """Return a rep who was there all the time: of the region if it has one, else of any."""
    there = company.today - timedelta(days=story.days[0] + 30)
    reps = [
        one
        for one in company.reps
        if one.position == "rep" and not one.persona and one.left_on is None and one.id not in taken
    ]
    fitting = [one for one in reps if one.region == story.region and one.hired_on <= there]
    return company.random("case", number).choice(fitting or reps)


class _Teller:
    """Tells one story."""

    def __init__(self, database: Database, company: DemoCompany, story: Story, subject: DemoPerson) -> None:
        self.database, self.company, self.story, self.subject = database, company, story, subject
        self.zhou, self.wu = principal(company, "compliance"), principal(company, "compliance2")

    def tell(self) -> None:
        """Open the case, then do everything that happened in it in the order of time."""
        story = self.story
        case_id = self._open()
        happened: list[tuple[datetime, int, str]] = [
            (self._at(day, 11), number, "step") for number, day in enumerate(story.days[1:4])
        ]
        happened.append((self._at(story.days[0], 16), 0, "note"))
        if story.hold is not None:
            happened.append((self._at(story.hold, 13), 0, "hold"))
        if story.hold_ended is not None:
            happened.append((self._at(story.hold_ended, 9), 0, "end"))
        if story.hold_waits:
            happened.append((self._at(1, 15), 0, "propose"))
        if story.forfeits:
            happened.append((self._at(story.days[-1] + 1, 10), 0, "forfeit"))
        if story.status is CaseStatus.CLOSED:
            happened.append((self._at(story.days[-1], 17), 0, "close"))
        for at, number, what in sorted(happened):
            self._do(case_id, at, number, what)

    def _open(self) -> UUID:
        story, at = self.story, self._at(self.story.days[0], 10)
        assert self.wu.account_id is not None
        with self.database.write() as uow:
            return cases.open_case(
                uow, self.zhou, at, title=story.title, description=story.report, category=story.category,
                severity=Severity(story.severity) if story.severity else None, region=story.region,
                reported_on=self._day(story.days[0] + 2), subjects=[self.subject.id],
                officers=[self.wu.account_id],
            ).id  # fmt: skip

    def _do(self, case_id: UUID, at: datetime, number: int, what: str) -> None:
        """Carry out one thing that happened."""
        match what:
            case "step":
                with self.database.write() as uow:
                    cases.take_step(uow, self.zhou, at, case_id, PLAIN_STEPS[number])
            case "note":
                with self.database.write() as uow:
                    cases.write_note(uow, self.wu, at, case_id, self.story.note)
            case "propose":
                self._propose(case_id, at)
            case "hold":
                self._hold(case_id, at)
            case "end":
                self._end(at)
            case "forfeit":
                self._forfeit(case_id, at)
            case "close":
                assert self.story.outcome is not None
                with self.database.write() as uow:
                    close_case(uow, self.wu, at, case_id, self.story.outcome, self.story.summary)

    def _propose(self, case_id: UUID, at: datetime) -> UUID:
        with self.database.write() as uow:
            return propose_hold(
                uow,
                self.zhou,
                at,
                case_id,
                person_id=self.subject.id,
                from_on=local_date(at),
                reason=_HOLD_REASON,
            ).id

    def _hold(self, case_id: UUID, at: datetime) -> None:
        self.hold_id = self._propose(case_id, at)
        with self.database.write() as uow:
            decide_hold(uow, self.wu, at + timedelta(hours=3), self.hold_id, HoldStep.APPROVE)

    def _end(self, at: datetime) -> None:
        with self.database.write() as uow:
            decide_hold(uow, self.wu, at, self.hold_id, HoldStep.PROPOSE_END, _END_REASON)
        with self.database.write() as uow:
            decide_hold(uow, self.zhou, at + timedelta(hours=2), self.hold_id, HoldStep.APPROVE_END)

    def _forfeit(self, case_id: UUID, at: datetime) -> None:
        periods = [_quarter_before(self.company.today, back) for back in self.story.forfeits]
        with self.database.write() as uow:
            sanction = propose_forfeiture(
                uow,
                self.zhou,
                at,
                case_id,
                person_id=self.subject.id,
                periods=periods,
                reason=_FORFEIT_REASON,
            )
        with self.database.write() as uow:
            decide_sanction(uow, self.wu, at + timedelta(hours=5), sanction.id, SanctionStep.APPROVE)

    def _at(self, days_ago: int, hour: int) -> datetime:
        return start_of_day(self._day(days_ago)) + timedelta(hours=hour)

    def _day(self, days_ago: int) -> date:
        return self.company.today - timedelta(days=days_ago)


def _quarter_before(today: date, back: int) -> str:
    """Return the code of the quarter `back` before the one of `today`: 1 is the last one."""
    number = today.year * 4 + (today.month - 1) // 3 - back
    return f"{number // 4}-Q{number % 4 + 1}"
