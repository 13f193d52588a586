"""What people publishes: each message carries the person as they are from then on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.core.text import LocalizedText
from shared.messages.base import message


class Position(StrEnum):
    """Positions 岗位: the ladder from rep to director, then the lateral ones."""

    REP = "rep"
    SUPERVISOR = "supervisor"
    DISTRICT_MANAGER = "district_manager"
    REGIONAL_MANAGER = "regional_manager"
    DIRECTOR = "director"
    MARKETING = "marketing"
    PRODUCT = "product"
    TRAINING = "training"
    COMMERCIAL_OPERATIONS = "commercial_operations"

    @property
    def label(self) -> LocalizedText:
        """What people call it."""
        return _LABELS[self]

    @property
    def sells_in_a_region(self) -> bool:
        """Whether somebody in this position belongs to a region: the ladder below the director."""
        return self in (self.REP, self.SUPERVISOR, self.DISTRICT_MANAGER, self.REGIONAL_MANAGER)


class Region(StrEnum):
    """Sales regions 大区; head office has none (an empty text in a snapshot)."""

    EAST = "east"
    SOUTH = "south"
    NORTH = "north"
    CENTRAL = "central"
    SOUTHWEST = "southwest"
    NORTHWEST = "northwest"
    NORTHEAST = "northeast"

    @property
    def label(self) -> LocalizedText:
        """What people call it."""
        return _LABELS[self]


class ProductLine(StrEnum):
    """Product lines 产品线."""

    CONSUMABLES = "consumables"
    EQUIPMENT = "equipment"
    IVD = "ivd"

    @property
    def label(self) -> LocalizedText:
        """What people call it."""
        return _LABELS[self]


_LABELS: dict[StrEnum, LocalizedText] = {
    Position.REP: LocalizedText("销售代表", "Sales representative"),
    Position.SUPERVISOR: LocalizedText("销售主管", "Sales supervisor"),
    Position.DISTRICT_MANAGER: LocalizedText("区域经理", "District manager"),
    Position.REGIONAL_MANAGER: LocalizedText("大区经理", "Regional manager"),
    Position.DIRECTOR: LocalizedText("销售总监", "Sales director"),
    Position.MARKETING: LocalizedText("市场", "Marketing"),
    Position.PRODUCT: LocalizedText("产品", "Product management"),
    Position.TRAINING: LocalizedText("培训", "Training"),
    Position.COMMERCIAL_OPERATIONS: LocalizedText("商务运营", "Commercial operations"),
    Region.EAST: LocalizedText("华东", "East China"),
    Region.SOUTH: LocalizedText("华南", "South China"),
    Region.NORTH: LocalizedText("华北", "North China"),
    Region.CENTRAL: LocalizedText("华中", "Central China"),
    Region.SOUTHWEST: LocalizedText("西南", "Southwest China"),
    Region.NORTHWEST: LocalizedText("西北", "Northwest China"),
    Region.NORTHEAST: LocalizedText("东北", "Northeast China"),
    ProductLine.CONSUMABLES: LocalizedText("高值耗材", "High-value consumables"),
    ProductLine.EQUIPMENT: LocalizedText("大型设备", "Capital equipment"),
    ProductLine.IVD: LocalizedText("体外诊断", "In-vitro diagnostics"),
}


@dataclass(frozen=True)
class PersonSnapshot:
    """Current attributes; `product_lines` and `tags` are codes, sorted; `left_on` is the last day worked.

    `position` and `region` hold codes of Position and Region. `position_since` is the day from which the
    position is held without a break; a new manager, unit or region alone does not change it.
    """

    person_id: UUID
    employee_no: str
    name: str
    hired_on: date
    position: str
    position_since: date
    org_unit: str
    region: str
    product_lines: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    manager_id: UUID | None = None
    left_on: date | None = None
    email: str = ""


@message("people.person.hired.v1")
@dataclass(frozen=True)
class PersonHired:
    """Somebody joined the roster."""

    person: PersonSnapshot


@message("people.person.changed.v1")
@dataclass(frozen=True)
class PersonChanged:
    """Attributes or the assignment to a position changed; `changed` names the fields."""

    person: PersonSnapshot
    changed: tuple[str, ...]


@message("people.person.left.v1")
@dataclass(frozen=True)
class PersonLeft:
    """The last day worked became known."""

    person: PersonSnapshot


@message("people.roster.uploaded.v1")
@dataclass(frozen=True)
class RosterUploaded:
    """A roster file was read and awaits a decision; nobody on the roster has changed."""

    file_sha256: str
    rows: int
    whole_roster: bool


@message("people.roster.imported.v1")
@dataclass(frozen=True)
class RosterImported:
    """A roster file was applied, whole."""

    file_sha256: str
    added: int
    changed: int
    ended: int


@message("people.roster.discarded.v1")
@dataclass(frozen=True)
class RosterDiscarded:
    """A roster file that was uploaded will not be applied."""

    file_sha256: str


@message("people.account.opened.v1")
@dataclass(frozen=True)
class AccountOpened:
    """Somebody can sign in; the name and the secret stay out of the log."""

    account_id: UUID
    person_id: UUID | None
    roles: tuple[str, ...]


@message("people.account.signed_in.v1")
@dataclass(frozen=True)
class AccountSignedIn:
    """A sign-in that succeeded."""

    account_id: UUID


@message("people.account.confirmed.v1")
@dataclass(frozen=True)
class AccountConfirmed:
    """The password was given once more, to sign what `subject_sha256` stands for; `purpose` names the kind."""

    account_id: UUID
    purpose: str
    subject_sha256: str


@message("people.account.locked.v1")
@dataclass(frozen=True)
class AccountLocked:
    """Too many wrong passwords in a row; sign-in is refused until `until` (an instant in ISO form)."""

    account_id: UUID
    until: str


@message("people.account.roles_changed.v1")
@dataclass(frozen=True)
class AccountRolesChanged:
    """An account may do other things than before."""

    account_id: UUID
    before: tuple[str, ...]
    after: tuple[str, ...]


@message("people.account.password_set.v1")
@dataclass(frozen=True)
class AccountPasswordSet:
    """A password was set; `temporary` when somebody else made it up and it must be replaced on first use."""

    account_id: UUID
    temporary: bool


@message("people.account.disabled.v1")
@dataclass(frozen=True)
class AccountDisabled:
    """Nobody can sign in with this account any more."""

    account_id: UUID


@message("people.account.enabled.v1")
@dataclass(frozen=True)
class AccountEnabled:
    """A disabled account can be used again."""

    account_id: UUID
