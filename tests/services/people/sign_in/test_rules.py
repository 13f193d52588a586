"""Pauses and addresses to go to, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from services.people.sign_in.rules import Failures, Throttled, TooManyAttempts, own_path

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)


def after(attempts: int, kind: Throttled = Throttled.ACCOUNT) -> Failures:
    found = Failures()
    for _ in range(attempts):
        found = found.one_more(kind, NOW)
    return found


def pause(failures: Failures) -> timedelta | None:
    return failures.locked_until - NOW if failures.locked_until else None


def test_four_failures_bring_no_pause_and_each_from_the_fifth_on_twice_the_last() -> None:
    assert [pause(after(n)) for n in (1, 4)] == [None, None]
    assert [pause(after(n)) for n in (5, 6, 7)] == [timedelta(seconds=30 * 2**n) for n in range(3)]


def test_no_pause_is_longer_than_a_quarter_of_an_hour_however_many_failures() -> None:
    assert pause(after(500)) == timedelta(minutes=15)


def test_an_address_that_an_office_shares_is_given_more() -> None:
    assert pause(after(24, Throttled.ADDRESS)) is None
    assert pause(after(25, Throttled.ADDRESS)) == timedelta(seconds=30)


def test_an_hour_of_quiet_forgets_everything() -> None:
    later = after(50).one_more(Throttled.ACCOUNT, NOW + timedelta(hours=1))
    assert (later.count, later.locked_until) == (1, None)


def test_a_pause_refuses_until_it_is_over_and_says_for_how_long() -> None:
    failures = after(5)
    with pytest.raises(TooManyAttempts) as caught:
        failures.refuse_while_locked(NOW + timedelta(seconds=10))
    assert caught.value.seconds == 20
    failures.refuse_while_locked(NOW + timedelta(seconds=30))


@pytest.mark.parametrize("target", ["/", "/people/", "/eligibility/me?period=2026-Q3", "/contracts/审阅"])
def test_a_path_of_the_suite_is_gone_to(target: str) -> None:
    assert own_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/\n/evil.example/",
        "\t//evil.example/",
        " //evil.example",
        "javascript:alert(1)",
        "people/",
        "/people/sign-in",
        "/people/sign-out",
        "/" + "a" * 3000,
    ],
)
def test_anything_else_leads_home(target: str | None) -> None:
    assert own_path(target) == "/people/"
