"""What goes into a statement about somebody's standing: pure, and for conduct as little as can be."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.core.intervals import Interval, union
from shared.core.text import LocalizedText
from shared.messages.standing import ComplianceImpedimentStated, StatedInterval


class ImpedimentKind(StrEnum):
    """The kinds compliance reports on; uniform for everybody, so that coverage itself reveals nothing."""

    ATTESTATION_OVERDUE = "attestation_overdue"
    CONDUCT_HOLD = "conduct_hold"
    CONDUCT_FORFEIT = "conduct_forfeit"


def conduct_statement(
    kind: ImpedimentKind, person_id: UUID, reference: UUID, intervals: Iterable[Interval]
) -> ComplianceImpedimentStated:
    """Return the statement of a hold or a forfeiture.

    There is no parameter for anything that could tell why: what cannot be passed cannot leak. `reference` is
    the random UUID made for the measure, never the id of a row.
    """
    return ComplianceImpedimentStated(
        person_id=person_id, kind=kind.value, reference=str(reference), intervals=_stated(intervals)
    )


def attestation_statement(
    person_id: UUID, attestation_id: UUID, intervals: Iterable[Interval], title: LocalizedText
) -> ComplianceImpedimentStated:
    """Return the statement of an attestation that is due or was late, with the page where it is cured."""
    return ComplianceImpedimentStated(
        person_id=person_id,
        kind=ImpedimentKind.ATTESTATION_OVERDUE.value,
        reference=str(attestation_id),
        intervals=_stated(intervals),
        title_zh=title.zh,
        title_en=title.en,
        cure_url=f"/compliance/attestations/{attestation_id}",
    )


def interval_from(start: datetime, end: datetime | None) -> list[Interval]:
    """Return [start, end) as a list: empty when it ended before it began."""
    return [] if end is not None and end <= start else [Interval(start, end)]


def _stated(intervals: Iterable[Interval]) -> tuple[StatedInterval, ...]:
    return tuple(StatedInterval(one.start, one.end) for one in union(intervals))
