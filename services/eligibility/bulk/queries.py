"""A policy as set-based SQL, for SQLite and PostgreSQL.

Each rule's bounds are those of decisions/rules.py, so this file only spells comparisons. For each bit of the mask
one MAX(CASE …) tells whether any fact of the person sets it; adding up distinct bits is the same as OR, which
SQLite has no aggregate for. One pass over the facts, and one over the coverage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from services.eligibility.decisions.queries import has_audiences
from services.eligibility.decisions.rules import Window, window_of
from services.eligibility.impediments.models import Coverage, Impediment, PersonVersion
from services.eligibility.impediments.queries import is_known_sql
from services.eligibility.impediments.rules import NOTHING, KnownAt
from services.eligibility.policies.rules import EVERYBODY, UNKNOWN_BIT, Effect, Policy, Rule
from shared.core.periods import Period
from shared.directory import Audience


@dataclass(frozen=True)
class Question:
    """What is asked: the policy, the period, as of when, as known at which positions."""

    policy: Policy
    period: Period
    cutoff: datetime
    known_at: KnownAt


def select_masks(question: Question, people: FromClause) -> Select[*tuple[Any, ...]]:
    """Select (person_id, mask, notices) for each row of `people`, which has a column person_id, each once."""
    hits = _hits(question, people)
    gaps = _covered(question, people)
    source = people.outerjoin(hits, hits.c.person_id == people.c.person_id).outerjoin(
        gaps, gaps.c.person_id == people.c.person_id
    )
    if has_audiences(question.policy):
        source = source.outerjoin(PersonVersion, _person_join(question, people))
    mask = func.coalesce(hits.c.mask, 0) + _unknown(question, gaps)
    return select(
        people.c.person_id.label("person_id"),
        mask.label("mask"),
        func.coalesce(hits.c.notices, 0).label("notices"),
    ).select_from(source)


def select_matched(question: Question, people: FromClause) -> Select[*tuple[Any, ...]]:
    """Select the identity of every fact that a rule matched, in order: what the decisions rest on."""
    source = _facts_of(question, people)
    return (
        select(Impediment.source, Impediment.known_from, Impediment.ordinal)
        .select_from(source)
        .where(or_(false(), *(_matches(question, rule) for rule in question.policy.rules)))
        .order_by(Impediment.source, Impediment.known_from, Impediment.ordinal)
    )


def _hits(question: Question, people: FromClause) -> Subquery:
    columns: dict[Effect, list[ColumnElement[Any]]] = {effect: [] for effect in Effect}
    for (effect, code), bit in question.policy.bits.items():
        rules = [one for one in question.policy.rules if (one.effect, one.code) == (effect, code)]
        hit = or_(false(), *(_matches(question, rule) for rule in rules))
        columns[effect].append(func.max(case((hit, _bit(bit)), else_=_bit(0))))
    statement = (
        select(
            Impediment.person_id.label("person_id"),
            _sum([*columns[Effect.HOLD], *columns[Effect.FORFEIT]]).label("mask"),
            _sum(columns[Effect.NOTICE]).label("notices"),
        )
        .select_from(_facts_of(question, people))
        .where(_relevant(question))
        .group_by(Impediment.person_id)
    )
    return statement.subquery("hits")


def _facts_of(question: Question, people: FromClause) -> FromClause:
    source: FromClause = people.join(Impediment, Impediment.person_id == people.c.person_id)
    if has_audiences(question.policy):
        source = source.outerjoin(PersonVersion, _person_join(question, people))
    return source


def _relevant(question: Question) -> ColumnElement[bool]:
    """Leave out what no rule can match before anything is worked out for it."""
    pairs = [
        and_(Impediment.source == source, Impediment.kind == kind, _is_known(question, Impediment, source))
        for source, kind in question.policy.kinds
    ]
    return or_(false(), *pairs)


def _matches(question: Question, rule: Rule) -> ColumnElement[bool]:
    """The conditions of `decisions.rules.matches`, on columns."""
    window = window_of(rule, question.period, question.cutoff)
    if window is None:
        return false()
    conditions = [
        Impediment.source == rule.source,
        Impediment.kind == rule.kind,
        _is_known(question, Impediment, rule.source),
        *_inside(window),
        is_selected_sql(rule.audience),
    ]
    if rule.severities:
        conditions.append(Impediment.severity.in_(rule.severities))
    if rule.tags:
        conditions.append(or_(*(_has(Impediment.tags, tag) for tag in rule.tags)))
    if rule.min_amount_minor is not None:
        conditions.append(func.coalesce(Impediment.amount_minor, 0) >= rule.min_amount_minor)
        conditions.append(func.coalesce(Impediment.currency, "") == rule.currency)
    return and_(*conditions)


def _inside(window: Window) -> list[ColumnElement[bool]]:
    conditions = [
        Impediment.valid_from <= window.starts_by,
        or_(Impediment.valid_until.is_(None), Impediment.valid_until > window.ends_after),
    ]
    if window.longer_than_us:
        long_enough = Impediment.lasting_us > literal(window.longer_than_us, BigInteger)
        conditions.append(or_(Impediment.lasting_us.is_(None), long_enough))
    return conditions


def is_selected_sql(audience: Audience) -> ColumnElement[bool]:
    """The conditions of an audience on PersonVersion; nobody known is selected only by one for everybody."""
    if audience == EVERYBODY:
        return true()
    conditions: list[ColumnElement[bool]] = [PersonVersion.known_from.is_not(None)]
    if audience.positions:
        conditions.append(PersonVersion.position.in_(audience.positions))
    if audience.regions:
        conditions.append(PersonVersion.region.in_(audience.regions))
    for column, codes in (
        (PersonVersion.product_lines, audience.product_lines),
        (PersonVersion.tags, audience.tags),
    ):
        if codes:
            conditions.append(or_(*(_has(column, code) for code in codes)))
    if audience.hired_from is not None:
        conditions.append(PersonVersion.hired_on >= audience.hired_from)
    if audience.hired_until is not None:
        conditions.append(PersonVersion.hired_on <= audience.hired_until)
    return and_(*conditions)


def _covered(question: Question, people: FromClause) -> Subquery:
    """For each person one column a required (source, kind): 1 where a report is known."""
    columns = [
        func.max(case((_reports(question, source, kind), 1), else_=0)).label(f"c{index}")
        for index, (source, kind) in enumerate(_required(question.policy))
    ]
    statement = (
        select(Coverage.person_id.label("person_id"), *columns)
        .select_from(people.join(Coverage, Coverage.person_id == people.c.person_id))
        .group_by(Coverage.person_id)
    )
    return statement.subquery("covered")


def _reports(question: Question, source: str, kind: str) -> ColumnElement[bool]:
    return and_(
        Coverage.source == source,
        _has(Coverage.kinds, kind),
        Coverage.valid_from <= question.cutoff,
        _is_known(question, Coverage, source),
    )


def _unknown(question: Question, covered: Subquery) -> ColumnElement[Any]:
    places = {pair: index for index, pair in enumerate(_required(question.policy))}
    gaps = [
        and_(
            is_selected_sql(rule.audience),
            func.coalesce(covered.c[f"c{places[rule.source, rule.kind]}"], 0) == 0,
        )
        for rule in question.policy.required
    ]
    return case((or_(false(), *gaps), _bit(UNKNOWN_BIT)), else_=_bit(0))


def _required(policy: Policy) -> list[tuple[str, str]]:
    return list(dict.fromkeys((rule.source, rule.kind) for rule in policy.required))


def _person_join(question: Question, people: FromClause) -> ColumnElement[bool]:
    return and_(
        PersonVersion.person_id == people.c.person_id,
        is_known_sql(PersonVersion, question.known_at.get("people", NOTHING)),
    )


def _is_known(question: Question, model: Any, source: str) -> ColumnElement[bool]:
    return is_known_sql(model, question.known_at.get(source, NOTHING))


def _has(column: Any, code: str) -> ColumnElement[bool]:
    """Say whether |a|b| holds a code, exactly: SQLite's LIKE would not tell upper from lower case."""
    without: ColumnElement[str] = func.replace(column, f"|{code}|", "")
    return column.is_distinct_from(without)  # type: ignore[no-any-return]


def _bit(value: int) -> ColumnElement[int]:
    return literal(value, BigInteger)


def _sum(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    total: ColumnElement[Any] = _bit(0)
    for column in columns:
        total = total + column
    return total
