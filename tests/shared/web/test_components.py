"""The components: what they escape, what they always say, and that their colours can be read."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

WEB = Path(__file__).parents[3] / "shared" / "web"
TEMPLATES = WEB / "templates"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
STATES = {"eligible": "Eligible", "held": "Held", "ineligible": "Ineligible", "notice": "Notice"}
TONES = (*STATES, "neutral", "accent")
DARK_BLOCKS = (':root:not([data-theme="light"])', ':root[data-theme="dark"]')


@pytest.fixture
def ui() -> Any:
    """The macros under the strictest Jinja there is, with an English catalogue and a request at /runs."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
    )
    environment.install_null_translations(newstyle=True)
    environment.filters |= {
        "money": lambda minor, currency: f"{currency} {minor / 100:,.2f}",
        "date": str,
        "datetime": str,
        "iso": str,
        "number": lambda value: f"{value:,}",
        "percent": lambda value: f"{value:.1%}",
    }
    environment.globals |= {
        "csrf_token": lambda: "token",
        "request": SimpleNamespace(
            path="/runs", args=MultiDict({"sort": "due", "cursor": "c", "q": HOSTILE})
        ),
    }
    return environment.get_template("macros/ui.html").module


class Elements(HTMLParser):
    """Every element of a fragment, in order, with its attributes; `text` is what is left without markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def ids(self) -> set[str | None]:
        return {attributes.get("id") for _, attributes in self.found if attributes.get("id")}


def body(*_: Any) -> Markup:
    """Stand in for the inside of a `call` block."""
    return Markup("<td>inside</td>")


FIELD_KINDS = (
    *("text", "password", "email", "search", "number", "date", "month"),
    *("textarea", "select", "checkbox", "radio", "file", "money", "hidden"),
)


def hostile_pieces(ui: Any) -> dict[str, str]:
    """Every macro, given hostile text wherever it takes text."""
    bad = HOSTILE
    row = SimpleNamespace(id=bad, name=bad)
    pieces = {
        "button": ui.button(bad, name=bad, value=bad, confirm=bad),
        "link_button": ui.link_button(bad, bad, external=True),
        "post_button": ui.post_button(bad, bad, fields={bad: bad}, confirm=bad),
        "copy_button": ui.copy_button(bad, bad),
        "dialog": ui.dialog(bad, bad, caller=body) + ui.dialog_button(bad, bad),
        "form": ui.form(bad, id=bad, caller=body) + ui.group(bad, bad, caller=body),
        "error_summary": ui.error_summary({bad: [bad]}, {bad: bad}),
        "table": ui.table(
            [{"label": bad, "key": bad}], [row], bad, select=bad, foot=[bad], show_caption=True, caller=body
        ),
        "empty": ui.empty(bad, bad, bad, bad) + ui.url_with({bad: bad}),
        "empty table": ui.table([], [], bad, empty=bad, empty_hint=bad, empty_action=bad, caller=body),
        "filter_bar": ui.filter_bar(bad, keep=["q"], caller=body),
        "pager": ui.pager(bad, shown=1, total=2),
        "downloads": ui.downloads(bad, bad),
        "status": ui.status(bad, bad) + ui.chip(bad, bad) + ui.mark(bad, bad, bad),
        "progress": ui.progress(1, 2, bad, bad, bad) + ui.proportion([(bad, bad, 1)], bad),
        "stepper": ui.stepper([(bad, bad, bad)], bad),
        "page_header": ui.page_header(bad, bad, bad) + ui.breadcrumbs([(bad, bad), (bad, None)]),
        "tabs": ui.tabs([{"label": bad, "url": bad, "current": True}], bad),
        "card": ui.card(bad, bad, bad, caller=body) + ui.stat(bad, bad, bad, bad, bad),
        "facts": ui.facts([(bad, bad)]) + ui.money(1, bad) + ui.moment(bad) + ui.day(bad),
        "person": ui.person(bad, bad, bad),
        "timeline": ui.timeline(
            [{"at": bad, "title": bad, "body": bad, "actor": bad, "tone": bad, "icon": bad}]
        ),
        "diff": ui.diff([{"kind": "changed", "before": bad, "after": [("added", bad)]}], bad, bad),
        "notice": ui.notice(bad, bad, bad) + ui.code(bad, bad) + ui.icon(bad),
    }
    for kind in FIELD_KINDS:
        pieces[f"field {kind}"] = ui.field(
            bad,
            bad,
            kind,
            bad,
            {bad: [bad]},
            bad,
            options=[(bad, bad, bad)],
            attrs={"placeholder": bad, "currency": bad},
        )
    return {name: str(piece) for name, piece in pieces.items()}


def test_every_component_escapes_hostile_text(ui: Any) -> None:
    for name, piece in hostile_pieces(ui).items():
        elements = Elements(piece)
        assert "<script" not in piece, name
        assert "<img" not in piece, name
        assert not {tag for tag, _ in elements.found} & {"script", "img"}, name
        assert not [1 for _, attributes in elements.found for key in attributes if key.startswith("on")], name


def test_every_component_is_among_those_that_are_tried_with_hostile_text(ui: Any) -> None:
    source = Path(__file__).read_text("utf-8")
    macros = [name for name in dir(ui) if callable(getattr(ui, name)) and not name.startswith("_")]
    exported = {name for name in macros if f"ui.{name}(" not in source}
    assert exported <= {"stats", "actions", "form_actions", "bulk_bar"}


@pytest.mark.parametrize(("state", "word"), STATES.items())
def test_each_outcome_shows_an_icon_and_its_word(ui: Any, state: str, word: str) -> None:
    elements = Elements(str(ui.status(state)))
    assert elements.text.strip() == word
    assert [attributes["aria-hidden"] for tag, attributes in elements.found if tag == "svg"] == ["true"]
    assert f"tone-{state}" in (elements.found[0][1]["class"] or "")


def test_the_four_outcomes_have_four_different_icons(ui: Any) -> None:
    drawings = {re.search(r"<svg.*?</svg>", str(ui.status(state))).group() for state in STATES}  # type: ignore[union-attr]
    assert len(drawings) == len(STATES)


@pytest.mark.parametrize("tone", TONES)
def test_each_chip_mark_and_notice_has_an_icon_and_a_word(ui: Any, tone: str) -> None:
    for piece in (ui.chip("Word", tone), ui.mark(tone, "Word"), ui.notice(tone, "Word")):
        elements = Elements(str(piece))
        assert "Word" in elements.text
        assert "svg" in {tag for tag, _ in elements.found}


def test_the_error_summary_links_to_the_ids_of_the_fields(ui: Any) -> None:
    kinds = [kind for kind in FIELD_KINDS if kind != "hidden"]
    errors = {kind: [f"Put {kind} right"] for kind in kinds}
    fields = "".join(str(ui.field(kind, kind, kind, errors=errors, options=[("a", "A")])) for kind in kinds)
    links = re.findall(r'href="#([^"]+)"', str(ui.error_summary(errors)))
    assert len(links) == len(kinds)
    assert set(links) <= Elements(fields).ids()


def test_an_error_and_a_hint_are_tied_to_their_field(ui: Any) -> None:
    elements = Elements(str(ui.field("amount", "Amount", errors={"amount": ["Too much"]}, hint="In yuan")))
    control = next(attributes for tag, attributes in elements.found if tag == "input")
    assert control["aria-describedby"] == "field-amount-hint field-amount-error"
    assert control["aria-invalid"] == "true"
    assert {"field-amount-hint", "field-amount-error"} <= elements.ids()


def test_without_errors_there_is_no_summary(ui: Any) -> None:
    assert str(ui.error_summary({})).strip() == ""


def test_a_password_is_never_written_back_into_the_page(ui: Any) -> None:
    assert "hunter2" not in str(ui.field("password", "Password", "password", "hunter2"))


def test_a_sort_link_keeps_the_filters_and_drops_the_page_and_turns_around(ui: Any) -> None:
    columns = [{"label": "Due", "key": "due"}, {"label": "Name", "key": "name"}]
    table = str(ui.table(columns, [SimpleNamespace(id=1)], "Lines", sort="due", caller=body))
    links = re.findall(r'class="sort" href="([^"]+)"', table)
    assert [link.rsplit("sort=", 1)[1] for link in links] == ["-due", "name"]
    assert all("q=" in link and "cursor=" not in link for link in links)
    assert 'aria-sort="ascending"' in table


def test_a_form_that_posts_carries_the_csrf_token_and_one_that_gets_does_not(ui: Any) -> None:
    assert 'name="csrf_token" value="token"' in str(ui.form(caller=body))
    assert "csrf_token" not in str(ui.form(method="get", caller=body))
    assert 'name="csrf_token" value="token"' in str(ui.post_button("Go", "/go"))


def tokens(css: str, selector: str) -> dict[str, str]:
    """Colour tokens (name to #rrggbb) of the first rule with exactly this selector."""
    block = re.search(r"(?m)^\s*" + re.escape(selector) + r" \{([^}]*)\}", css)
    assert block, selector
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours (1 to 21)."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("paper", "surface", "sunken")
INKS = ("ink", "ink-2", "ink-3", "accent", "accent-strong")
TEXT_ON = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *((tone, ground) for tone in STATES for ground in (*GROUNDS, f"{tone}-soft")),
    *(("ink", f"{tone}-soft") for tone in (*STATES, "accent")),
    *(("accent", "accent-soft"), ("on-accent", "accent"), ("on-accent", "accent-strong")),
]


