"""Questions in and out of files: nothing changes unseen, and the same file again changes nothing."""

import io
import zipfile
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.training.interchange.commands import apply_import, check_file
from services.training.interchange.models import QuestionImport
from services.training.interchange.queries import plan_now
from services.training.interchange.rules import (
    COLUMNS,
    Effect,
    entries_from_json,
    entries_to_json,
    read_rows,
    row_of,
)
from services.training.interchange.schemas import EXAMPLES
from services.training.qti.queries import read_files, read_item
from services.training.qti.rules import write_item, write_package
from services.training.questions.models import Question
from services.training.questions.queries import find_by_codes
from services.training.questions.rules import QuestionBody, tidy
from shared.core.errors import IllegalTransition, InvalidInput, TooLarge
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.tabular import read_table, write_csv, write_xlsx
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR
from tests.services.training.question_factories import create_questions, create_topic, make_body
from tests.services.training.test_question_rules import EVERY_KIND, multiple, numeric

HOME = "/training/questions/files"
HEADERS = [one.aliases[1] for one in COLUMNS]
BODIES = (*EVERY_KIND, *EXAMPLES, multiple(0, 2, partial=True, points=3), numeric("-1200.25", "0.000001"))


# QTI


@pytest.mark.parametrize("body", BODIES, ids=lambda one: one.kind)
def test_a_question_survives_qti_and_a_spreadsheet_in_either_form(body: QuestionBody) -> None:
    item = read_item(write_item("a-code", "a-topic", body), "name")
    assert (item.code, item.topic_code, item.body) == ("a-code", "a-topic", tidy(body))
    rows = [row_of("a-code", "a-topic", body)]
    for data in (write_csv(HEADERS, rows), write_xlsx(HEADERS, rows)):
        (entry,) = read_rows(read_table(data, "name"))
        assert (entry.code, entry.topic_code, entry.body) == ("a-code", "a-topic", tidy(body)), entry


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_that_can_be_kept_survives_a_file(zh: str, en: str) -> None:
    storable = all(char.isprintable() or char in " \n" for char in zh + en)
    body = tidy(replace(EXAMPLES[5], text=LocalizedText(zh=zh, en=en)))
    if not storable or not (body.text.zh and body.text.en):
        return
    assert read_item(write_item("c", "t", body), "n").body == body
    (entry,) = read_rows(read_table(write_csv(HEADERS, [row_of("c", "t", body)]), "n"))
    assert entry.body == body


def test_an_item_from_another_system_is_read() -> None:
    item = read_item(
        b"""<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="Choice 1" xml:lang="en">
        <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
        <correctResponse><value>ChoiceB</value></correctResponse></responseDeclaration>
        <itemBody><p>Look at <em>this</em>.</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">
        <prompt>What does it
        say?</prompt><simpleChoice identifier="ChoiceA">A <b>bold</b> claim</simpleChoice>
        <simpleChoice identifier="ChoiceB">Nothing</simpleChoice></choiceInteraction></itemBody></assessmentItem>""",
        "choice.xml",
    )
    assert item.problem is None
    assert item.code == "choice-1"
    assert item.body is not None
    assert tidy(item.body).text == LocalizedText(zh="", en="Look at this. What does it say?")
    assert [one.en for one in item.body.options] == ["A bold claim", "Nothing"]
    assert item.body.right == (1,)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("<itemBody>", "<itemBody><p><img/></p>"), "Pictures"),
        (("choiceInteraction", "matchInteraction"), "matchInteraction"),
        (("<value>B</value>", "<value>Z</value>"), "not one of the options"),
        (("<value>1</value>", "<value>1.5</value>"), "whole number"),
        (("assessmentItem", "assessmentTest"), "not an assessmentItem"),
        (("</itemBody>", ""), "well-formed"),
        (("?>", '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "entities"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(change: tuple[str, str], said: str) -> None:
    text = write_item("c", "t", EVERY_KIND[0]).decode()
    assert change[0] in text
    item = read_item(text.replace(*change).encode(), "name")
    assert item.body is None
    assert item.problem is not None
    assert said in str(item.problem)


def test_a_package_that_would_explode_or_is_damaged_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("big.xml", b" " * (41 * 2**20))
    with pytest.raises(TooLarge):
        read_files(out.getvalue(), "bomb.zip")
    whole = write_package([("c", "t", EVERY_KIND[0])])
    for broken in (whole[:200], whole[:60] + b"\x00" * 40 + whole[100:]):
        with pytest.raises(InvalidInput):
            read_files(broken, "broken.zip")
    assert whole == write_package([("c", "t", EVERY_KIND[0])])


# Spreadsheets


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("kind", "essay", "not a kind of question"),
        ("right", "B", "numbers"),
        ("right", "9", "Mark the one option"),
        ("options_en", "only one", "as many options"),
        ("points", "many", "whole number"),
        ("points", "99", "points"),
        ("partial", "maybe", "yes or no"),
        ("tolerance", "abc", "not a number"),
        ("code", "Nr. 5!", "small letters"),
        ("text_zh", "", "same languages"),
    ],
)
def test_a_row_that_is_wrong_says_what(column: str, value: str, said: str) -> None:
    row = row_of("a-code", "t", EXAMPLES[0])
    row[[one.name for one in COLUMNS].index(column)] = value
    (entry,) = read_rows(read_table(write_csv(HEADERS, [row]), "n"))
    assert entry.body is None
    assert any(said in str(one) for one in entry.problems), entry.problems
    assert entries_from_json(entries_to_json([entry]))[0].place == "2"


