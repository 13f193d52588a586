"""Earlier completions over a database: handed in, previewed, taken over once, and what follows from them."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.training.assignments.rules import AssignmentStatus
from services.training.imports.models import LegacyCompletion, LegacyImport
from services.training.imports.rules import ImportStatus
from shared.core.principals import Role
from shared.core.zones import end_of_day
from shared.tabular import write_xlsx
from tests.harness import Harness, assert_page
from tests.services.training.factories import assignments, create_active, hire, open_assignment, stated

HOME = "/training/imports"
HEADINGS = "工号,课程编码,完成日期,有效期至,证明文件\n"


def a_picture() -> bytes:
    target = io.BytesIO()
    Image.new("1", (4, 4)).save(target, "PNG")
    return target.getvalue()


def upload(
    h: Harness, content: str | bytes, *evidence: tuple[str, bytes], name: str = "old.csv"
) -> TestResponse:
    """Hand a file in as a trainer."""
    trainer = h.client(Role.TRAINER)
    data = content.encode("gb18030") if isinstance(content, str) else content
    fields: dict[str, Any] = {"file": (io.BytesIO(data), name)}
    if evidence:
        fields["evidence"] = [(io.BytesIO(one), called) for called, one in evidence]
    return trainer.submit(f"{HOME}/new", fields)


def apply(h: Harness, answer: TestResponse) -> None:
    """Apply what was handed in, and let the job run."""
    here = answer.headers["Location"]
    assert h.client(Role.TRAINER).submit(f"{here}/apply", form_of=here).status_code == 303
    h.suite.runner.run_due("training")


def the_import(h: Harness) -> LegacyImport:
    """Return the latest file."""
    with h.read("training") as uow:
        found = uow.session.scalars(select(LegacyImport).order_by(LegacyImport.id.desc())).first()
        assert found is not None
        uow.session.expunge(found)
    return found


def count(h: Harness) -> int:
    with h.read("training") as uow:
        return uow.session.scalar(select(func.count()).select_from(LegacyCompletion)) or 0


def test_a_completion_of_before_ends_the_assignment_as_of_its_day_and_is_due_again_when_it_runs_out(
    h: Harness,
) -> None:
    create_active(h)
    rep = hire(h, employee_no="S1").person_id
    due_on = open_assignment(h, rep).due_on
    h.clock.advance(timedelta(days=45))
    answer = upload(h, HEADINGS + "S1,anti-bribery,2026-09-10,,\n")
    assert answer.status_code == 303, answer.text
    assert open_assignment(h, rep).due_on == due_on
    apply(h, answer)
    ended, again = assignments(h, rep)
    assert ended.ended_at == end_of_day(date(2026, 9, 10))
    assert ended.status is AssignmentStatus.COMPLETED
    assert again.due_on == date(2027, 9, 10)
    # It was overdue as far as anybody knew; now it is known that it never was.
    assert stated(h, "training_overdue", rep)[str(ended.id)] == []
    found = the_import(h)
    assert (found.status, found.added, found.corrected) == (ImportStatus.APPLIED, 1, 0)
    (event,) = h.events("training", "training.completion.imported.v1")
    assert event.message().completed_on == date(2026, 9, 10)
    assert event.effective_at < event.recorded_at


def test_the_same_file_again_changes_nothing(h: Harness) -> None:
    create_active(h)
    hire(h, employee_no="S1")
    content = HEADINGS + "S1,anti-bribery,2026-01-10,2027-01-10,\n"
    apply(h, upload(h, content))
    events = len(h.events("training"))
    again = upload(h, content)
    here = again.headers["Location"]
    page = assert_page(h.client(Role.TRAINER).get(here))
    assert "Nothing would change" in page
    assert h.client(Role.TRAINER).submit(f"{here}/apply", form_of=here).status_code == 303
    h.suite.runner.run_due("training")
    assert count(h) == 1
    assert len(h.events("training")) == events + 1  # Only that a file was handed in.


def test_a_file_with_a_fault_is_not_applied_by_halves(h: Harness) -> None:
    create_active(h)
    hire(h, employee_no="S1")
    answer = upload(h, HEADINGS + "S1,anti-bribery,2026-01-10,,\nS9,anti-bribery,2026-01-10,,\n")
    here = answer.headers["Location"]
    page = assert_page(h.client(Role.TRAINER).get(here))
    assert "Nobody on the roster has the number S9" in page
    assert h.api(Role.TRAINER).post(here.replace("/training/", "/training/v1/") + "/apply").status_code == 409
    assert count(h) == 0


def test_evidence_is_kept_and_given_back_to_whom_it_concerns_only(h: Harness) -> None:
    create_active(h)
    rep = hire(h, employee_no="S1").person_id
    proof = a_picture()
    apply(h, upload(h, HEADINGS + "S1,anti-bribery,2026-01-10,,li.png\n", ("li.png", proof)))
    api = h.api(Role.REP, person_id=rep)
    (item,) = api.get("/training/v1/earlier-completions").json["items"]
    assert item["has_evidence"]
    address = f"/training/earlier-completions/{item['id']}/evidence"
    own = h.client(Role.REP, person_id=rep).get(address)
    assert own.data == proof
    assert "sandbox" in own.headers["Content-Security-Policy"]
    own.close()
    stranger = hire(h).person_id
    assert h.client(Role.REP, person_id=stranger).get(address).status_code == 404
    other = h.api(Role.REP, person_id=stranger)
    assert (
        other.get("/training/v1/earlier-completions", query_string={"person_id": str(rep)}).json["items"]
        == []
    )


def test_evidence_that_is_missing_or_no_proof_is_told_before_anything_happens(h: Harness) -> None:
    create_active(h)
    hire(h, employee_no="S1")
    content = HEADINGS + "S1,anti-bribery,2026-01-10,,li.pdf\n"
    page = assert_page(h.client(Role.TRAINER).get(upload(h, content).headers["Location"]))
    assert "No file with the name li.pdf was handed in" in page
    refused = upload(h, content, ("li.pdf", b"%PDF-1.7 broken"))
    assert "damaged" in assert_page(refused, status=422)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_program_hands_in_evidence_with_the_file_that_names_it(h: Harness) -> None:
    create_active(h)
    rep = hire(h, employee_no="S1").person_id
    api, proof = h.api(Role.TRAINER), a_picture()
    table = (HEADINGS + "S1,anti-bribery,2026-01-10,,li.png\n").encode()

    def hand_in(*evidence: tuple[bytes, str]) -> TestResponse:
        files = [(io.BytesIO(content), name) for content, name in evidence]
        data = {"file": (io.BytesIO(table), "old.csv"), "evidence": files}
        return api.post("/training/v1/imports", data=data, content_type="multipart/form-data")

    assert [one["field"] for one in hand_in().json["preview"]["problems"]] == ["evidence"]
    refused = hand_in((b"%PDF-1.7 broken", "li.png"))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["evidence"])
    made = hand_in((proof, "li.png"), (proof, "wang.png"))
    assert made.status_code == 201
    assert (made.json["preview"]["problem_count"], made.json["preview"]["unused_evidence"]) == (
        0,
        ["wang.png"],
    )
    assert api.post(f"{made.headers['Location']}/apply").status_code == 202
    h.suite.runner.run_due("training")
    assert api.get(made.headers["Location"]).json["added"] == 1
    own = h.api(Role.REP, person_id=rep)
    (item,) = own.get("/training/v1/earlier-completions").json["items"]
    assert item["has_evidence"]


def test_what_is_no_table_or_lacks_a_column_says_so_beside_the_field(h: Harness) -> None:
    for content in ("not a table", "工号,课程编码\nS1,anti-bribery\n", b"%PDF-1.4"):
        answer = upload(h, content)
        assert answer.status_code == 422
        assert 'id="field-file-error"' in answer.text


def test_a_workbook_with_english_headings_corrects_what_is_known(h: Harness) -> None:
    create_active(h)
    rep = hire(h, employee_no="S1").person_id
    apply(h, upload(h, HEADINGS + "S1,anti-bribery,2026-01-10,,\n"))
    rows = [["S1", "anti-bribery", "2026-01-10", "2026-12-31", 88]]
    book = write_xlsx(
        ["Employee number", "Course code", "Completed on", "Valid until", "Score"], rows, sheet="a"
    )
    apply(h, upload(h, book, name="old.xlsx"))
    found = the_import(h)
    assert (found.added, found.corrected) == (0, 1)
    assert count(h) == 1
    (open_now,) = [one for one in assignments(h, rep) if one.ended_at is None]
    assert open_now.due_on == date(2026, 12, 31)


def test_somebody_who_has_left_gets_the_record_and_no_assignment(h: Harness) -> None:
    create_active(h)
    rep = hire(h, employee_no="S1", left_on=date(2026, 3, 1)).person_id
    apply(h, upload(h, HEADINGS + "S1,anti-bribery,2026-01-10,,\n"))
    assert count(h) == 1
    assert assignments(h, rep) == []


def test_only_trainers_hand_files_in(h: Harness) -> None:
    for role in (Role.REP, Role.MANAGER, Role.AUDITOR):
        person: UUID = hire(h).person_id
        assert h.client(role, person_id=person).get(HOME).status_code == 403
        assert h.api(role, person_id=person).get("/training/v1/imports").status_code == 403


def test_a_file_that_was_discarded_cannot_be_applied(h: Harness) -> None:
    create_active(h)
    hire(h, employee_no="S1")
    here = upload(h, HEADINGS + "S1,anti-bribery,2026-01-10,,\n").headers["Location"]
    trainer = h.client(Role.TRAINER)
    assert trainer.submit(f"{here}/discard", form_of=here).status_code == 303
    api = h.api(Role.TRAINER)
    assert api.post(here.replace("/training/", "/training/v1/") + "/apply").status_code == 409
    assert the_import(h).status is ImportStatus.DISCARDED
