"""Signing in, on both engines: what is counted, what is told apart (nothing), what a session survives (nothing)."""

import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.people.accounts.commands import Passwords, disable_account, passwords
from services.people.roster.commands import end_person
from services.people.sign_in.commands import Attempt, SignIn, erase_old_failures
from services.people.sign_in.models import SignInThrottle
from services.people.sign_in.rules import TooManyAttempts
from shared.core.errors import Unauthenticated
from shared.core.principals import SYSTEM, Role
from tests.harness import Browser, Harness, assert_page
from tests.services.people.conftest import PASSWORD, Company, open_for

WRONG = "not the password"


@pytest.fixture
def rep(suite: Harness, company: Company) -> UUID:
    """The account of the company's rep."""
    return open_for(suite, "liwei", Role.REP, person_id=company.rep)


def sign_in(
    suite: Harness,
    username: str = "liwei",
    password: str = PASSWORD,
    *,
    browser: Browser | None = None,
    to: str = "",
) -> TestResponse:
    browser = browser or suite.client()
    fields = {"username": username, "password": password, "next": to}
    return browser.submit("/people/sign-in", fields)


def failures(suite: Harness) -> list[int]:
    with suite.read("people") as uow:
        return sorted(uow.session.scalars(select(SignInThrottle.failed_count)))


def test_the_right_password_opens_the_home_page_under_the_persons_name(suite: Harness, rep: UUID) -> None:
    browser = suite.client()
    answer = sign_in(suite, browser=browser)
    assert (answer.status_code, answer.location) == (303, "/people/")
    assert "李薇" in assert_page(browser.get("/people/"))
    (event,) = suite.events("people", "people.account.signed_in.v1")
    assert (event.message().account_id, event.actor) == (rep, f"account:{rep}")


def test_a_user_name_is_the_same_in_capitals_and_full_width(suite: Harness, rep: UUID) -> None:
    assert sign_in(suite, "  LIWEI").status_code == 303
    assert sign_in(suite, "ｌｉｗｅｉ").status_code == 303


def test_a_wrong_password_is_refused_and_the_count_of_it_survives_the_refusal(
    suite: Harness, rep: UUID
) -> None:
    answer = sign_in(suite, password=WRONG)
    assert_page(answer, status=401)
    assert failures(suite) == [1, 1]  # Of the account and of the address.
    sign_in(suite, password=WRONG)
    assert failures(suite) == [2, 2]


class Counting(Passwords):
    """Counts how often a password is looked at."""

    def __init__(self) -> None:
        super().__init__(cheap=True)
        self.looked = 0

    def verify(self, stored: str | None, password: str) -> bool:
        """Count, then compare."""
        self.looked += 1
        return super().verify(stored, password)


@pytest.mark.parametrize("username", ["liwei", "nobody", "gone", "disabled"])
def test_an_unknown_name_a_wrong_password_a_leaver_and_a_disabled_account_are_told_alike(
    suite: Harness, company: Company, rep: UUID, username: str
) -> None:
    """The same words, the same status, the same one look at a password, the same count."""
    open_for(suite, "gone", person_id=company.peer)
    with suite.write("people") as uow:
        end_person(uow, company.peer, date(2026, 9, 20), actor=SYSTEM, now=suite.clock.now())
    off = open_for(suite, "disabled")
    with suite.write("people") as uow:
        disable_account(uow, off, actor=SYSTEM, now=suite.clock.now())
    given = WRONG if username == "liwei" else PASSWORD
    hasher = Counting()
    with pytest.raises(Unauthenticated, match="The user name or the password is not right"):
        SignIn(suite.suite.databases["people"], hasher, "secret").try_to(
            Attempt(username, given, "10.0.0.1"), suite.clock.now()
        )
    assert hasher.looked == 1
    assert failures(suite) == [1, 1]
    answer = sign_in(suite, username, given)
    text = assert_page(answer, status=401)
    assert "The user name or the password is not right" in text


def test_verifying_for_nobody_does_the_work_of_verifying() -> None:
    hasher = passwords(cheap=True)
    assert hasher.verify(None, PASSWORD) is False
    assert hasher.verify(hasher.hash(PASSWORD), PASSWORD) is True


