"""The question bank: what trainers write there, and what a published version keeps of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from services.training.parts.rules import Blueprint, Draw
from services.training.questions.commands import (
    add_question,
    freeze_blueprint,
    restore_question,
    retire_question,
    revise_question,
)
from services.training.questions.queries import BankFilter, get_question, list_questions
from services.training.questions.rules import QuestionKind
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.core.text import LocalizedText
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR, follow
from tests.services.training.question_factories import create_questions, create_topic, make_body

HOME = "/training/questions"


def test_a_published_pool_keeps_the_revision_it_was_frozen_with(h: Harness) -> None:
    now = h.clock.now()
    with h.write("training") as uow:
        topic = create_topic(uow, now)
        first, second = create_questions(uow, topic, now, [make_body(), make_body(0)])
        frozen = freeze_blueprint(uow.session, Blueprint((Draw(topic.id, 2),)))
        assert set(frozen.pool) == {first.id, second.id}
        question = get_question(uow.session, first.question_id).question
        revised = revise_question(uow, question, make_body(2), actor=ACTOR, now=now)
        uow.session.flush()
        assert revised.number == 2
        assert revise_question(uow, question, make_body(2), actor=ACTOR, now=now) is revised
        again = freeze_blueprint(uow.session, Blueprint((Draw(topic.id, 2),)))
        assert set(again.pool) == {revised.id, second.id}
        retire_question(uow, question, actor=ACTOR, now=now)
        uow.session.flush()
        with pytest.raises(InvalidInput):
            freeze_blueprint(uow.session, Blueprint((Draw(topic.id, 2),)))
        with pytest.raises(Conflict):
            revise_question(uow, question, make_body(0), actor=ACTOR, now=now)
        restore_question(uow, question, actor=ACTOR, now=now)
    kinds = [one.type.removeprefix("training.question.") for one in h.events("training")]
    assert kinds.count("revised.v1") == 3
    assert kinds[-2:] == ["retired.v1", "restored.v1"]


def test_a_code_is_taken_once_and_given_when_there_is_none(h: Harness) -> None:
    now = h.clock.now()
    with h.write("training") as uow:
        topic = create_topic(uow, now)
        create_questions(uow, topic, now, [make_body()])
        with pytest.raises(Conflict):
            add_question(uow, topic, make_body(), code="anti-bribery-1", actor=ACTOR, now=now)
        given = add_question(uow, topic, make_body(), actor=ACTOR, now=now)
        uow.session.flush()
        assert get_question(uow.session, given.question_id).question.code.startswith("anti-bribery-")


def test_the_bank_is_searched_in_both_languages_and_a_page_of_it_takes_as_many_queries_as_one_row(
    h: Harness,
) -> None:
    now = h.clock.now()
    with h.write("training") as uow:
        topic = create_topic(uow, now)
        rebate = replace(make_body(), text=LocalizedText(zh="什么是回扣？", en="What is a kickback? 100%"))
        create_questions(uow, topic, now, [make_body() for _ in range(5)] + [rebate])
    queries: list[str] = []
    with h.read("training") as uow:
        for text in ("回扣", "KICKBACK", "100%", "anti-bribery-6", "kickback 回扣"):
            found = list_questions(uow.session, BankFilter(text=text)).items
            assert [one.question.code for one in found] == ["anti-bribery-6"], text
        assert not list_questions(uow.session, BankFilter(text="10_%")).items
        assert not list_questions(uow.session, BankFilter(kind=QuestionKind.NUMERIC)).items
        engine = uow.session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
        page = list_questions(uow.session, BankFilter(), limit=4)
        assert len(page.items) == 4
        assert len(queries) == 2
        rest = list_questions(uow.session, BankFilter(), cursor=page.next_cursor, limit=4)
        assert [one.question.code for one in rest.items] == ["anti-bribery-5", "anti-bribery-6"]


COMMON = {"text_zh": "题目", "text_en": "Question", "points": "2", "rows": "4", "then": "save"}
OPTIONS = {"option_zh-1": "甲", "option_en-1": "A", "option_zh-3": "乙", "option_en-3": "B"}
FORMS: dict[str, dict[str, Any]] = {
    "single": {**OPTIONS, "right": "3"},
    "multiple": {
        **OPTIONS,
        "option_zh-4": "丙",
        "option_en-4": "C",
        "right": ["1", "3"],
        "partial_marks": "1",
    },
    "true_false": {"right": "2"},
    "ordering": OPTIONS,
    "numeric": {"value": "3.5", "tolerance": "0.1", "unit_zh": "毫升", "unit_en": "ml"},
    "short_text": {"accepted": "回扣\nkickback"},
}


def test_a_trainer_writes_a_question_of_each_kind_without_any_script(h: Harness, engine_name: str) -> None:
    locale = "zh" if engine_name == "sqlite" else "en"
    browser = h.client(Role.TRAINER, locale=locale)
    assert_page(browser.get(HOME))
    assert_page(browser.get(f"{HOME}/new"))
    topic = {"code": "Wrong", "title_zh": "合规", "title_en": "Compliance", "feedback": "marks"}
    assert_page(follow(browser, f"{HOME}/topics/new", topic), status=422)
    made = follow(browser, f"{HOME}/topics/new", {**topic, "code": "compliance"})
    topic_id = made.location.partition("topic=")[2]
    assert_page(follow(browser, f"{HOME}/topics/new", {**topic, "code": "compliance"}), status=422)
    for kind, fields in FORMS.items():
        form = f"{HOME}/new?kind={kind}&topic={topic_id}"
        sent = {**COMMON, **fields, "kind": kind, "topic": topic_id}
        nothing = {**sent, **dict.fromkeys(fields, ""), "text_zh": "还在"}
        assert "还在" in assert_page(browser.submit(f"{HOME}/new", nothing, form_of=form), status=422)
        url = browser.submit(f"{HOME}/new", {**sent, "code": kind.replace("_", "-")}, form_of=form).location
        text = assert_page(browser.get(url))
        assert ("题目" if locale == "zh" else "Question") in text
        assert_page(browser.get(f"{url}/edit"))
        revised = follow(browser, f"{url}/edit", {**sent, "points": "3"})
        assert revised.location == url, assert_page(revised, status=422)
        with h.read("training") as uow:
            (held,) = list_questions(uow.session, BankFilter(kind=QuestionKind(kind))).items
            assert (held.revision.number, held.revision.body.points) == (2, 3)
    assert_page(browser.get(f"{HOME}?topic={topic_id}&kind=single&search=题目"))
    assert_page(browser.get(f"{HOME}/topics"))
    changed = {"title_zh": "改", "title_en": "Changed", "feedback": "score"}
    assert follow(browser, f"{HOME}/topics/{topic_id}", changed).status_code == 303
    assert "Changed" in assert_page(h.client(Role.TRAINER, locale="en").get(f"{HOME}/topics"))


def test_more_options_keeps_what_was_typed_and_saves_nothing(h: Harness) -> None:
    with h.write("training") as uow:
        topic = create_topic(uow, h.clock.now())
    browser = h.client(Role.TRAINER)
    sent = {**COMMON, **OPTIONS, "kind": "single", "topic": str(topic.id), "then": "more"}
    text = assert_page(browser.submit(f"{HOME}/new", sent, form_of=f"{HOME}/new"))
    assert 'name="option_zh-6"' in text
    assert 'value="甲"' in text
    assert len(h.events("training")) == 1


def test_the_bank_is_for_trainers_alone(h: Harness) -> None:
    for role in set(Role) - {Role.TRAINER, Role.SYSTEM}:
        assert h.client(role, person_id=new_id()).get(HOME).status_code == 403
        assert h.api(role).get("/training/v1/questions").status_code == 403


def test_a_program_keeps_the_bank(h: Harness) -> None:
    api = h.api(Role.TRAINER)
    topic = api.post("/training/v1/topics", json={"code": "gifts", "title": {"zh": "礼品", "en": "Gifts"}})
    assert topic.status_code == 201
    body = {
        "kind": "numeric",
        "text": {"zh": "多少？", "en": "How much?"},
        "value": "12.50",
        "tolerance": "0.5",
    }
    made = api.post("/training/v1/questions", json={**body, "topic_id": topic.json["id"], "code": "limit"})
    assert made.status_code == 201
    url = made.headers["Location"]
    assert api.get(url).json == made.json
    assert made.json["value"] == "12.5"
    wrong = api.post(f"{url}/revisions", json={**body, "kind": "single"})
    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"options", "right"})
    assert api.post(f"{url}/revisions", json={**body, "points": 2}).json["revision"] == 2
    assert api.get(f"{url}/analysis").json["answers"] == 0
    assert api.post(f"{url}/retire").json["retired_at"] is not None
    assert api.post(f"{url}/retire").status_code == 409
    assert api.get("/training/v1/questions").json["items"] == []
    assert len(api.get("/training/v1/questions?retired=true&text=how").json["items"]) == 1
    assert api.post(f"{url}/restore").json["retired_at"] is None
    assert api.get("/training/v1/topics").json["items"][0]["questions"] == 1
