"""Curricula at the edge: due rules as sentences, the JSON of a path, and the editor's form."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import fields, validate
from werkzeug.datastructures import MultiDict

from services.training.certifications.rules import Basis, DueKind, DueRule, OffCycle
from services.training.curricula.rules import (
    MOST_ALTERNATIVES,
    MOST_ITEMS,
    CurriculumStatus,
    Item,
    Opens,
    PathContent,
)
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_, LocalizedText, Message
from shared.directory import Audience
from shared.web.i18n import say
from shared.web.validation import Integer, Localized, Schema, Text, page_schema

E = TypeVar("E", bound=StrEnum)
CODE = r"^[a-z0-9][a-z0-9-]*$"
_LISTS = ("positions", "regions", "product_lines")
_DUE = ("kind", "days", "anchor", "off_cycle", "every_months", "basis", "window_days", "grace_days")
_SINGLE = ("code", "title_zh", "title_en", "tags", "hired_from", "hired_until", *_DUE)
_REST: dict[str, Any] = {
    **dict.fromkeys(_SINGLE, ""),
    **{name: [] for name in _LISTS},
    "off_cycle": OffCycle.DAYS.value,
    "basis": Basis.EXPIRY.value,
    "window_days": "90",
    "grace_days": "0",
}
_EMPTY_ROW: dict[str, Any] = {"need": 1, "extra_days": 0, "opens": Opens.AT_ONCE.value, "after": ""}


def say_due(rule: DueRule) -> str:
    """Return the due rule as sentences in the reader's language."""
    return " ".join(say(one) for one in due_sentences(rule))


def due_sentences(rule: DueRule) -> list[Message]:
    """Return what a due rule says: first, again, when one may begin, and when it begins to count."""
    found = [_first(rule)]
    if rule.kind is DueKind.FIXED_DATE:
        found.append(_off_cycle(rule))
    found.append(_again(rule))
    if rule.every_months is not None or rule.kind is DueKind.FIXED_DATE:
        found.append(N_("It opens %(days)s days before.", days=rule.window_days))
    if rule.grace_days:
        found.append(N_("It stands in the way %(days)s days after it was due.", days=rule.grace_days))
    return found


def _first(rule: DueRule) -> Message:
    match rule.kind:
        case DueKind.AFTER_JOINING:
            return N_("Due %(days)s days after it begins to apply to somebody.", days=rule.days)
        case DueKind.AFTER_HIRE:
            return N_("Due %(days)s days after the hire.", days=rule.days)
        case DueKind.AFTER_POSITION:
            return N_("Due %(days)s days after taking the position.", days=rule.days)
        case DueKind.FIXED_DATE:
            assert rule.anchor is not None
            if rule.every_months == 12:
                return N_("Due every year by %(day)s.", day=f"{rule.anchor:%m-%d}")
            return N_("Due by %(day)s.", day=rule.anchor.isoformat())


def _off_cycle(rule: DueRule) -> Message:
    match rule.off_cycle:
        case OffCycle.DAYS:
            return N_("Who joins once it is open: within %(days)s days of joining.", days=rule.days)
        case OffCycle.SAME_DATE:
            return N_("Who joins once it is open: by the same day.")
        case OffCycle.NEXT_CYCLE if rule.every_months is None:
            return N_("Who joins once it is open is not asked.")
        case OffCycle.NEXT_CYCLE:
            return N_("Who joins once it is open: by the next date.")


def _again(rule: DueRule) -> Message:
    months = rule.every_months
    if months is None:
        return N_("Again only when its certificate runs out.")
    match rule.basis:
        case Basis.COMPLETION:
            return N_("Again %(months)s months after it was done.", months=months)
        case Basis.EXPIRY:
            return N_(
                "Again when it expires, or after %(months)s months where it gives no expiry.", months=months
            )
        case Basis.FIXED if rule.kind is DueKind.FIXED_DATE and months == 12:
            return N_("Again the next year.")
        case Basis.FIXED:
            assert rule.anchor is not None
            return N_(
                "Again every %(months)s months, counted from %(day)s.",
                months=months,
                day=rule.anchor.isoformat(),
            )


class PathAudienceSchema(Schema):
    """Whom: every condition that is set must hold, within one any value will do; empty for everybody."""

    positions = fields.List(Text(40), load_default=list)
    regions = fields.List(Text(40), load_default=list)
    product_lines = fields.List(Text(40), load_default=list)
    tags = fields.List(Text(40), load_default=list)
    hired_from = fields.Date(load_default=None, allow_none=True)
    hired_until = fields.Date(load_default=None, allow_none=True)


