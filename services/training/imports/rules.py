"""What a file of earlier completions would add: a plan, row by row, and every reason why a row is not taken."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.training.certificates.rules import add_months
from shared.core.errors import IllegalTransition
from shared.core.text import N_, LocalizedText, Message
from shared.tabular import Field, RowError, parse_day

MAX_ROWS = 100_000
MAX_EVIDENCE = 200
# Nobody in a sales organisation today was trained before.
_EARLIEST = date(1980, 1, 1)
_LONGEST = 200


class ImportStatus(StrEnum):
    """Where a file stands."""

    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


class ImportStep(StrEnum):
    """What may be done with it."""

    APPLY = "apply"
    FINISH = "finish"
    DISCARD = "discard"


STATUS_WORDS = {
    ImportStatus.CHECKED: N_("To be decided"),
    ImportStatus.APPLYING: N_("Being applied"),
    ImportStatus.APPLIED: N_("Applied"),
    ImportStatus.DISCARDED: N_("Discarded"),
}
STEP_WORDS = {
    ImportStep.APPLY: N_("apply"),
    ImportStep.FINISH: N_("finish"),
    ImportStep.DISCARD: N_("discard"),
}
HEADINGS = {
    "employee_no": LocalizedText("工号", "Employee number"),
    "course": LocalizedText("课程编码", "Course code"),
    "completed_on": LocalizedText("完成日期", "Completed on"),
    "valid_until": LocalizedText("有效期至", "Valid until"),
    "score": LocalizedText("成绩", "Score"),
    "certificate_no": LocalizedText("证书编号", "Certificate number"),
    "issuer": LocalizedText("发证机构", "Issuer"),
    "evidence": LocalizedText("证明文件", "Evidence file"),
}
_ALIASES = {
    "employee_no": ("员工编号", "Employee no"),
    "course": ("课程", "课程代码", "Course"),
    "completed_on": ("完成时间", "Completion date", "Date"),
    "valid_until": ("到期日", "Expiry", "Expires on"),
    "score": ("分数", "得分"),
    "certificate_no": ("证书号", "Certificate no", "Certificate"),
    "issuer": ("颁发机构", "Issued by"),
    "evidence": ("附件", "文件名", "Evidence", "File"),
}
NEEDED = ("employee_no", "course", "completed_on")
FIELDS = tuple(
    Field(name, (heading.zh, heading.en, *_ALIASES[name]), name in NEEDED)
    for name, heading in HEADINGS.items()
)


@dataclass(frozen=True)
class ImportRow:
    """One row of the file: its number as a spreadsheet shows it, and its cells by field."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class CourseFacts:
    """`valid_months` of the version published now, if it certifies: how long a completion counts by default."""

    course_id: UUID
    valid_months: int | None


@dataclass(frozen=True)
class Key:
    """What makes two rows the same completion, however often and in whichever file they come."""

    person_id: UUID
    course_id: UUID
    completed_on: date
    certificate_no: str


@dataclass(frozen=True)
class Details:
    """What else a row says. `evidence` is the SHA-256 of the file that it names; both days are valid days."""

    valid_until: date | None
    score: int | None
    issuer: str
    evidence: str | None
    evidence_name: str


@dataclass(frozen=True)
class Step:
    """One completion to be added, or, where it is known already, to be corrected."""

    row: int
    key: Key
    details: Details
    corrects: bool = False


@dataclass
class Plan:
    """All that a file would do; with any of `errors` it is not carried out."""

    steps: list[Step] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether it may be carried out, and would do anything."""
        return bool(self.steps) and not self.errors


@dataclass(frozen=True)
class Known:
    """What is there already: people by number with the day of hire, courses by code, completions, evidence by name."""

    people: Mapping[str, UUID]
    courses: Mapping[str, CourseFacts]
    completions: Mapping[Key, Details]
    evidence: Mapping[str, str]


def next_status(status: ImportStatus, step: ImportStep) -> ImportStatus:
    """Return the status after `step`; what was applied stays applied."""
    match (status, step):
        case (ImportStatus.CHECKED, ImportStep.APPLY):
            return ImportStatus.APPLYING
        case (ImportStatus.APPLYING, ImportStep.FINISH):
            return ImportStatus.APPLIED
        case (ImportStatus.CHECKED, ImportStep.DISCARD):
            return ImportStatus.DISCARDED
        case _:
            raise IllegalTransition(N_("The file"), STATUS_WORDS[status], STEP_WORDS[step])


def make_plan(rows: Sequence[ImportRow], known: Known, today: date) -> Plan:
    """Compare a file's rows with what is known; the same file a second time gives a plan without steps."""
    plan = Plan()
    seen: dict[Key, int] = {}
    for row in rows:
        reader = _Reader(row, known, today)
        read = reader.read()
        if read is None:
            plan.errors += reader.problems
            continue
        key, details = read
        if key in seen:
            same = N_("Row %(row)s says the same already", row=seen[key])
            plan.errors.append(RowError(row.number, "completed_on", same))
            continue
        seen[key] = row.number
        before = known.completions.get(key)
        if before == details:
            plan.unchanged += 1
        else:
            plan.steps.append(Step(row.number, key, details, corrects=before is not None))
    return plan


