"""Every state machine of compliance against the arrows as the domain draws them, written here once more.

Each is walked at random by everybody it concerns, in any order, with every step taken again: a step that is
not an arrow, or that is the wrong person's, is refused and leaves everything as it was.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.compliance.attestations import rules as attestations
from services.compliance.cases import rules as cases
from services.compliance.closing.rules import check_nothing_open, check_outcome
from services.compliance.holds import rules as holds
from services.compliance.policies import rules as policies
from services.compliance.sanctions import rules as sanctions
from services.compliance.signatories.rules import Signatory
from services.compliance.standing.rules import interval_from
from shared.core.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from shared.core.ids import new_id
from shared.core.intervals import Interval
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, start_of_day

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 21)
QUICK = settings(max_examples=60, stateful_step_count=30, deadline=None)
HELD = new_id()


def _signatory(number: int, person: int | None) -> Signatory:
    return Signatory(UUID(int=number), UUID(int=1000 + person) if person is not None else None)


# One human being has two accounts; another has an account but is not on the roster; the last is the one held.
ANNA, ANNA_AGAIN, BEN, GUEST = (
    _signatory(1, 1),
    _signatory(2, 1),
    _signatory(3, 2),
    _signatory(4, None),
)
CONCERNED = Signatory(UUID(int=5), HELD)
HUMAN = {ANNA: "anna", ANNA_AGAIN: "anna", BEN: "ben", GUEST: "guest", CONCERNED: "concerned"}
EVERYBODY = st.sampled_from(list(HUMAN))
OFFICERS = st.sampled_from([ANNA, ANNA_AGAIN, BEN, GUEST])

HOLD_ARROWS = {
    ("proposed", "approve"): "effective",
    ("proposed", "refuse"): "refused",
    ("proposed", "withdraw"): "withdrawn",
    ("effective", "propose_end"): "ending",
    ("ending", "approve_end"): "ended",
    ("ending", "keep"): "effective",
}
SANCTION_ARROWS = {
    ("proposed", "approve"): "approved",
    ("proposed", "refuse"): "refused",
    ("proposed", "withdraw"): "withdrawn",
}
CASE_ARROWS = {
    ("triage", "investigate"): "investigation",
    ("investigation", "find"): "findings",
    ("findings", "decide"): "decision",
    ("decision", "close"): "closed",
    ("closed", "reopen"): "investigation",
}
VERSION_ARROWS = {
    ("draft", "edit"): "draft",
    ("draft", "submit"): "in_review",
    ("in_review", "return"): "changes_requested",
    ("changes_requested", "edit"): "changes_requested",
    ("changes_requested", "submit"): "in_review",
    ("in_review", "approve"): "approved",
    ("approved", "publish"): "published",
    ("published", "supersede"): "superseded",
}
CAMPAIGN_ARROWS = {("draft", "open"): "open", ("open", "close"): "closed"}
ATTESTATION_ARROWS = {
    ("requested", "view"): "viewed",
    ("viewed", "view"): "viewed",
    ("viewed", "sign"): "signed",
    ("viewed", "decline"): "declined",
    ("declined", "ask_again"): "superseded",
    ("requested", "withdraw"): "superseded",
    ("viewed", "withdraw"): "superseded",
}
MACHINES: list[tuple[type[StrEnum], type[StrEnum], Callable[..., Any], Mapping[tuple[str, str], str]]] = [
    (cases.CaseStatus, cases.CaseStep, cases.next_status, CASE_ARROWS),
    (holds.HoldStatus, holds.HoldStep, holds.next_status, HOLD_ARROWS),
    (sanctions.SanctionStatus, sanctions.SanctionStep, sanctions.next_status, SANCTION_ARROWS),
    (policies.VersionStatus, policies.VersionStep, policies.next_status, VERSION_ARROWS),
    (attestations.CampaignStatus, attestations.CampaignStep, attestations.next_campaign_status, CAMPAIGN_ARROWS),
    (attestations.AttestationStatus, attestations.AttestationStep, attestations.next_status, ATTESTATION_ARROWS),
]  # fmt: skip


@pytest.mark.parametrize(("statuses", "steps", "next_status", "arrows"), MACHINES)
def test_a_status_changes_along_an_arrow_of_the_domain_and_along_no_other(
    statuses: type[StrEnum],
    steps: type[StrEnum],
    next_status: Callable[..., Any],
    arrows: Mapping[tuple[str, str], str],
) -> None:
    for status in statuses:
        for step in steps:
            if (status, step) in arrows:
                assert next_status(status, step) == arrows[status, step]
            else:
                with pytest.raises(IllegalTransition):
                    next_status(status, step)


class HoldMachine(RuleBasedStateMachine):
    """Anybody tries anything with a hold, in any order."""

    @initialize(proposer=OFFICERS)
    def propose(self, proposer: Signatory) -> None:
        """Begin with a proposal."""
        self.hold = holds.HoldFacts(holds.HoldStatus.PROPOSED, HELD, proposer)
        self.put_on_by: set[str] = set()
        self.taken_off_by: set[str] = set()

    @rule(step=st.sampled_from(holds.HoldStep), who=EVERYBODY)
    def take(self, step: holds.HoldStep, who: Signatory) -> None:
        """Try one step."""
        before = self.hold
        try:
            after = holds.take_step(before, step, who)
        except (IllegalTransition, Forbidden):
            assert not self.is_right(before, step, who)
            assert not holds.can_take(before, step, who)
            assert self.hold == before
            return
        assert self.is_right(before, step, who)
        assert after.status == HOLD_ARROWS[before.status, step]
        assert (after.person_id, after.proposer) == (before.person_id, before.proposer)
        if step is holds.HoldStep.APPROVE:
            self.put_on_by = {HUMAN[before.proposer], HUMAN[who]}
        if step is holds.HoldStep.APPROVE_END:
            assert before.end_proposer is not None
            self.taken_off_by = {HUMAN[before.end_proposer], HUMAN[who]}
        self.hold = after

    def is_right(self, hold: holds.HoldFacts, step: holds.HoldStep, who: Signatory) -> bool:
        """Say whether the domain allows it."""
        if (hold.status, step) not in HOLD_ARROWS or HUMAN[who] == "concerned":
            return False
        match step.value:
            case "approve" | "refuse":
                return HUMAN[who] != HUMAN[hold.proposer]
            case "withdraw":
                return HUMAN[who] == HUMAN[hold.proposer]
            case "approve_end":
                return hold.end_proposer is not None and HUMAN[who] != HUMAN[hold.end_proposer]
            case _:
                return True

    @invariant()
    def two_people(self) -> None:
        """What stands or has ended took two human beings."""
        if self.hold.status in ("effective", "ending", "ended"):
            assert len(self.put_on_by) == 2
        if self.hold.status == "ended":
            assert len(self.taken_off_by) == 2


class SanctionMachine(RuleBasedStateMachine):
    """Anybody tries anything with a sanction, in any order."""

    @initialize(proposer=OFFICERS)
    def propose(self, proposer: Signatory) -> None:
        """Begin with a proposal."""
        self.sanction = sanctions.SanctionFacts(sanctions.SanctionStatus.PROPOSED, HELD, proposer)

    @rule(step=st.sampled_from(sanctions.SanctionStep), who=EVERYBODY)
    def take(self, step: sanctions.SanctionStep, who: Signatory) -> None:
        """Try one step."""
        before = self.sanction
        same = HUMAN[who] == HUMAN[before.proposer]
        right = (
            (before.status, step) in SANCTION_ARROWS
            and HUMAN[who] != "concerned"
            and same == (step is sanctions.SanctionStep.WITHDRAW)
        )
        assert sanctions.can_take(before, step, who) == right
        if right:
            self.sanction = sanctions.take_step(before, step, who)
            assert self.sanction.status == SANCTION_ARROWS[before.status, step]
        else:
            with pytest.raises((IllegalTransition, Forbidden)):
                sanctions.take_step(before, step, who)


@pytest.mark.parametrize("machine", [HoldMachine, SanctionMachine])
def test_a_measure_takes_two_people_whatever_anybody_tries_in_whatever_order(
    machine: type[RuleBasedStateMachine],
) -> None:
    run_state_machine_as_test(machine, settings=QUICK)


def test_a_person_with_two_accounts_is_still_one_person() -> None:
    hold = holds.HoldFacts(holds.HoldStatus.PROPOSED, HELD, ANNA)
    with pytest.raises(Forbidden):
        holds.take_step(hold, holds.HoldStep.APPROVE, ANNA_AGAIN)


def test_a_hold_is_stated_from_the_start_of_its_day_and_until_the_instant_it_ended() -> None:
    stated = holds.statement(HELD, new_id(), TODAY, None)
    assert [(one.start, one.until) for one in stated.intervals] == [(start_of_day(TODAY), None)]
    ended = holds.statement(HELD, new_id(), TODAY, NOW)
    assert [(one.start, one.until) for one in ended.intervals] == [(start_of_day(TODAY), NOW)]


def test_a_hold_that_ended_before_it_began_held_nobody() -> None:
    assert holds.statement(HELD, new_id(), TODAY + timedelta(days=3), NOW).intervals == ()


def test_a_hold_begins_neither_before_the_report_nor_far_ahead() -> None:
    holds.check_from(TODAY, TODAY, NOW)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=91)):
        with pytest.raises(Conflict):
            holds.check_from(day, TODAY, NOW)


def test_a_forfeiture_covers_exactly_its_periods_and_neighbours_are_one_interval() -> None:
    stated = sanctions.statement(HELD, new_id(), sanctions.parse_periods(["2026-08", "2026-07", "2026-Q1"]))
    assert [(one.start, one.until) for one in stated.intervals] == [
        (start_of_day(date(2026, 1, 1)), start_of_day(date(2026, 4, 1))),
        (start_of_day(date(2026, 7, 1)), start_of_day(date(2026, 9, 1))),
    ]


@pytest.mark.parametrize("codes", [[], ["2026-13"], ["2026-Q3"] * 13, ["third quarter"]])
def test_what_is_not_a_period_forfeits_nothing(codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        sanctions.parse_periods(codes)
    assert "periods" in refused.value.fields


@given(
    start=st.datetimes(timezones=st.just(UTC)),
    length=st.timedeltas(timedelta(days=-900), timedelta(days=900)),
)
def test_an_interval_that_would_be_empty_is_none_at_all(start: datetime, length: timedelta) -> None:
    try:
        end = start + length
    except OverflowError:
        return
    assert interval_from(start, end) == ([Interval(start, end)] if length > timedelta(0) else [])


def test_somebody_who_never_signs_is_in_default_from_the_end_of_the_last_day() -> None:
    due_at = attestations.check_due(TODAY, NOW)
    assert due_at == end_of_day(TODAY)
    assert attestations.impeded(due_at, None) == [Interval(due_at)]


def test_signing_in_time_leaves_no_default_and_signing_late_leaves_the_days_between() -> None:
    due_at = end_of_day(TODAY)
    assert attestations.impeded(due_at, due_at) == []
    late = due_at + timedelta(hours=5)
    assert attestations.impeded(due_at, late) == [Interval(due_at, late)]


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=367), date.max])
def test_nobody_is_asked_to_sign_by_a_day_that_is_over_or_far_away(day: date) -> None:
    with pytest.raises(InvalidInput):
        attestations.check_due(day, NOW)


def test_a_joiner_has_the_stated_days_from_the_first_day_or_from_when_the_roster_heard_of_it() -> None:
    assert attestations.joiner_due(TODAY + timedelta(days=4), NOW, 10) == end_of_day(date(2026, 10, 5))
    assert attestations.joiner_due(TODAY - timedelta(days=40), NOW, 10) == end_of_day(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("printed", "name"),
    [("王磊", "王磊"), (" 王 磊 ", "王磊"), ("WANG lei", "Wang Lei"), ("Ｗang Lei", "Wang Lei")],
)
def test_the_printed_name_is_the_name_whatever_its_spaces_case_and_width(printed: str, name: str) -> None:
    assert attestations.check_printed_name(printed, name)


@pytest.mark.parametrize("printed", ["李薇", "王", "王磊磊", "."])
def test_another_name_is_no_signature(printed: str) -> None:
    with pytest.raises(Conflict):
        attestations.check_printed_name(printed, "王磊")


def test_only_the_text_that_was_shown_last_can_be_signed() -> None:
    expected = {"zh": "a", "en": "b"}
    attestations.check_shown("zh", "a", expected, "a")
    for language, digest, shown in (("zh", "b", "b"), ("zh", "a", "b"), ("en", "b", None)):
        with pytest.raises(Conflict):
            attestations.check_shown(language, digest, expected, shown)


def test_the_hash_of_a_text_is_of_exactly_that_text() -> None:
    # printf '合规' | sha256sum
    known = "d39f0c6b72244bb98e2b48a2e77f74212314cb73a5e2bdde44ea973c3e26e6a8"
    assert policies.text_sha256("合规") == known
    assert policies.text_sha256("合规 ") != known
    one = policies.version_sha256(LocalizedText(zh="甲", en="a"))
    assert one != policies.version_sha256(LocalizedText(zh="a", en="甲"))


def test_a_policy_needs_both_languages() -> None:
    with pytest.raises(InvalidInput) as refused:
        policies.clean_text(LocalizedText(zh="甲", en=" \r\n"))
    assert set(refused.value.fields) == {"en"}


def test_a_text_is_split_into_headings_paragraphs_and_lists() -> None:
    kinds = [(one.kind, one.lines) for one in policies.blocks("## 一\n甲\n乙\n\n- a\n- b\n\n\n丙")]
    assert kinds == [
        ("heading", ("一",)),
        ("paragraph", ("甲", "乙")),
        ("list", ("a", "b")),
        ("paragraph", ("丙",)),
    ]


def test_the_clock_of_a_status_counts_down_in_company_days_and_stops_when_closed() -> None:
    assert cases.days_left(cases.CaseStatus.TRIAGE, NOW, NOW) == 7
    assert cases.days_left(cases.CaseStatus.TRIAGE, NOW - timedelta(days=9), NOW) == -2
    assert cases.days_left(cases.CaseStatus.CLOSED, NOW - timedelta(days=900), NOW) is None


@pytest.mark.parametrize(
    ("subjects", "officers", "day", "field"),
    [
        ([], [], TODAY, "subjects"),
        ([ANNA.person_id], [], TODAY, "subjects"),
        ([BEN.person_id], [BEN.person_id], TODAY, "officers"),
        ([HELD], [], TODAY + timedelta(days=1), "reported_on"),
        ([HELD], [], date.min, "reported_on"),
    ],
)
def test_nobody_named_opens_or_works_on_a_case(subjects: Any, officers: Any, day: date, field: str) -> None:
    with pytest.raises(Conflict) as refused:
        cases.check_opening(ANNA, subjects, officers, day, NOW)
    assert set(refused.value.fields) == {field}


def test_the_last_officer_cannot_leave_a_case() -> None:
    cases.check_recusal(1)
    with pytest.raises(Conflict):
        cases.check_recusal(0)


def test_codes_of_cases_do_not_count_them() -> None:
    codes = {cases.new_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) == 9 for code in codes)


def test_a_case_with_anything_left_open_does_not_close() -> None:
    check_nothing_open(holds=False, sanctions=False)
    for left in ({"holds": True, "sanctions": False}, {"holds": False, "sanctions": True}):
        with pytest.raises(Conflict):
            check_nothing_open(**left)


def test_an_outcome_must_carry_the_sanction() -> None:
    check_outcome(cases.Outcome.PARTLY, sanctioned=True)
    check_outcome(cases.Outcome.UNSUBSTANTIATED, sanctioned=False)
    with pytest.raises(Conflict):
        check_outcome(cases.Outcome.UNSUBSTANTIATED, sanctioned=True)