class DueRuleSchema(Schema):
    """By when, and whether again: see DueRule in the documentation of learning paths."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in DueKind]))
    days = Integer(required=True, validate=validate.Range(min=0, max=3650))
    anchor = fields.Date(load_default=None, allow_none=True)
    off_cycle = fields.String(
        load_default=OffCycle.DAYS.value, validate=validate.OneOf([one.value for one in OffCycle])
    )
    every_months = Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=120))
    basis = fields.String(
        load_default=Basis.EXPIRY.value, validate=validate.OneOf([one.value for one in Basis])
    )
    window_days = Integer(load_default=90, validate=validate.Range(min=0, max=360))
    grace_days = Integer(load_default=0, validate=validate.Range(min=0, max=180))


class ItemSchema(Schema):
    """A step: a course, or `need` out of several; `after` names earlier steps by their place, from 1."""

    courses = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_ALTERNATIVES)
    )
    need = Integer(load_default=1, validate=validate.Range(min=1, max=MOST_ALTERNATIVES))
    extra_days = Integer(load_default=0, validate=validate.Range(min=0, max=3650))
    opens = fields.String(
        load_default=Opens.AT_ONCE.value, validate=validate.OneOf([one.value for one in Opens])
    )
    after = fields.List(
        Integer(validate=validate.Range(min=1, max=MOST_ITEMS)),
        load_default=list,
        validate=validate.Length(max=40),
    )


class PathSchema(Schema):
    """Everything that a learning path says."""

    title = Localized(required=True)
    audience = fields.Nested(PathAudienceSchema, required=True)
    due = fields.Nested(DueRuleSchema, required=True)
    items = fields.List(
        fields.Nested(ItemSchema), required=True, validate=validate.Length(min=1, max=MOST_ITEMS)
    )


class NewPathSchema(PathSchema):
    """A new learning path and its code."""

    code = Text(80, required=True, validate=validate.Regexp(CODE))


class CurriculumSchema(Schema):
    """A learning path, whom it is for, and what its due rule says in the reader's language."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in CurriculumStatus]))
    revision = Integer(required=True)
    active_from = fields.Date(required=True, allow_none=True)
    due_text = fields.String(required=True)
    path = fields.Nested(PathSchema, required=True)


CurriculumPageSchema = page_schema(CurriculumSchema)


def path_of(data: Mapping[str, Any]) -> PathContent:
    """Return what a loaded PathSchema says; raise InvalidInput as DueRule does."""
    audience, due = data["audience"], data["due"]
    return PathContent(
        title=data["title"],
        audience=Audience(
            **{name: tuple(audience[name]) for name in ("positions", "regions", "product_lines", "tags")},
            hired_from=audience["hired_from"],
            hired_until=audience["hired_until"],
        ),
        due=DueRule(
            kind=DueKind(due["kind"]),
            days=due["days"],
            anchor=due["anchor"],
            off_cycle=OffCycle(due["off_cycle"]),
            every_months=due["every_months"],
            basis=Basis(due["basis"]),
            window_days=due["window_days"],
            grace_days=due["grace_days"],
        ),
        items=tuple(
            Item(
                tuple(one["courses"]),
                one["need"],
                one["extra_days"],
                Opens(one["opens"]),
                tuple(one["after"]),
            )
            for one in data["items"]
        ),
    )


