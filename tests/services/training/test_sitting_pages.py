"""The pages and the API of sittings: without a script, without a key, and for nobody else."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.training.assignments.models import Assignment
from services.training.questions.rules import Feedback, QuestionBody, QuestionKind
from services.training.sittings.models import Sitting
from services.training.sittings.rules import SittingStatus
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.core.text import LocalizedText
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import hire
from tests.services.training.question_factories import (
    PART,
    answer,
    create_assessment,
    create_topic,
    hand_in,
    make_body,
    right_answers,
    sat,
    start,
)
from tests.services.training.test_question_rules import EVERY_KIND

LOCALES = ("zh", "en")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Pages are drawn alike over both engines; what they call is tested on both in test_sittings.py."""
    return str(request.param)


WHY = LocalizedText(zh="只因如此这般", en="because-it-is-so")


def _secretive(body: QuestionBody) -> QuestionBody:
    """Return a question whose key would be recognised wherever it stood."""
    accepted = ("geheimwort",) if body.kind is QuestionKind.SHORT_TEXT else ()
    return replace(body, explanation=WHY, accepted=accepted)


def _url(assignment: Assignment) -> str:
    return f"/training/assignments/{assignment.id}/parts/{PART}/sitting"


def _mine(h: Harness, assignment: Assignment, locale: str = "en") -> Browser:
    return h.client(Role.REP, person_id=assignment.person_id, locale=locale)


def _fields(h: Harness, sitting: Sitting, place: int, given: Any, seen: int = 0) -> dict[str, Any]:
    fields: dict[str, Any] = {"sitting_id": str(sitting.id), "place": str(place), "seen": str(seen)}
    if isinstance(given, str):
        return {**fields, "typed": given}
    if sitting.drawn[place - 1].order and len(given) == len(sitting.drawn[place - 1].order):
        return fields | {f"rank-{option}": str(rank) for rank, option in enumerate(given, start=1)}
    return {**fields, "choice": [str(one) for one in given]}


def _started(h: Harness) -> Sitting:
    with h.read("training") as uow:
        found = uow.session.scalars(select(Sitting).where(Sitting.status == SittingStatus.STARTED)).one()
        uow.session.expunge_all()
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_an_assessment_is_taken_without_any_script_and_shows_no_key_before_it_is_handed_in(
    h: Harness, locale: str
) -> None:
    assignment = create_assessment(h, [_secretive(one) for one in EVERY_KIND], shuffle=True, minutes=20)
    browser, url = _mine(h, assignment, locale), _url(assignment)
    seen_before = [assert_page(browser.get(url))]
    assert browser.submit(url, form_of=url).status_code == 303
    sitting = _started(h)
    for place, given in right_answers(h, sitting.id).items():
        page = f"{url}?q={place}"
        seen_before.append(assert_page(browser.get(page)))
        sent = browser.submit(
            f"{url}/answers", {**_fields(h, sitting, place, given), "go": "next"}, form_of=page
        )
        assert sent.location == f"{url}?q={place + 1}"
        seen_before.append(assert_page(browser.get(page)))
    overview = f"{url}?q=7"
    seen_before.append(assert_page(browser.get(overview)))
    token = h.api(principal=h.principal(Role.REP, person_id=assignment.person_id))
    seen_before += [token.get(f"/training/v1/assignments/{assignment.id}/parts/{PART}/sitting").text]
    seen_before += [browser.get(f"/training/assignments/{assignment.id}").text]
    seen_before += [browser.get("/training/my").text]
    for text in seen_before:
        assert not re.search(r"geheimwort(?!\")|因如此|because-it|tolerance|\bright\b.*:|correct", text), text
    done = browser.submit(f"{url}/submit", {"sitting_id": str(sitting.id)}, form_of=overview)
    assert done.location == f"{url}/1"
    result = assert_page(browser.get(done.location))
    assert "100 %" in result
    assert WHY.pick(locale) in result
    again = browser.submit(f"{url}/submit", {"sitting_id": str(sitting.id)}, form_of=done.location)
    assert again.status_code == 303
    assert len(h.events("training", "training.sitting.submitted.v1")) == 1
    assert_page(browser.get(url))
    assert_page(browser.get(f"/training/assignments/{assignment.id}"))