def test_after_five_failures_even_the_right_password_waits_and_then_opens(suite: Harness, rep: UUID) -> None:
    for _ in range(5):
        assert sign_in(suite, password=WRONG).status_code == 401
    answer = sign_in(suite)
    assert_page(answer, status=429)
    assert answer.headers["Retry-After"] == "30"
    suite.clock.advance(timedelta(seconds=30))
    assert sign_in(suite).status_code == 303


def test_a_lock_is_an_event_without_a_name(suite: Harness, rep: UUID) -> None:
    for _ in range(5):
        sign_in(suite, password=WRONG)
    (event,) = suite.events("people", "people.account.locked.v1")
    assert event.message().account_id == rep
    assert "liwei" not in str(event.data)


def test_success_clears_the_count_of_the_account_but_not_that_of_a_shared_address(
    suite: Harness, rep: UUID
) -> None:
    for _ in range(3):
        sign_in(suite, password=WRONG)
    sign_in(suite)
    assert failures(suite) == [3]


def test_an_attacker_cannot_lock_out_the_device_that_its_owner_uses(suite: Harness, rep: UUID) -> None:
    own = suite.client()
    sign_in(suite, browser=own)
    own.submit("/people/sign-out", form_of="/people/")
    for _ in range(8):
        sign_in(suite, password=WRONG)
    assert sign_in(suite).status_code == 429
    assert sign_in(suite, browser=own).status_code == 303


def test_the_device_itself_is_slowed_down_too(suite: Harness, rep: UUID) -> None:
    own = suite.client()
    sign_in(suite, browser=own)
    own.submit("/people/sign-out", form_of="/people/")
    for _ in range(5):
        assert sign_in(suite, password=WRONG, browser=own).status_code == 401
    assert sign_in(suite, browser=own).status_code == 429
    assert sign_in(suite).status_code == 303  # The account itself was not attacked.


def test_a_forged_device_is_none(suite: Harness, rep: UUID) -> None:
    for _ in range(5):
        sign_in(suite, password=WRONG)
    browser = suite.client()
    browser.set_cookie("goodstanding-device", f'["{rep}","x",9999999999].forged', path="/people/")
    assert sign_in(suite, browser=browser).status_code == 429


def test_names_that_do_not_exist_are_paused_like_those_that_do(suite: Harness) -> None:
    for _ in range(5):
        assert sign_in(suite, "nobody", WRONG).status_code == 401
    assert sign_in(suite, "nobody", WRONG).status_code == 429


def test_guesses_at_once_are_counted_one_by_one(suite: Harness, rep: UUID) -> None:
    signer = SignIn(suite.suite.databases["people"], passwords(cheap=True), "secret")
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            signer.try_to(Attempt("liwei", WRONG, "10.0.0.1"), suite.clock.now())
        except (Unauthenticated, TooManyAttempts) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(Unauthenticated) == 5
    assert outcomes.count(TooManyAttempts) == 7


def test_old_failures_are_erased(suite: Harness) -> None:
    sign_in(suite, "nobody", WRONG)
    suite.clock.advance(timedelta(days=1, seconds=1))
    with suite.write("people") as uow:
        assert erase_old_failures(uow, suite.clock.now()) == 2
    assert failures(suite) == []


def test_neither_names_tried_nor_addresses_are_kept(suite: Harness) -> None:
    sign_in(suite, "secret-typed-as-a-name", WRONG)
    with suite.read("people") as uow:
        keys = list(uow.session.scalars(select(SignInThrottle.key)))
    assert len(keys) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_nothing_planted_in_a_session_survives_signing_in(suite: Harness, rep: UUID) -> None:
    browser = suite.client(locale="en")
    page = browser.get("/people/sign-in").get_data(as_text=True)
    planted = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert planted
    before = browser.get_cookie("goodstanding")
    browser.post(
        "/people/sign-in",
        data={"username": "liwei", "password": PASSWORD, "next": "", "csrf_token": planted[1]},
    )
    after = browser.get_cookie("goodstanding")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    # Whoever planted the session knows its CSRF token; it must be worth nothing now.
    answer = browser.post("/people/language", data={"locale": "zh", "next": "/", "csrf_token": planted[1]})
    assert answer.status_code == 400


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(suite: Harness, rep: UUID) -> None:
    open_for(suite, "admin", Role.ADMINISTRATOR)
    browser = suite.client()
    sign_in(suite, "admin", browser=browser)
    browser.submit("/people/sign-out", form_of="/people/")
    sign_in(suite, browser=browser)
    assert browser.get("/people/accounts").status_code == 403


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(suite: Harness, rep: UUID, to: str) -> None:
    assert sign_in(suite, to=to).location == "/people/"
    assert suite.client(Role.REP).get("/people/sign-in", query_string={"next": to}).location == "/people/"


