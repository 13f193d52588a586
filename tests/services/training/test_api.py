"""The API: what each role may see and do, and that it keeps to its document."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.core.ids import new_id
from shared.core.principals import Role
from tests.harness import Api, Harness
from tests.services.training.factories import RIGHT, create_active, hire, open_assignment, take


def start(client: Api, assignment_id: object) -> dict[str, Any]:
    """Begin an assignment and return what there is to answer."""
    response = client.post(f"/training/v1/assignments/{assignment_id}/start")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json
    return found


def test_a_rep_takes_an_assignment_by_program(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    (mine,) = client.get("/training/v1/assignments").json["items"]
    assert (mine["status"], mine["urgency"], mine["title"]["en"]) == (
        "assigned",
        "open",
        "Annual anti-bribery training",
    )
    attempt = start(client, mine["id"])
    assert "answer" not in json.dumps(attempt["questions"])
    body = {"attempt_id": attempt["id"], "answers": RIGHT}
    done = client.post(f"/training/v1/assignments/{mine['id']}/submit", json=body)
    assert done.status_code == 200
    assert (done.json["status"], done.json["score"], done.json["right"]) == ("passed", 100, [True, True])
    (certificate,) = client.get("/training/v1/certificates").json["items"]
    assert certificate["id"] == done.json["certificate_id"]
    pdf = client.get(f"/training/v1/certificates/{certificate['id']}/document?language=en")
    assert pdf.data.startswith(b"%PDF")
    again = client.get(f"/training/v1/assignments/{done.json['next_assignment_id']}")
    assert again.json["urgency"] == "later"
    verified = h.api().get(f"/training/v1/verify/{certificate['number']}")
    assert verified.json["state"] == "valid"
    assert set(verified.json) == {"number", "state", "title", "holder_name", "valid_from", "valid_until"}


def test_a_second_submission_is_a_conflict_and_a_repeated_request_gets_its_first_answer(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    one = open_assignment(h, person.person_id)
    body = {"attempt_id": start(client, one.id)["id"], "answers": RIGHT}
    url = f"/training/v1/assignments/{one.id}/submit"
    headers = {"Idempotency-Key": "once"}
    first = client.post(url, json=body, headers=headers)
    repeated = client.post(url, json=body, headers=headers)
    assert first.status_code == repeated.status_code == 200
    assert repeated.json == first.json
    second = client.post(url, json=body)
    assert second.status_code == 409
    assert second.json["type"].endswith("illegal-transition")


@pytest.mark.parametrize(
    ("answers", "status"),
    [([], 422), ([1], 422), ([1, 0, 0], 422), ([1, 7], 422), ([1, 8], 422), ([1, -1], 422), ([1, "0"], 422)],
)
def test_answers_that_are_missing_or_impossible_change_nothing(
    h: Harness, answers: list[Any], status: int
) -> None:
    create_active(h)
    person = hire(h)
    client = h.api(Role.REP, person_id=person.person_id)
    one = open_assignment(h, person.person_id)
    body = {"attempt_id": start(client, one.id)["id"], "answers": answers}
    refused = client.post(f"/training/v1/assignments/{one.id}/submit", json=body)
    assert refused.status_code == status
    assert client.get(f"/training/v1/assignments/{one.id}").json["status"] == "in_progress"


def test_an_attempt_cannot_be_used_for_another_assignment_nor_submitted_for_somebody_else(h: Harness) -> None:
    create_active(h, courses=("a", "b"))
    person, other = hire(h), hire(h)
    client, stranger = (h.api(Role.REP, person_id=one.person_id) for one in (person, other))
    first, second = (one["id"] for one in client.get("/training/v1/assignments").json["items"])
    body = {"attempt_id": start(client, first)["id"], "answers": RIGHT}
    start(client, second)
    assert client.post(f"/training/v1/assignments/{second}/submit", json=body).status_code == 404
    assert stranger.post(f"/training/v1/assignments/{first}/submit", json=body).status_code == 404
    theirs = stranger.get("/training/v1/assignments").json["items"][0]["id"]
    assert stranger.post(f"/training/v1/assignments/{theirs}/submit", json=body).status_code == 404
    assert h.events("training", "training.attempt.submitted.v1") == []


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