@pytest.mark.parametrize(
    ("feedback", "marks", "why"),
    [("score", False, False), ("marks", True, False), ("explanations", True, True)],
)
def test_a_learner_is_told_what_the_trainer_chose(h: Harness, feedback: str, marks: bool, why: bool) -> None:
    with h.write("training") as uow:
        create_topic(uow, h.clock.now(), feedback=Feedback(feedback))
    assignment = create_assessment(h, [replace(make_body(), explanation=WHY)])
    sitting_id = start(h, assignment)
    answer(h, sitting_id, 1, [0])
    hand_in(h, sitting_id)
    text = assert_page(_mine(h, assignment).get(f"{_url(assignment)}/1"))
    assert ("not right" in text, WHY.en in text) == (marks, why)
    api = h.api(principal=h.principal(Role.REP, person_id=assignment.person_id))
    told = api.get(f"/training/v1/assignments/{assignment.id}/parts/{PART}/sitting").json
    assert told["questions"] == []
    assert told["marks"][0]["right"] is (False if marks else None)
    assert (told["marks"][0]["explanation"] is not None) == why


def test_the_script_is_told_what_was_saved_and_what_came_between(h: Harness) -> None:
    assignment = create_assessment(h, minutes=20)
    browser, url = _mine(h, assignment), _url(assignment)
    sitting = sat(h, start(h, assignment))
    page = browser.get(f"{url}?q=1").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token

    def post(given: str, seen: int) -> Any:
        fields = {"csrf_token": token[1], "sitting_id": str(sitting.id), "place": "1"}
        return browser.post(
            f"{url}/answers",
            data={**fields, "choice": given, "seen": str(seen)},
            headers={"Accept": "application/json"},
        )

    assert post("1", 0).json == {"sequence": 1, "seconds_left": 1200}
    clash = post("2", 0)
    assert (clash.status_code, clash.json["type"]) == (409, "answered-elsewhere")
    assert post("9", 1).status_code == 422
    assert post("2", 1).json["sequence"] == 2
    stale = browser.submit(f"{url}/answers", _fields(h, sitting, 1, [0], seen=1), form_of=f"{url}?q=1")
    text = assert_page(stale, status=409)
    assert re.search(r'value="2" checked', text), "the newer answer is shown"
    h.clock.advance(timedelta(minutes=21))
    late = post("0", 2)
    assert (late.status_code, late.json["type"]) == (409, "time-over")
    assert "50 %" in assert_page(browser.get(f"{url}/1")) or sat(h, sitting.id).score is not None
    assert sat(h, sitting.id).status is SittingStatus.EXPIRED, "graded by the request that came next"


def test_an_order_that_gives_two_steps_the_same_place_is_said_and_nothing_is_lost(h: Harness) -> None:
    assignment = create_assessment(h, [EVERY_KIND[3]])
    browser, url = _mine(h, assignment), _url(assignment)
    sitting = sat(h, start(h, assignment))
    fields = {"sitting_id": str(sitting.id), "place": "1", "seen": "0"}
    ranks = {f"rank-{option}": "1" for option in range(4)}
    refused = browser.submit(f"{url}/answers", {**fields, **ranks}, form_of=f"{url}?q=1")
    assert "place of its own" in assert_page(refused, status=422)
    assert browser.submit(f"{url}/answers", fields, form_of=f"{url}?q=1").status_code == 303


def test_nobody_sits_for_somebody_else(h: Harness) -> None:
    assignment = create_assessment(h)
    other_person = hire(h).person_id
    sitting_id = start(h, assignment)
    url, api_url = _url(assignment), f"/training/v1/assignments/{assignment.id}/parts/{PART}/sitting"
    boss = h.principal(Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR, person_id=new_id())
    for principal in (h.principal(Role.REP, person_id=other_person), boss):
        browser, api = h.client(principal=principal), h.api(principal=principal)
        assert browser.get(url).status_code == 404
        assert browser.get(f"{url}/1").status_code == 404
        fields = {"sitting_id": str(sitting_id), "place": "1", "seen": "0", "choice": "1"}
        for path in ("", "/answers", "/submit"):
            assert browser.submit(url + path, fields, form_of="/training/my").status_code == 404
        given = {"sitting_id": str(sitting_id), "place": 1, "seen": 0, "given": [1]}
        assert api.get(api_url).status_code == 404
        assert api.post(api_url).status_code == 404
        assert api.post(f"{api_url}/answers", json=given).status_code == 404
        assert api.post(f"{api_url}/submit", json={"sitting_id": str(sitting_id)}).status_code == 404
    # Nor can one's own assignment be used to reach another's sitting.
    with h.read("training") as uow:
        own = uow.session.scalars(select(Assignment).where(Assignment.person_id == other_person)).one()
        own_url = f"/training/v1/assignments/{own.id}/parts/{PART}/sitting"
    api = h.api(principal=h.principal(Role.REP, person_id=other_person))
    assert api.post(f"{own_url}/submit", json={"sitting_id": str(sitting_id)}).status_code == 404
    assert sat(h, sitting_id).status is SittingStatus.STARTED
    assert len(h.events("training", "training.sitting.answered.v1")) == 0


