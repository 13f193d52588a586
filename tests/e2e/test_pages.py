"""Each page that somebody came for, in both languages, on a phone and on a desk: sound, fitting, accessible."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from services.training.app import SERVICE as TRAINING
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


# Whose a page of training is where it is not the trainer's; the first that fits counts.
WHOSE = (
    (
        "rep2",
        r"(my|notices|periods|library|library/read|careers/me|sessions/mine|sessions/calendar|mentoring)$",
    ),
    ("rep2", r"(sessions|sessions/<uuid:session_id>|sessions/.*/feedback)$"),
    ("rep2", r"assignments/<uuid:assignment_id>(/exception|/waiver)?$"),
    ("manager", r"(team|team/extension|mentoring/team|mentoring/pair/.*|assignments/.*/extend)$"),
    ("manager", r"careers/(team|people/.*)$"),
    ("trainer", r""),
)
# Pages that there are only in the midst of something, which a journey goes through or a test of its own is about;
# and what looks like a page by its address and is a file.
ELSEWHERE = re.compile(
    r"assign/jobs/|assignments/.*/parts/|assignments/.*/exempt$|exemptions/|/(file|evidence|video|files/.*)$"
    r"|badges/|pictures/|check-in|/screen$|draft/parts/new|proposals/|reissues/<|evidence/<|imports/<|mentoring/pair/|reports/documents/|reports$|/certificate$"
)
SAMPLES = 25


def _rules() -> tuple[Flask, list[Rule]]:
    """Return training's addresses, and those of them that are not a file's by their ending."""
    app = Flask("addresses", static_folder=None)
    for one in TRAINING.pages:
        app.register_blueprint(one)
    rules = [one for one in app.url_map.iter_rules() if "GET" in (one.methods or ()) and "." not in one.rule]
    return app, rules


def _links(person: Person) -> Iterator[tuple[str, str]]:
    """Go from page to page by what each links to; yield the address of each the first time that there is one.

    Of a kind of page of which there are many, more are asked while some page below it has not been found.
    """
    app, rules = _rules()
    adapter = app.url_map.bind("localhost")
    waiting = [(one.rule, one.rule) for one in rules if not one.arguments]
    waiting += [("/training/sessions/plan/past", "/training/sessions/plan?when=past")]
    asked, found = Counter[str](), set[str]()
    while waiting:
        rule, url = waiting.pop(0)
        below = any(one.rule.startswith(f"{rule}/") and one.rule not in found for one in rules)
        if asked[rule] >= (SAMPLES if below else 1) or url in found:
            continue
        answer = person.context.request.get(url, max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        asked[rule] += 1
        if rule not in found and "?" not in url:
            yield rule, url
        found |= {rule, url}
        for path in dict.fromkeys(re.findall(r'href="(/training/[^"#?]*)', answer.text())):
            try:
                to, _ = adapter.match(path, method="GET", return_rule=True)
            except HTTPException:
                continue
            if "." not in to.rule:
                waiting.append((to.rule, path))


def test_every_page_of_training_is_sound_on_a_phone(visit: Callable[..., Person]) -> None:
    opened: set[str] = set()
    for who in dict.fromkeys(one for one, _ in WHOSE):
        readers = [visit(who, locale=locale, width=360) for locale in ("zh", "en")]
        for rule, url in _links(readers[0]):
            owner = next(one for one, whose in WHOSE if re.match(f"/training/{whose}", rule))
            if owner == who:
                reader = readers[len(opened) % 2]
                reader.go(url)
                reader.check_page(re.sub(r"[^a-z]+", "-", rule.removeprefix("/training/")).strip("-"))
                opened.add(rule)
    unseen = {one.rule for one in _rules()[1]} - opened
    missed = {one for one in unseen if not ELSEWHERE.search(one)}
    assert not missed, f"no page links to {sorted(missed)}"