class PathForm:
    """The editor's form: what was typed, row for row, whatever it is; `content` makes a path of it.

    A row's `courses` come from as many fields of one name, so that alternatives need no script; the button
    that was pressed (`do`) may move, add or take away rows before anything is checked.
    """

    def __init__(self, values: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        self.values = values
        self.rows = rows
        self.errors: dict[str, list[str]] = {}

    @classmethod
    def empty(cls) -> "PathForm":
        """Return the form for a new path: one step, a month's time."""
        return cls(
            {**_REST, "kind": DueKind.AFTER_JOINING.value, "days": "30"}, [dict(_EMPTY_ROW, courses=[])]
        )

    @classmethod
    def of(cls, content: PathContent) -> "PathForm":
        """Return the form that shows a path."""
        audience, due = content.audience.to_json(), content.due.to_json()
        values = {
            **_REST,
            **{name: value for name, value in due.items() if value is not None},
            **{name: audience.get(name, []) for name in _LISTS},
            "tags": ", ".join(content.audience.tags),
            "hired_from": audience.get("hired_from", ""),
            "hired_until": audience.get("hired_until", ""),
            "title_zh": content.title.zh,
            "title_en": content.title.en,
        }
        rows = [
            {
                "courses": [str(course) for course in one.courses],
                "need": one.need,
                "extra_days": one.extra_days,
                "opens": one.opens.value,
                "after": ", ".join(map(str, one.after)),
            }
            for one in content.items
        ]
        return cls(values, rows)

    @classmethod
    def submitted(cls, form: MultiDict[str, str]) -> "PathForm":
        """Read what was posted."""
        values: dict[str, Any] = {name: form.get(name, "").strip() for name in _SINGLE}
        values |= {name: form.getlist(name) for name in _LISTS}
        count = _number(form.get("rows", "")) or 0
        rows = [
            {
                "courses": list(dict.fromkeys(one for one in form.getlist(f"courses-{place}") if one)),
                **{
                    name: form.get(f"{name}-{place}", "").strip()
                    for name in ("need", "extra_days", "opens", "after")
                },
            }
            for place in range(1, min(count, MOST_ITEMS) + 1)
        ]
        return cls(values, rows)

    def act(self, do: str) -> bool:
        """Carry out a button that changes rows; say whether it was one."""
        step, _, place = do.partition("-")
        at = (_number(place) or 0) - 1
        match step:
            case "add":
                self.rows.append(dict(_EMPTY_ROW, courses=[]))
            case "remove" if 0 <= at < len(self.rows):
                self._renumber({at + 1: 0} | {old: old - 1 for old in range(at + 2, len(self.rows) + 1)})
                del self.rows[at]
            case "up" if 1 <= at < len(self.rows):
                self._renumber({at + 1: at, at: at + 1})
                self.rows[at - 1], self.rows[at] = self.rows[at], self.rows[at - 1]
            case "down" if 0 <= at < len(self.rows) - 1:
                self._renumber({at + 1: at + 2, at + 2: at + 1})
                self.rows[at + 1], self.rows[at] = self.rows[at], self.rows[at + 1]
            case "count":
                pass
            case _:
                return False
        return True

    def audience(self) -> Audience:
        """Return whom the form selects; raise InvalidInput for a day that is none."""
        return Audience(
            positions=tuple(self.values["positions"]),
            regions=tuple(self.values["regions"]),
            product_lines=tuple(self.values["product_lines"]),
            tags=tuple(one for one in re.split(r"[,，;；\s]+", self.values["tags"]) if one),
            hired_from=self._day("hired_from"),
            hired_until=self._day("hired_until"),
        )

    def content(self) -> PathContent:
        """Return the path; raise InvalidInput that names the fields."""
        try:
            items = tuple(self._item(place, row) for place, row in enumerate(self.rows, start=1))
        except ValueError as error:
            raise self._wrong(str(error), N_("Please choose from the list, and write numbers")) from error
        due = DueRule(
            kind=self._one_of(DueKind, "kind"),
            days=self._int("days"),
            anchor=self._day("anchor"),
            off_cycle=self._one_of(OffCycle, "off_cycle"),
            every_months=self._int("every_months") if self.values["every_months"] else None,
            basis=self._one_of(Basis, "basis"),
            window_days=self._int("window_days"),
            grace_days=self._int("grace_days"),
        )
        title = LocalizedText(zh=self.values["title_zh"], en=self.values["title_en"])
        return PathContent(title, self.audience(), due, items)

    def reject(self, error: DomainError) -> None:
        """Show what a rule said against it, beside its fields or on top."""
        names = {"title": "title_zh", "items": "do"}
        self.errors = {
            names.get(name, name): [say(one) for one in found] for name, found in error.fields.items()
        }
        if not self.errors:
            self.errors = {"_schema": [say(error.message)]}

    def _renumber(self, moved: Mapping[int, int]) -> None:
        """Let the steps that name others by their place follow a move; 0: that one is no more."""
        for row in self.rows:
            places = [_number(one) for one in re.split(r"[,，\s]+", row["after"]) if one]
            kept = [moved.get(one, one) for one in places if one]
            row["after"] = ", ".join(str(one) for one in sorted(kept) if one)
            if not row["after"] and row["opens"] == Opens.AFTER_NAMED.value:
                row["opens"] = Opens.AT_ONCE.value

    def _item(self, place: int, row: Mapping[str, Any]) -> Item:
        try:
            opens = Opens(row["opens"] or Opens.AT_ONCE.value)
            named = [int(one) for one in re.split(r"[,，\s]+", row["after"]) if one]
            return Item(
                tuple(UUID(one) for one in row["courses"]),
                int(row["need"] or 1),
                int(row["extra_days"] or 0),
                opens,
                tuple(named) if opens is Opens.AFTER_NAMED else (),
            )
        except ValueError as error:
            raise ValueError(f"item-{place}") from error

    def _one_of(self, kind: type[E], name: str) -> E:
        if self.values[name] not in list(kind):
            raise self._wrong(name, N_("Not one of the possible values."))
        return kind(self.values[name])

    def _int(self, name: str) -> int:
        found = _number(self.values[name])
        if found is None:
            raise self._wrong(name, N_("Not a valid integer."))
        return found

    def _day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(self.values[name]) if self.values.get(name) else None
        except ValueError as error:
            raise self._wrong(name, N_("Not a valid date.")) from error

    def _wrong(self, name: str, message: Message) -> InvalidInput:
        return InvalidInput(message, fields={name: [message]})


def _number(text: Any) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", str(text)) else None