def unused(evidence: Collection[str], rows: Sequence[ImportRow]) -> list[str]:
    """Return the names of evidence files that no row names, sorted."""
    return sorted(set(evidence) - {row.cells.get("evidence", "") for row in rows})


class _Reader:
    """Reads one row, and notes everything that is wrong with it."""

    def __init__(self, row: ImportRow, known: Known, today: date) -> None:
        self._row = row.number
        self._known = known
        self._today = today
        self._cells = {name: " ".join(row.cells.get(name, "").split()) for name in HEADINGS}
        self.problems: list[RowError] = []

    def read(self) -> tuple[Key, Details] | None:
        """Return what the row says, or None when something is wrong with it."""
        for name in NEEDED:
            if not self._cells[name]:
                self._refuse(name, N_("“%(name)s” is empty", name=HEADINGS[name]))
        for name in ("certificate_no", "issuer", "evidence"):
            if len(self._cells[name]) > _LONGEST:
                self._refuse(name, N_("At most %(most)s characters", most=_LONGEST))
        person_id, course, evidence = self._person(), self._course(), self._evidence()
        completed_on, valid_until, score = self._day("completed_on"), self._day("valid_until"), self._score()
        self._check_days(completed_on, valid_until)
        if self.problems or person_id is None or course is None or completed_on is None:
            return None
        if valid_until is None and course.valid_months is not None:
            valid_until = add_months(completed_on, course.valid_months)
        key = Key(person_id, course.course_id, completed_on, self._cells["certificate_no"])
        return key, Details(valid_until, score, self._cells["issuer"], evidence, self._cells["evidence"])

    def _refuse(self, name: str, message: Message) -> None:
        self.problems.append(RowError(self._row, name, message))

    def _person(self) -> UUID | None:
        number = self._cells["employee_no"]
        found = self._known.people.get(number)
        if found is None and number:
            message = N_("Nobody on the roster has the number %(number)s", number=number[:40])
            self._refuse("employee_no", message)
        return found

    def _course(self) -> CourseFacts | None:
        code = self._cells["course"]
        found = self._known.courses.get(code)
        if found is None and code:
            self._refuse("course", N_("There is no course with the code %(code)s", code=code[:80]))
        return found

    def _evidence(self) -> str | None:
        name = self._cells["evidence"]
        found = self._known.evidence.get(name)
        if found is None and name:
            self._refuse("evidence", N_("No file with the name %(name)s was handed in", name=name[:80]))
        return found

    def _day(self, name: str) -> date | None:
        text = self._cells[name]
        found = parse_day(text)
        if found is None and text:
            message = N_("“%(value)s” is not a date; write it like 2026-03-01", value=text[:30])
            self._refuse(name, message)
        return found

    def _check_days(self, completed_on: date | None, valid_until: date | None) -> None:
        if completed_on is None:
            return
        if not _EARLIEST <= completed_on <= self._today:
            self._refuse("completed_on", N_("A completion lies in the past, from 1980 on"))
        if valid_until is not None and valid_until < completed_on:
            self._refuse("valid_until", N_("The last valid day is before the completion"))

    def _score(self) -> int | None:
        plain = self._cells["score"].removesuffix("%").removesuffix("分").strip()
        if not plain:
            return None
        if plain.isascii() and plain.isdecimal() and int(plain) <= 100:
            return int(plain)
        self._refuse("score", N_("A score is a whole number from 0 to 100"))
        return None
