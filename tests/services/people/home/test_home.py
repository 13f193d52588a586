"""The first page: links that one may follow, the most particular one on top."""

import pytest

from services.people.home.rules import Link, by_section, first_link
from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_
from tests.harness import Harness, assert_page
from tests.services.people.conftest import Company


def link(
    url: str, *roles: Role, order: int = 50, section: str = "Section", first_for: tuple[Role, ...] = ()
) -> Link:
    needed = permission(f"test{url}", *roles, title=N_("Test"))
    return Link(N_(section), N_(url), url, needed, order, first_for)


def test_the_first_link_is_the_one_that_says_so_for_a_role() -> None:
    mine = link("/payouts", Role.PAYROLL, Role.FINANCE, order=70, first_for=(Role.PAYROLL,))
    rare = link("/rare", Role.PAYROLL, order=1)
    assert first_link([rare, mine], frozenset({Role.PAYROLL})) is mine
    assert first_link([rare, mine], frozenset({Role.FINANCE})) is rare


def test_somebody_who_sells_and_manages_manages_first() -> None:
    team = link("/team", Role.MANAGER, order=20, first_for=(Role.MANAGER,))
    own = link("/me", Role.REP, order=10, first_for=(Role.REP,))
    assert first_link([own, team], frozenset({Role.REP, Role.MANAGER})) is team
    assert first_link([own], frozenset({Role.REP})) is own


def test_where_no_page_says_so_the_one_that_the_fewest_roles_may_open_is_first() -> None:
    everybody = link("/everybody", *Role, order=1)
    payroll = link("/payouts", Role.PAYROLL, order=70)
    assert first_link([everybody, payroll], frozenset({Role.PAYROLL})) is payroll
    assert first_link([], frozenset({Role.PAYROLL})) is None


def test_links_stand_by_section_in_the_order_of_the_navigation() -> None:
    links = [
        link("/b", Role.REP, order=20),
        link("/c", Role.REP, order=5, section="Other"),
        link("/a", Role.REP, order=1),
    ]
    assert {name: [one.url for one in found] for name, found in by_section(links).items()} == {
        "Section": ["/a", "/b"],
        "Other": ["/c"],
    }


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.HR, "/people/roster/imports/new"),
        (Role.ADMINISTRATOR, "/people/accounts"),
        (Role.AUDITOR, "/people/log"),
    ],
)
def test_each_role_finds_its_own_first(suite: Harness, role: Role, first: str) -> None:
    text = assert_page(suite.client(role).get("/people/"))
    assert f'class="btn btn-primary" href="{first}"' in text


def test_a_card_leads_nowhere_that_one_may_not_go(suite: Harness, company: Company) -> None:
    text = assert_page(suite.client(Role.REP, person_id=company.rep).get("/people/"))
    assert "/people/accounts" not in text
    assert "/people/roster/imports/new" not in text
    assert f"/people/roster/{company.rep}" in text
