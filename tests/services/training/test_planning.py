"""Planning sessions by program: as the pages do it, and with what is wrong named as the body names it."""

import pytest

from shared.core.principals import Role
from tests.harness import Harness
from tests.services.training.session_factories import create_session, session_of

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

BODY = {
    "kind": "lecture",
    "title": {"zh": "支架新进展", "en": "New stents"},
    "instructor": {"kind": "clinical", "name": "韩教授"},
    "language": "zh",
    "place": "上海 301",
    "starts_at": "2026-10-08T09:00:00+08:00",
    "ends_at": "2026-10-08T11:00:00+08:00",
    "capacity": 2,
}
SESSIONS = "/training/v1/sessions"
IN_CHINESE = {"Accept-Language": "zh"}


def test_a_program_plans_opens_changes_and_cancels_a_session_as_the_pages_do(h: Harness) -> None:
    api, person = h.api(Role.TRAINER), h.person(product_lines=("ivd",))
    audience = {"product_lines": ["ivd", "ivd"]}
    made = api.post(SESSIONS, json={**BODY, "audience": audience})
    assert (made.status_code, made.json["status"]) == (201, "planned")
    assert (made.json["title"], made.json["instructor"]["name"]) == (BODY["title"], "韩教授")
    assert (made.json["book_until"], made.json["cancel_until"]) == (
        "2026-10-08T01:00:00+00:00",
        "2026-10-07T01:00:00+00:00",
    )
    url = made.headers["Location"]
    assert api.get(url).json == made.json
    rep = h.api(Role.REP, person_id=person.id)
    assert rep.get(url).status_code == 404
    assert api.post(f"{url}/open").json["stage"] == "open"
    assert api.post(f"{url}/open").status_code == 409
    assert rep.get(url).status_code == 200
    booked = rep.post(f"{url}/bookings", json={})
    assert booked.status_code == 201
    changed = api.put(url, json={**BODY, "audience": audience, "place": "上海 302", "capacity": 1})
    assert (changed.json["place"], changed.json["capacity"], changed.json["taken"]) == ("上海 302", 1, 1)
    assert api.post(f"{url}/cancel", json={"reason": ""}).status_code == 422
    cancelled = api.post(f"{url}/cancel", json={"reason": "讲师临时有手术"})
    assert (cancelled.json["status"], cancelled.json["taken"]) == ("cancelled", 0)
    assert rep.get(booked.headers["Location"]).json["status"] == "cancelled"
    assert [one.message().kind for one in h.events("training", "training.session.notice_sent.v1")] == [
        "moved",
        "session_cancelled",
    ]
    assert api.put(url, json=BODY).status_code == 409


def test_a_program_is_told_what_of_a_session_is_wrong_in_the_words_of_its_body(h: Harness) -> None:
    api = h.api(Role.TRAINER)
    passed = {"starts_at": "2026-09-01T09:00:00+08:00", "ends_at": "2026-09-01T10:00:00+08:00"}
    wrong: list[tuple[dict[str, object], str]] = [
        ({"title": {"zh": "", "en": "x"}}, "title"),
        ({"instructor": {"kind": "rnd", "employee_no": "nobody"}}, "instructor"),
        ({"instructor": {"kind": "rnd"}}, "instructor"),
        ({**passed}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+00:00"}, "starts_at"),
        ({"ends_at": "9999-12-31T23:59:00+00:00"}, "ends_at"),
        ({"capacity": 1001}, "capacity"),
        ({"place": ""}, "place"),
    ]
    for values, field in wrong:
        answer = api.post(SESSIONS, json={**BODY, **values})
        assert answer.status_code == 422
        assert list(answer.json["errors"]) == [field]
    far = api.post(SESSIONS, json={**BODY, "starts_at": "9999-12-31T23:59:00+00:00"}, headers=IN_CHINESE)
    assert far.json["errors"] == {"starts_at": ["年份超出可安排的范围。"]}


def test_only_trainers_plan_by_program(h: Harness) -> None:
    session_id = create_session(h)
    for role in (Role.REP, Role.MANAGER, Role.AUDITOR):
        api = h.api(role, person_id=h.person().id)
        assert api.post(SESSIONS, json=BODY).status_code == 403
        assert api.put(f"{SESSIONS}/{session_id}", json=BODY).status_code == 403
        assert api.post(f"{SESSIONS}/{session_id}/cancel", json={"reason": "kein Grund"}).status_code == 403
    assert session_of(h, session_id).status == "open"
