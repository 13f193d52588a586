"""Accounts as administrators keep them, on both engines."""

import re

import pytest
from click.testing import CliRunner

from services.people.accounts.queries import find_holder
from services.people.cli import create_account
from shared.core.principals import Role
from tests.harness import Browser, Harness, assert_page
from tests.services.people.conftest import PASSWORD, Company, open_for


@pytest.fixture
def admin(suite: Harness) -> Browser:
    """A browser of an administrator."""
    return suite.client(Role.ADMINISTRATOR)


def roles_of(suite: Harness, username: str) -> list[str]:
    with suite.read("people") as uow:
        holder = find_holder(uow.session, username)
        assert holder is not None
        return list(holder.account.roles)


def can_sign_in(suite: Harness, username: str, password: str = PASSWORD) -> bool:
    fields = {"username": username, "password": password, "next": ""}
    return suite.client().submit("/people/sign-in", fields).status_code == 303


def test_an_account_is_opened_for_a_person_with_a_password_that_is_shown_once(
    suite: Harness, company: Company, admin: Browser
) -> None:
    fields = {"username": "LiWei", "employee_no": "E004", "role_rep": "1", "role_manager": "1"}
    answer = admin.submit("/people/accounts/new", fields)
    text = assert_page(answer, title="Temporary password")
    password = re.search(r"<code>([\w-]{16})</code>", text)
    assert password
    assert answer.headers["Cache-Control"] == "no-store"
    assert roles_of(suite, "liwei") == ["manager", "rep"]
    assert can_sign_in(suite, "liwei", password[1])
    opened = suite.events("people", "people.account.opened.v1")[-1]
    assert opened.message().person_id == company.rep
    assert "liwei" not in str(opened.data)
    assert "李薇" in assert_page(admin.get("/people/accounts"))


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"username": "x", "role_rep": "1", "display_name": "X"}, 422, "username"),
        ({"username": "someone", "display_name": "X"}, 422, "roles"),
        ({"username": "someone", "role_rep": "1"}, 422, "display_name"),
        ({"username": "someone", "role_rep": "1", "employee_no": "E999"}, 422, "employee_no"),
        ({"username": "taken", "role_rep": "1", "display_name": "X"}, 409, "username"),
        ({"username": "other", "role_rep": "1", "employee_no": "E004"}, 409, "employee_no"),
    ],
)
def test_what_is_wrong_with_a_new_account_stands_beside_its_field(
    suite: Harness, company: Company, admin: Browser, fields: dict[str, str], status: int, field: str
) -> None:
    open_for(suite, "taken", Role.REP, person_id=company.rep)
    text = assert_page(admin.submit("/people/accounts/new", fields), status=status)
    assert f'href="#field-{field}"' in text
    assert f'id="field-{field}"' in text


def test_other_roles_are_an_event_that_says_which(suite: Harness, admin: Browser) -> None:
    account = open_for(suite, "liwei", Role.REP)
    answer = admin.submit(
        f"/people/accounts/{account}/roles", {"role_manager": "1"}, form_of=f"/people/accounts/{account}"
    )
    assert answer.status_code == 303
    assert roles_of(suite, "liwei") == ["manager"]
    changed = suite.events("people", "people.account.roles_changed.v1")[-1].message()
    assert (changed.before, changed.after) == (("rep",), ("manager",))


def test_an_account_keeps_at_least_one_role(suite: Harness, admin: Browser) -> None:
    account = open_for(suite, "liwei", Role.REP)
    page = f"/people/accounts/{account}"
    assert_page(admin.submit(f"{page}/roles", {}, form_of=page), status=422)
    assert roles_of(suite, "liwei") == ["rep"]


def test_administrators_do_not_shut_themselves_out(suite: Harness) -> None:
    account = open_for(suite, "boss", Role.ADMINISTRATOR)
    browser = suite.client()
    browser.submit("/people/sign-in", {"username": "boss", "password": PASSWORD, "next": ""})
    page = f"/people/accounts/{account}"
    assert_page(browser.submit(f"{page}/roles", {"role_rep": "1"}, form_of=page), status=409)
    assert_page(browser.submit(f"{page}/disable", {}, form_of=page), status=409)
    assert roles_of(suite, "boss") == ["administrator"]
    assert can_sign_in(suite, "boss")


def test_a_reset_password_replaces_the_old_one_and_must_be_replaced_itself(
    suite: Harness, admin: Browser
) -> None:
    account = open_for(suite, "liwei", Role.REP)
    page = f"/people/accounts/{account}"
    text = assert_page(admin.submit(f"{page}/password", {}, form_of=page))
    password = re.search(r"<code>([\w-]{16})</code>", text)
    assert password
    assert not can_sign_in(suite, "liwei")
    browser = suite.client()
    answer = browser.submit("/people/sign-in", {"username": "liwei", "password": password[1], "next": ""})
    assert answer.location == "/people/choose-password"
    assert suite.events("people", "people.account.password_set.v1")[-1].message().temporary is True


def test_a_disabled_account_cannot_sign_in_until_it_is_enabled(suite: Harness, admin: Browser) -> None:
    account = open_for(suite, "liwei", Role.REP)
    page = f"/people/accounts/{account}"
    admin.submit(f"{page}/disable", {}, form_of=page)
    assert not can_sign_in(suite, "liwei")
    admin.submit(f"{page}/enable", {}, form_of=page)
    assert can_sign_in(suite, "liwei")
    kinds = [event.type for event in suite.events("people")]
    assert "people.account.disabled.v1" in kinds
    assert "people.account.enabled.v1" in kinds


def test_accounts_are_searched_by_user_name_and_by_the_persons_name(
    suite: Harness, company: Company, admin: Browser
) -> None:
    open_for(suite, "liwei", Role.REP, person_id=company.rep)
    open_for(suite, "other", Role.REP)
    for search in ("liw", "李薇"):
        text = assert_page(admin.get("/people/accounts", query_string={"q": search}))
        assert "liwei" in text
        assert "<code>other</code>" not in text


def test_nobody_but_administrators_sees_accounts(suite: Harness) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}:
        assert suite.client(role).get("/people/accounts").status_code == 403, role


def test_no_page_about_accounts_holds_a_hash(suite: Harness, admin: Browser) -> None:
    account = open_for(suite, "liwei", Role.REP)
    for path in ("/people/accounts", f"/people/accounts/{account}"):
        assert "argon2" not in admin.get(path).get_data(as_text=True)


def test_the_first_administrator_is_made_on_the_command_line(suite: Harness) -> None:
    given = "a sentence to begin with\n" * 2
    done = CliRunner().invoke(create_account, ["boss", "--name", "高健"], obj=suite.suite, input=given)
    assert done.exit_code == 0, done.output
    assert roles_of(suite, "boss") == ["administrator"]
    assert can_sign_in(suite, "boss", "a sentence to begin with")


@pytest.mark.parametrize(
    ("arguments", "password"),
    [
        (["boss"], "short"),
        (["boss", "--employee-no", "E999"], "a sentence to begin with"),
        (["b"], "a sentence to begin with"),
    ],
)
def test_the_command_line_says_what_is_wrong_and_opens_nothing(
    suite: Harness, arguments: list[str], password: str
) -> None:
    done = CliRunner().invoke(create_account, arguments, obj=suite.suite, input=f"{password}\n" * 2)
    assert done.exit_code == 1
    assert done.output.count("Error") == 1
    assert suite.events("people") == []
