"""Who works for the demo company, who they report to, whom they sell to: deterministic by seed.

Each service loads its own part from this one plan, so that the parts agree without knowing each other.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from uuid import UUID

from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.demo import names
from shared.messages.people import PersonSnapshot

DEMO_PASSWORD = "goodstanding"  # noqa: S105 - printed on the demo's sign-in page; no real account has it.
# Accounts that do not sell: persona, name, position, org unit, roles.
_OFFICE = (
    ("trainer", "孙悦", "training", "training", ("trainer",)),
    ("compliance", "周正", "commercial_operations", "compliance", ("compliance",)),
    ("compliance2", "吴岚", "commercial_operations", "compliance", ("compliance",)),
    ("legal", "郑文", "commercial_operations", "legal", ("legal",)),
    ("legal2", "钱宁", "commercial_operations", "legal", ("legal",)),
    ("finance", "冯楠", "commercial_operations", "finance", ("finance",)),
    ("payroll", "陈思远", "commercial_operations", "payroll", ("payroll",)),
    ("payroll2", "何静怡", "commercial_operations", "payroll", ("payroll",)),
    ("auditor", "沈明", "commercial_operations", "internal_audit", ("auditor",)),
    ("administrator", "高健", "commercial_operations", "it", ("administrator",)),
    ("hr", "许妍", "commercial_operations", "human_resources", ("hr",)),
)
_SALES = ("rep", "supervisor", "district_manager", "regional_manager", "director")


@dataclass(frozen=True)
class Move:
    """One dated assignment to a position; `until` is its last day, None while it lasts."""

    since: date
    until: date | None
    position: str
    org_unit: str
    region: str
    product_lines: tuple[str, ...]
    manager_id: UUID | None


@dataclass
class DemoPerson:
    """Somebody of the demo company with their history; `roles` are those of their account, if any."""

    id: UUID
    employee_no: str
    name: str
    hired_on: date
    moves: list[Move]
    left_on: date | None = None
    persona: str | None = None
    account_id: UUID | None = None
    roles: tuple[str, ...] = ()
    tags: tuple[str, ...] = field(default=())

    @property
    def position(self) -> str:
        """Their current (or last) position."""
        return self.moves[-1].position

    @property
    def region(self) -> str:
        """Their current region."""
        return self.moves[-1].region

    @property
    def org_unit(self) -> str:
        """Their current org unit."""
        return self.moves[-1].org_unit

    @property
    def product_lines(self) -> tuple[str, ...]:
        """Their current product lines."""
        return self.moves[-1].product_lines

    @property
    def manager_id(self) -> UUID | None:
        """Who they report to now."""
        return self.moves[-1].manager_id

    def snapshot_at(self, move: Move, *, left: bool = False) -> PersonSnapshot:
        """Return them as people publishes them while `move` lasts."""
        return PersonSnapshot(
            person_id=self.id,
            employee_no=self.employee_no,
            name=self.name,
            hired_on=self.hired_on,
            position=move.position,
            position_since=move.since,
            org_unit=move.org_unit,
            region=move.region,
            product_lines=move.product_lines,
            tags=self.tags,
            manager_id=move.manager_id,
            left_on=self.left_on if left else None,
            email=f"{self.employee_no.lower()}@liangxin.example",
        )

    @property
    def snapshot(self) -> PersonSnapshot:
        """Return them as they are now."""
        return self.snapshot_at(self.moves[-1], left=True)


@dataclass(frozen=True)
class DemoCustomer:
    """A hospital, institute or distributor; `credit_code` has a valid GB 32100-2015 check character."""

    id: UUID
    name: LocalizedText
    kind: str
    region: str
    credit_code: str


class DemoCompany:
    """`size` people (at least 60) as of `now`. The same size, seed and day give the same company."""

    def __init__(
        self, size: int = 400, *, seed: int = 20260101, now: datetime, files_dir: Path | None = None
    ) -> None:
        self.size = max(size, 60)
        self.seed = seed
        self.now = now
        self.today = local_date(now)
        # Where services keep files that people hand in; without it nobody has handed in any.
        self.files_dir = files_dir
        self._numbers = 0
        self.people: list[DemoPerson] = []
        self._build()
        self._by_persona = {one.persona: one for one in self.people if one.persona}

    def random(self, *key: object) -> Random:
        """Return a source of chance of its own for `key`, so that one part does not disturb another."""
        text = "/".join(str(part) for part in (self.seed, *key))
        return Random(hashlib.sha256(text.encode()).digest())  # noqa: S311 - invention, not security

    def make_id(self, *key: object, at: datetime | None = None) -> UUID:
        """Return a UUIDv7 for `key` made at `at` (default: the company's founding), the same every time."""
        moment = at or datetime.fromtimestamp(1_704_067_200, tz=self.now.tzinfo)
        millis = int(moment.timestamp() * 1000)
        noise = int.from_bytes(hashlib.sha256(f"{self.seed}/{key}".encode()).digest()[:10], "big")
        value = (
            (millis & (2**48 - 1)) << 80
            | 7 << 76
            | (noise & 0xFFF) << 64
            | 2 << 62
            | (noise >> 12 & (2**62 - 1))
        )
        return UUID(int=value)

    def persona(self, name: str) -> DemoPerson:
        """Return the person who plays `name`; raise KeyError when nobody does."""
        return self._by_persona[name]

    def account_actor(self, name: str) -> str:
        """Return how the log names the account of a persona."""
        return f"account:{self.persona(name).account_id}"

    @cached_property
    def here(self) -> list[DemoPerson]:
        """Those who have not left."""
        return [one for one in self.people if one.left_on is None]

    @cached_property
    def reps(self) -> list[DemoPerson]:
        """Everybody on the sales ladder, here or gone: those whose incentive is at stake."""
        return [one for one in self.people if one.position in _SALES]

    @cached_property
    def hospitals(self) -> list[DemoCustomer]:
        """Hospitals, primary care and institutes, some in every region."""
        return [
            self._customer(
                "hospital", index, region, city, kind, f"{city}市{zh}", f"{names.CITY_EN[city]} {en}"
            )
            for index, (region, city, (kind, zh, en)) in enumerate(
                (region, city, kind)
                for region, (_, _, cities) in names.REGIONS.items()
                for city in cities
                for kind in names.HOSPITAL_KINDS
            )
        ]

    @cached_property
    def distributors(self) -> list[DemoCustomer]:
        """Dealers, some in every region."""
        made = []
        for index, (region, (_, _, cities)) in enumerate(names.REGIONS.items()):
            for number in range(6):
                city = cities[number % len(cities)]
                zh, en = names.DISTRIBUTOR_NAMES[(index * 3 + number) % len(names.DISTRIBUTOR_NAMES)]
                form_zh, form_en = names.DISTRIBUTOR_KINDS[number % 2]
                made.append(
                    self._customer(
                        "distributor", index * 6 + number, region, city, "distributor",
                        f"{city}{zh}{form_zh}", f"{names.CITY_EN[city]} {en} {form_en}",
                    )
                )  # fmt: skip
        return made

    def _customer(
        self, prefix: str, index: int, region: str, city: str, kind: str, zh: str, en: str
    ) -> DemoCustomer:
        body = f"91{310000 + index:06d}MA{self.random(prefix, index, city).randrange(10**7):07d}"
        code = body + _credit_check(body)
        return DemoCustomer(self.make_id(prefix, index), LocalizedText(zh=zh, en=en), kind, region, code)

    def _build(self) -> None:
        office = [self._office_person(*row) for row in _OFFICE]
        director = self._person(
            "director", "national", "", ("consumables", "equipment", "ivd"), None, name="顾承远"
        )
        heads = [
            self._person("regional_manager", f"{region}_sales", region, names.PRODUCT_LINES, director.id)
            for region in names.REGIONS
        ]
        self.people = [director, *heads, *office]
        while len(self.people) < self.size:
            self._add_team(heads[len(self.people) % len(heads)])
        self.people = self.people[: self.size]
        self._cast()

    def _add_team(self, head: DemoPerson) -> None:
        """A district manager, under whom supervisors and their reps: about ten people."""
        number = len(self.people)
        line = (names.PRODUCT_LINES[number % 3],)
        unit = f"{head.region}_{line[0]}_{number}"
        district = self._person("district_manager", unit, head.region, line, head.id)
        team = [district]
        supervisor = self._person("supervisor", unit, head.region, line, district.id)
        team.append(supervisor)
        team += [self._person("rep", unit, head.region, line, supervisor.id) for _ in range(8)]
        self.people += team

    def _office_person(
        self, persona: str, name: str, position: str, unit: str, roles: tuple[str, ...]
    ) -> DemoPerson:
        person = self._person(position, unit, "", (), None, name=name, moves=False)
        person.persona, person.roles = persona, roles
        person.account_id = self.make_id("account", persona)
        return person

    def _person(
        self,
        position: str,
        unit: str,
        region: str,
        lines: tuple[str, ...],
        manager: UUID | None,
        *,
        name: str = "",
        moves: bool = True,
    ) -> DemoPerson:
        self._numbers += 1
        number = f"LX{self._numbers:06d}"
        chance = self.random("person", number)
        hired = self.today - timedelta(days=chance.randrange(400, 2600))
        left = None
        if position == "rep" and chance.random() < 0.18:
            hired = self.today - timedelta(days=chance.randrange(25, 360))  # Joined within the year.
        if position == "rep" and chance.random() < 0.05:
            left = self.today - timedelta(days=chance.randrange(5, 200))
            hired = min(hired, left - timedelta(days=90))
        now = Move(hired, left, position, unit, region, lines, manager)
        history = [now]
        if moves and position in ("supervisor", "district_manager") and chance.random() < 0.5:
            history = self._promoted(now, chance)
        return DemoPerson(
            self.make_id("person", number), number, name or self._name(chance), hired, history, left
        )

    def _promoted(self, now: Move, chance: Random) -> list[Move]:
        below = _SALES[_SALES.index(now.position) - 1]
        since = self.today - timedelta(days=chance.randrange(30, 330))
        first = Move(
            now.since,
            since - timedelta(days=1),
            below,
            now.org_unit,
            now.region,
            now.product_lines,
            now.manager_id,
        )
        second = Move(since, None, now.position, now.org_unit, now.region, now.product_lines, now.manager_id)
        return [first, second]

    def _name(self, chance: Random) -> str:
        return (
            chance.choice(names.SURNAMES)
            + chance.choice(names.GIVEN_FIRST)
            + chance.choice(names.GIVEN_SECOND)
        )

    def _cast(self) -> None:
        """Give the sales personas their parts: a supervisor in East China and two of their reps."""
        supervisor = next(one for one in self.people if one.position == "supervisor" and one.region == "east")
        reps = [one for one in self.people if one.manager_id == supervisor.id and one.position == "rep"][:2]
        for person, persona, name in zip(
            (supervisor, *reps), ("manager", "rep", "rep2"), ("赵敏", "李薇", "王磊"), strict=True
        ):
            person.persona, person.name = persona, name
            person.roles = ("manager", "rep") if persona == "manager" else ("rep",)
            person.account_id = self.make_id("account", persona)
            person.hired_on = self.today - timedelta(days=800)
            person.left_on = None
            person.moves = [
                Move(
                    person.hired_on, None, person.position, person.org_unit, person.region, ("consumables",),
                    person.manager_id,
                )
            ]  # fmt: skip


def _credit_check(body: str) -> str:
    """Return the check character of a unified social credit code (GB 32100-2015, section 5.2)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return alphabet[(31 - total % 31) % 31]