def test_one_goes_on_to_where_one_was_going(suite: Harness, rep: UUID) -> None:
    browser = suite.client()
    asked = browser.get("/people/roster?region=east")
    assert asked.status_code == 302
    page = browser.get(asked.location).get_data(as_text=True)
    assert 'value="/people/roster?region=east"' in page
    assert sign_in(suite, to="/people/roster?region=east").location == "/people/roster?region=east"


def test_the_sign_in_form_needs_its_token(suite: Harness, rep: UUID) -> None:
    answer = suite.client().post("/people/sign-in", data={"username": "liwei", "password": PASSWORD})
    assert answer.status_code == 400
    assert suite.events("people", "people.account.signed_in.v1") == []


def test_an_empty_form_says_what_is_missing(suite: Harness) -> None:
    text = assert_page(suite.client().submit("/people/sign-in", {}), status=422)
    assert 'id="field-username-error"' in text
    assert 'id="field-password-error"' in text


def test_signing_out_ends_the_session(suite: Harness, rep: UUID) -> None:
    browser = suite.client()
    sign_in(suite, browser=browser)
    assert browser.submit("/people/sign-out", form_of="/people/").location == "/people/sign-in"
    assert browser.get("/people/").status_code == 302


def test_the_language_is_remembered_for_the_next_browser(suite: Harness, rep: UUID) -> None:
    browser = suite.client(locale="zh")
    sign_in(suite, browser=browser)
    answer = browser.submit(
        "/people/language", {"locale": "en", "next": "/people/roster"}, form_of="/people/"
    )
    assert answer.location == "/people/roster"
    other = suite.client(locale="zh")
    sign_in(suite, browser=other)
    assert 'lang="en"' in other.get("/people/").get_data(as_text=True)


def test_the_language_can_be_chosen_before_signing_in_and_leads_nowhere_else(suite: Harness) -> None:
    browser = suite.client(locale="zh")
    answer = browser.submit(
        "/people/language", {"locale": "en", "next": "https://evil.example/"}, form_of="/people/sign-in"
    )
    assert answer.location == "/people/sign-in"
    assert 'lang="en"' in browser.get("/people/sign-in").get_data(as_text=True)


def test_a_temporary_password_opens_only_the_page_to_choose_another(suite: Harness) -> None:
    account = open_for(suite, "newcomer", Role.REP, temporary=True)
    browser = suite.client()
    assert sign_in(suite, "newcomer", browser=browser).location == "/people/choose-password"
    assert browser.get("/people/").status_code == 302
    assert_page(browser.get("/people/choose-password"))
    chosen = {"password": "a sentence of my own", "again": "a sentence of my own"}
    assert browser.submit("/people/choose-password", chosen).location == "/people/"
    assert_page(browser.get("/people/"))
    assert sign_in(suite, "newcomer").status_code == 401
    assert sign_in(suite, "newcomer", "a sentence of my own").status_code == 303
    assert suite.events("people", "people.account.password_set.v1")[-1].message().account_id == account


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("goodstanding", "goodstanding", "password"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "password"),
        ("my name is newcomer", "my name is newcomer", "password"),
        ("a sentence of my own", "another sentence", "again"),
    ],
)
def test_a_weak_or_mistyped_password_is_not_taken(
    suite: Harness, password: str, again: str, field: str
) -> None:
    open_for(suite, "newcomer", Role.REP, temporary=True)
    browser = suite.client()
    sign_in(suite, "newcomer", browser=browser)
    text = assert_page(
        browser.submit("/people/choose-password", {"password": password, "again": again}), status=422
    )
    assert f'id="field-{field}-error"' in text
    assert sign_in(suite, "newcomer").status_code == 303


