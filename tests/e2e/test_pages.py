"""Each page that somebody came for, in both languages, on a phone and on a desk: sound, fitting, accessible."""

import re
from collections.abc import Callable

import pytest

from tests.e2e.person import MAX_PAGE_BYTES, MAX_PAGE_REQUESTS, Person

pytestmark = pytest.mark.browser

# Who opens what; a second entry is the link to follow from there, to a page whose address has an id in it.
PAGES = {
    "home": ("rep2", "/people/", None),
    "my-standing": ("rep2", "/eligibility/me", None),
    "team-standing": ("manager", "/eligibility/team", None),
    "my-training": ("rep2", "/training/my", None),
    "team-training": ("manager", "/training/team", None),
    "courses": ("trainer", "/training/courses", None),
    "roster": ("hr", "/people/roster", None),
    "roster-import": ("hr", "/people/roster/imports/new", None),
    "org-tree": ("hr", "/people/org", None),
    "payouts": ("payroll", "/eligibility/payouts", None),
    "payout-run": ("payroll", "/eligibility/payouts", "main tbody a"),
    "pay-policy": ("payroll", "/eligibility/policy", None),
    "case-board": ("compliance", "/compliance/cases", None),
    "case": ("compliance", "/compliance/cases", "main a[href*='/compliance/cases/0']"),
    "handbook": ("rep2", "/compliance/handbook", None),
    "contracts": ("legal", "/contracts/", None),
    "contract": ("legal", "/contracts/", "main tbody a"),
    "receivables": ("finance", "/contracts/receivables", None),
    "audit-room": ("auditor", "/training/log", None),
    "operations": ("administrator", "/people/operations", None),
    "accounts": ("administrator", "/people/accounts", None),
    "sign-in": (None, "/people/sign-in", None),
}


@pytest.mark.parametrize(("locale", "width"), [("zh", 360), ("en", 1280), ("zh", 1280), ("en", 360)])
def test_every_page_is_sound_in_both_languages_at_both_widths(
    visit: Callable[..., Person], locale: str, width: int
) -> None:
    signed_in: dict[str | None, Person] = {}
    for name, (who, url, link) in PAGES.items():
        if who not in signed_in:
            signed_in[who] = visit(who, locale=locale, width=width)
        person = signed_in[who]
        person.go(url)
        if link is not None:
            person.page.locator(link).first.click()
            person.page.wait_for_load_state()
        person.check_page(name)
        chinese = re.search("[\u4e00-\u9fff]", person.page.locator("h1").inner_text())
        assert (person.page.locator("html").get_attribute("lang") or "").startswith(locale)
        if name in ("my-standing", "payouts", "case-board", "receivables", "audit-room", "sign-in"):
            assert bool(chinese) == (locale == "zh"), name


@pytest.mark.parametrize(
    ("who", "url"),
    [(None, "/people/sign-in"), ("rep2", "/eligibility/me"), ("payroll", "/eligibility/payouts")],
)
def test_a_page_is_light_and_asks_for_little(visit: Callable[..., Person], who: str | None, url: str) -> None:
    person = visit(who)
    state = person.context.storage_state()
    browser = person.context.browser
    assert browser is not None
    fresh = browser.new_context(base_url=person.base_url, storage_state=state)
    page, sizes = fresh.new_page(), []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(url, wait_until="networkidle")
    fresh.close()
    assert 0 < len(sizes) <= MAX_PAGE_REQUESTS
    assert sum(sizes) < MAX_PAGE_BYTES