@pytest.mark.parametrize("scheme", [":root", *DARK_BLOCKS])
def test_text_has_a_contrast_of_at_least_4_5_in_every_scheme(scheme: str) -> None:
    colours = tokens((WEB / "static" / "app.css").read_text("utf-8"), scheme)
    ratios = {(ink, ground): contrast(colours[ink], colours[ground]) for ink, ground in TEXT_ON}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", [":root", *DARK_BLOCKS])
def test_borders_of_controls_have_a_contrast_of_at_least_3(scheme: str) -> None:
    colours = tokens((WEB / "static" / "app.css").read_text("utf-8"), scheme)
    assert min(contrast(colours["line-strong"], colours[ground]) for ground in ("paper", "surface")) >= 3


def test_the_dark_scheme_is_the_same_whether_chosen_or_preferred() -> None:
    css = (WEB / "static" / "app.css").read_text("utf-8")
    preferred, chosen = (tokens(css, block) for block in DARK_BLOCKS)
    assert preferred == chosen
    assert preferred.keys() == tokens(css, ":root").keys()


def test_the_stylesheet_is_small_and_asks_nobody_else_for_anything() -> None:
    css = (WEB / "static" / "app.css").read_text("utf-8")
    assert len(css.encode()) < 45_000
    assert "url(" not in css
    assert "@import" not in css


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"<style\b|\sstyle\s*=|javascript:", source, re.IGNORECASE)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", source, re.IGNORECASE)
    assert all("src=" in script for script in re.findall(r"<script\b[^>]*>", source))


def test_no_component_draws_an_inline_style(ui: Any) -> None:
    assert [name for name, piece in hostile_pieces(ui).items() if " style=" in piece] == []


def test_every_string_of_the_templates_has_chinese_words() -> None:
    with (WEB / "translations" / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="zh")
    sources = "".join(path.read_text("utf-8") for path in [*TEMPLATES.rglob("*.html"), WEB / "gallery.py"])
    used = set(re.findall(r'(?:\b_|ngettext)\("((?:[^"\\]|\\.)*)"', sources))
    known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalogue if m.id and m.string}
    assert used - known == set()