def test_choosing_a_password_without_having_given_the_temporary_one_leads_to_signing_in(
    suite: Harness,
) -> None:
    browser = suite.client()
    assert browser.get("/people/choose-password").location == "/people/sign-in"


def test_the_way_to_choose_a_password_closes_after_ten_minutes(suite: Harness) -> None:
    open_for(suite, "newcomer", Role.REP, temporary=True)
    browser = suite.client()
    sign_in(suite, "newcomer", browser=browser)
    suite.clock.advance(timedelta(minutes=10))
    assert browser.get("/people/choose-password").location == "/people/sign-in"


def test_changing_ones_password_asks_for_the_present_one(suite: Harness, rep: UUID) -> None:
    browser = suite.client()
    sign_in(suite, browser=browser)
    wanted = {"password": "a sentence of my own", "again": "a sentence of my own"}
    assert_page(browser.submit("/people/password", {**wanted, "current": WRONG}), status=422)
    assert browser.submit("/people/password", {**wanted, "current": PASSWORD}).status_code == 303
    assert sign_in(suite, password="a sentence of my own").status_code == 303


def test_a_token_is_given_for_the_right_password_and_opens_the_api(suite: Harness, rep: UUID) -> None:
    api = suite.api()
    answer = api.post("/people/v1/tokens", json={"username": "liwei", "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 3600
    assert answer.headers["Cache-Control"] == "no-store"
    api.token = answer.json["access_token"]
    assert api.get("/people/v1/me").json["person"]["name"] == "李薇"
    suite.clock.advance(timedelta(hours=1))
    assert api.get("/people/v1/me").status_code == 401


def test_tokens_count_failures_and_pause_like_the_page(suite: Harness, rep: UUID) -> None:
    api = suite.api()
    given = {"username": "liwei", "password": WRONG}
    for _ in range(5):
        answer = api.post("/people/v1/tokens", json=given)
        assert (answer.status_code, answer.json["type"].rsplit("/", 1)[1]) == (401, "unauthenticated")
    answer = api.post("/people/v1/tokens", json={**given, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert sign_in(suite).status_code == 429


def test_a_token_is_never_kept_for_a_repeated_request(suite: Harness, rep: UUID) -> None:
    from shared.db.idempotency import IdempotencyKey

    api = suite.api(Role.REP)
    given = {"username": "liwei", "password": PASSWORD}
    answer = api.post("/people/v1/tokens", json=given, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 200
    with suite.read("people") as uow:
        assert uow.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_a_temporary_password_gives_no_token(suite: Harness) -> None:
    open_for(suite, "newcomer", Role.REP, temporary=True)
    answer = suite.api().post("/people/v1/tokens", json={"username": "newcomer", "password": PASSWORD})
    assert answer.status_code == 401


@pytest.fixture
def demo(suite: Harness) -> Iterator[Harness]:
    """The same as a demo installation."""
    object.__setattr__(suite.settings, "demo", True)
    yield suite
    object.__setattr__(suite.settings, "demo", False)


def test_a_demo_lists_its_accounts_and_one_click_signs_in(demo: Harness) -> None:
    open_for(demo, "payroll", Role.PAYROLL, password="goodstanding")
    open_for(demo, "somebody-real", Role.PAYROLL)
    text = assert_page(demo.client().get("/people/sign-in"))
    assert '<input type="hidden" name="username" value="payroll">' in text
    assert "somebody-real" not in text
    assert sign_in(demo, "payroll", "goodstanding").status_code == 303


def test_an_installation_that_is_no_demo_lists_nobody(suite: Harness) -> None:
    object.__setattr__(suite.settings, "demo", False)
    open_for(suite, "payroll", Role.PAYROLL, password="goodstanding")
    text = assert_page(suite.client().get("/people/sign-in"))
    assert "goodstanding</code>" not in text
    assert 'value="payroll"' not in text