def test_words_for_kinds_and_truth_are_understood_in_both_languages() -> None:
    for kind, truth in (("判断题", "对"), ("true or false", "YES"), ("True_False", "1")):
        row = row_of("", "t", EXAMPLES[2])
        row[2], row[8] = kind, truth
        (entry,) = read_rows(read_table(write_csv(HEADERS, [row]), "n"))
        assert entry.body == EXAMPLES[2], entry.problems


def test_an_imported_file_changes_nothing_when_it_is_imported_again(h: Harness) -> None:
    now = h.clock.now()
    rows = [row_of("" if number % 2 else f"x-{number}", "t", body) for number, body in enumerate(EXAMPLES)]
    wrong = [row_of("wrong", "nowhere", EXAMPLES[0]), row_of("x-0", "t", EXAMPLES[1])]
    data = write_xlsx(HEADERS, rows + wrong)
    for turn in ("first", "again"):
        with h.write("training") as uow:
            create_topic(uow, now, "t")
            found = check_file(uow, data, "q.xlsx", topic_code="", actor=ACTOR, now=now)
            planned = plan_now(uow.session, entries_from_json(found.entries))
            effect = Effect.ADDED if turn == "first" else Effect.UNCHANGED
            assert [one.effect for one in planned] == [effect] * 6 + [Effect.WRONG] * 2
            apply_import(uow, found, actor=ACTOR, now=now)
            with pytest.raises(IllegalTransition):
                apply_import(uow, found, actor=ACTOR, now=now)
        assert len(h.events("training", "training.question.added.v1")) == 6
        assert len(h.events("training", "training.question.revised.v1")) == 6
    changed = write_csv(HEADERS, [row_of("x-0", "t", replace(EXAMPLES[0], points=3))])
    with h.write("training") as uow:
        found = check_file(uow, changed, "q.csv", topic_code="", actor=ACTOR, now=now)
        apply_import(uow, found, actor=ACTOR, now=now)
        assert (found.added, found.revised) == (0, 1)
        uow.session.flush()
        assert find_by_codes(uow.session, ["x-0"])["x-0"].revision.points == 3


def test_a_trainer_sees_what_a_file_would_change_before_it_does(h: Harness, engine_name: str) -> None:
    locale = "zh" if engine_name == "sqlite" else "en"
    now = h.clock.now()
    with h.write("training") as uow:
        create_questions(uow, create_topic(uow, now, "t"), now, [make_body()])
    browser = h.client(Role.TRAINER, locale=locale)
    assert_page(browser.get(HOME))
    template = browser.get(f"{HOME}/template.xlsx").data
    exported = {ending: browser.get(f"{HOME}/questions.{ending}").data for ending in ("csv", "xlsx", "zip")}
    new = write_package([("new-one", "t", EXAMPLES[3]), ("no-topic", "", EXAMPLES[4])])
    single = write_item("single", "t", EXAMPLES[2])
    for name, data, effects in (
        ("template.xlsx", template, {Effect.WRONG: 6}),
        ("q.csv", exported["csv"], {Effect.UNCHANGED: 1}),
        ("q.xlsx", exported["xlsx"], {Effect.UNCHANGED: 1}),
        ("q.zip", exported["zip"], {Effect.UNCHANGED: 1}),
        ("new.zip", new, {Effect.ADDED: 2}),
        ("single.xml", single, {Effect.ADDED: 1}),
    ):
        sent = browser.submit(HOME, {"file": (io.BytesIO(data), name), "topic": "t"}, form_of=HOME)
        assert sent.status_code == 303, assert_page(sent, status=422)
        assert name in assert_page(browser.get(sent.location))
        with h.read("training") as uow:
            found = uow.session.get_one(QuestionImport, UUID(sent.location.rpartition("/")[2]))
            planned = plan_now(uow.session, entries_from_json(found.entries))
            assert {effect: [one.effect for one in planned].count(effect) for effect in effects} == effects
            assert len(uow.session.scalars(select(Question.id)).all()) == 1
    assert browser.submit(sent.location, form_of=sent.location).status_code == 303
    assert_page(browser.get(sent.location))
    assert_page(browser.get(HOME))
    for name, data in (
        ("x.pdf", b"%PDF-1.7"),
        ("x.csv", b"a,b\n1,2"),
        ("x.zip", b"PK\x03\x04rubbish"),
        ("x", b""),
    ):
        refused = browser.submit(HOME, {"file": (io.BytesIO(data), name)}, form_of=HOME)
        assert_page(refused, status=422)
    assert_page(browser.submit(HOME, {}, form_of=HOME), status=422)
