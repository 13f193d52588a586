"""The API: what each role may see and do, and that it keeps to its document."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.training.parts.rules import LinkPart
from shared.core.ids import new_id
from shared.core.principals import Role
from tests.harness import Api, Harness
from tests.services.training.factories import TEXT, create_active, hire, open_assignment, take


def start(client: Api, assignment_id: object) -> dict[str, Any]:
    """Begin an assignment and return its parts."""
    response = client.post(f"/training/v1/assignments/{assignment_id}/start")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json
    return found


def turn(client: Api, assignment_id: object, number: int, part_id: str = "text") -> Any:
    """Turn a page."""
    url = f"/training/v1/assignments/{assignment_id}/parts/{part_id}/turn"
    return client.post(url, json={"number": number, "language": "en"})


def test_a_rep_takes_an_assignment_by_program(h: Harness) -> None:
    create_active(h, parts=(TEXT,))
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    (mine,) = client.get("/training/v1/assignments").json["items"]
    assert (mine["status"], mine["urgency"], mine["title"]["en"]) == (
        "assigned",
        "open",
        "Annual anti-bribery training",
    )
    here = f"/training/v1/assignments/{mine['id']}"
    assert client.get(f"{here}/attempt").status_code == 404
    attempt = start(client, mine["id"])
    assert [(one["id"], one["state"], one["pages"], one["turned"]) for one in attempt["parts"]] == [
        ("text", "open", 2, 0)
    ]
    page = client.get(f"{here}/parts/text/pages/1?language=en").json
    assert (page["title"], page["markdown"], page["pages"]) == ("Page one", "Text.", 2)
    assert client.get(f"{here}/parts/text/pages/2").status_code == 404
    assert not turn(client, mine["id"], 1).json["completed"]
    done = turn(client, mine["id"], 2)
    assert (done.json["completed"], done.json["attempt"]["status"]) == (True, "completed")
    assert client.get(f"{here}/attempt").json["parts"][0]["state"] == "done"
    (certificate,) = client.get("/training/v1/certificates").json["items"]
    assert certificate["id"] == done.json["certificate_id"]
    pdf = client.get(f"/training/v1/certificates/{certificate['id']}/document?language=en")
    assert pdf.data.startswith(b"%PDF")
    again = client.get(f"/training/v1/assignments/{done.json['next_assignment_id']}")
    assert again.json["urgency"] == "later"
    verified = h.api().get(f"/training/v1/verify/{certificate['number']}")
    assert verified.json["state"] == "valid"
    assert set(verified.json) == {
        *("number", "state", "title", "holder_name", "valid_from", "valid_until", "documents"),
    }


def test_what_a_program_is_told_of_a_course_holds_no_answers(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    (course,) = client.get("/training/v1/courses").json["items"]
    asked = course["published"]["parts"][1]
    assert (asked["kind"], asked["questions"], asked["pass_mark"]) == ("assessment", 2, 80)
    assert client.get(f"/training/v1/courses/{course['id']}").json == course
    attempt = start(client, open_assignment(h, person.person_id).id)
    for told in (json.dumps(course), json.dumps(attempt)):
        assert not {"right", "pool", "answer"} & set(told.replace('"', " ").split())


def test_a_step_after_the_end_is_not_found_and_a_repeated_request_gets_its_first_answer(h: Harness) -> None:
    create_active(h, parts=(TEXT,))
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    one = open_assignment(h, person.person_id)
    start(client, one.id)
    turn(client, one.id, 1)
    url = f"/training/v1/assignments/{one.id}/parts/text/turn"
    headers = {"Idempotency-Key": "once"}
    first = client.post(url, json={"number": 2}, headers=headers)
    repeated = client.post(url, json={"number": 2}, headers=headers)
    assert first.status_code == repeated.status_code == 200
    assert repeated.json == first.json
    assert turn(client, one.id, 2).status_code == 404


def test_a_page_or_part_that_is_not_reached_is_refused_and_changes_nothing(h: Harness) -> None:
    link = LinkPart("link", TEXT.title, "https://example.com/")
    create_active(h, parts=(TEXT, link))
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    one = open_assignment(h, person.person_id)
    here = f"/training/v1/assignments/{one.id}/parts"
    assert turn(client, one.id, 1).status_code == 404
    start(client, one.id)
    assert turn(client, one.id, 2).status_code == 409
    assert turn(client, one.id, 1, "nothing").status_code == 404
    assert client.post(f"{here}/link/done").status_code == 409
    assert client.post(f"{here}/text/done").status_code == 409
    assert h.events("training", "training.part.pages_shown.v1") == []
    turn(client, one.id, 1)
    turn(client, one.id, 2)
    assert client.post(f"{here}/link/done").json["completed"]


def test_nobody_goes_on_with_somebody_elses_attempt(h: Harness) -> None:
    create_active(h, courses=("a", "b"))
    person, other = hire(h), hire(h)
    client, stranger = (h.api(Role.REP, person_id=one.person_id) for one in (person, other))
    one = client.get("/training/v1/assignments").json["items"][0]["id"]
    start(client, one)
    here = f"/training/v1/assignments/{one}"
    assert turn(stranger, one, 1).status_code == 404
    assert stranger.post(f"{here}/start").status_code == 404
    assert stranger.get(f"{here}/attempt").status_code == 404
    assert stranger.get(f"{here}/parts/text/pages/1").status_code == 404
    assert h.events("training", "training.part.pages_shown.v1") == []


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.REP, False), (Role.PAYROLL, False), (Role.HR, False), (Role.ADMINISTRATOR, False),
        (Role.TRAINER, True), (Role.AUDITOR, True), (Role.COMPLIANCE, True),
    ],
)  # fmt: skip
def test_a_role_sees_everybodys_training_or_only_its_own(h: Harness, role: Role, sees: bool) -> None:
    create_active(h)
    person, asker = hire(h), hire(h)
    one = open_assignment(h, person.person_id)
    outcome = take(h, one.id)
    assert outcome.completion is not None
    assert outcome.completion.certificate is not None
    certificate = outcome.completion.certificate.id
    client = h.api(role, person_id=asker.person_id)
    expected = 200 if sees else 404
    for url in (
        f"assignments/{one.id}",
        f"certificates/{certificate}",
        f"certificates/{certificate}/document",
    ):
        assert client.get(f"/training/v1/{url}").status_code == expected, url
    for url in ("assignments", "certificates"):
        items = client.get(f"/training/v1/{url}?person_id={person.person_id}").json["items"]
        assert bool(items) == sees, url
    assert client.post(f"/training/v1/assignments/{one.id}/start").status_code == 404


def test_a_manager_sees_the_subtree_at_any_depth_and_nobody_beside_it(h: Harness) -> None:
    create_active(h)
    boss = hire(h)
    middle = hire(h, manager_id=boss.person_id)
    below, beside = hire(h, manager_id=middle.person_id), hire(h)
    client = h.api(Role.MANAGER, person_id=boss.person_id)
    for person, expected in ((boss, 200), (middle, 200), (below, 200), (beside, 404)):
        one = open_assignment(h, person.person_id)
        assert client.get(f"/training/v1/assignments/{one.id}").status_code == expected
    rep = h.api(Role.REP, person_id=boss.person_id)
    assert rep.get(f"/training/v1/assignments/{open_assignment(h, below.person_id).id}").status_code == 404


def test_nobody_is_let_in_without_an_account_but_to_verify(h: Harness) -> None:
    client = h.api()
    for url in ("courses", "assignments", "certificates", f"courses/{new_id()}"):
        assert client.get(f"/training/v1/{url}").status_code == 401
    assert client.get("/training/v1/verify/GS-2222-2222-2222").status_code == 404


def test_lists_are_paged_filtered_and_refuse_a_foreign_cursor(h: Harness) -> None:
    create_active(h, courses=("a", "b", "c"))
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    seen, cursor = [], ""
    while cursor is not None:
        suffix = f"&cursor={cursor}" if cursor else ""
        page = client.get(f"/training/v1/assignments?limit=1{suffix}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert len(set(seen)) == 3
    assert client.get("/training/v1/assignments?cursor=nonsense").status_code == 422
    assert client.get("/training/v1/assignments?unknown=1").status_code == 422
    assert client.get("/training/v1/assignments?urgency=overdue").json["items"] == []
    h.clock.advance(timedelta(hours=2))
    courses = client.get("/training/v1/courses?category=compliance").json["items"]
    assert [one["code"] for one in courses] == ["a", "b", "c"]
    assert client.get("/training/v1/courses?category=skill").json["items"] == []