def test_a_program_sits_an_assessment(h: Harness) -> None:
    assignment = create_assessment(h, list(EVERY_KIND), minutes=30)
    api = h.api(principal=h.principal(Role.REP, person_id=assignment.person_id))
    url = f"/training/v1/assignments/{assignment.id}/parts/{PART}/sitting"
    assert api.get(url).status_code == 404
    begun = api.post(url).json
    assert (begun["status"], begun["seconds_left"], len(begun["questions"])) == ("started", 1800, 6)
    for place, given in right_answers(h, UUID(begun["id"])).items():
        how = {"typed": given} if isinstance(given, str) else {"given": given}
        saved = api.post(f"{url}/answers", json={"sitting_id": begun["id"], "place": place, "seen": 0, **how})
        assert saved.json["sequence"] == 1, saved.json
    both = {"sitting_id": begun["id"], "place": 1, "seen": 1, "given": [0], "typed": "x"}
    assert api.post(f"{url}/answers", json=both).status_code == 422
    done = api.post(f"{url}/submit", json={"sitting_id": begun["id"]})
    assert (done.json["status"], done.json["score"]) == ("passed", 100)
    assert [one["right"] for one in done.json["marks"]] == [True] * 6
    assert api.post(f"{url}/submit", json={"sitting_id": begun["id"]}).status_code == 409
    assert api.get(url).json["status"] == "passed"
    assert api.post(url).status_code == 409
    assert api.get(url.replace(PART, "none")).status_code == 404


@pytest.mark.parametrize("locale", LOCALES)
def test_those_who_look_after_people_see_how_sittings_went_and_a_trainer_lets_one_not_count(
    h: Harness, locale: str
) -> None:
    boss = hire(h)
    assignment = create_assessment(h)
    sitting_id = start(h, assignment)
    trainer = h.client(Role.TRAINER, locale=locale)
    url = f"/training/sittings/{sitting_id}"
    assert_page(trainer.get(url))
    hand_in(h, sitting_id)
    assert_page(trainer.get("/training/sittings?status=failed&search=李"))
    assert trainer.get("/training/sittings.csv").status_code == 200
    assert trainer.get("/training/sittings.xlsx").status_code == 200
    assert_page(trainer.get(url))
    manager = h.client(Role.MANAGER, person_id=boss.person_id, locale=locale)
    assert str(sitting_id) not in assert_page(manager.get("/training/sittings"))
    assert manager.get(url).status_code == 404
    assert manager.submit(f"{url}/void", {"reason": "x"}, form_of="/training/my").status_code == 403
    assert_page(trainer.submit(f"{url}/void", {"reason": ""}, form_of=url), status=422)
    assert trainer.submit(f"{url}/void", {"reason": "断网"}, form_of=url).status_code == 303
    assert "断网" in assert_page(trainer.get(url))
    assert_page(_mine(h, assignment, locale).get(_url(assignment)))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_pages_before_and_after_say_why_one_may_not_begin(h: Harness, locale: str) -> None:
    assignment = create_assessment(h, max_attempts=2, wait_hours=24, minutes=20)
    browser, url = _mine(h, assignment, locale), _url(assignment)
    hand_in(h, start(h, assignment))
    waiting = assert_page(browser.get(url))
    assert ("之后" if locale == "zh" else "possible from") in waiting
    h.clock.advance(timedelta(days=2))
    browser = _mine(h, assignment, locale)
    assert_page(browser.get(f"{url}/1"))
    hand_in(h, start(h, assignment))
    assert ("培训" if locale == "zh" else "no attempts left") in assert_page(browser.get(url))
    assert browser.submit(url, form_of="/training/my").status_code == 409
    assert browser.get(url.replace(PART, "none")).status_code == 404
