"""Printing many certificates anew: previewed, done once, stopped and gone on with; the documents before still count."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.training.certificates.models import Certificate, CertificateDocument
from services.training.designs.commands import (
    choose_design,
    create_design,
    edit_draft,
    publish_version,
    start_draft,
)
from services.training.designs.models import DesignVersion
from services.training.designs.queries import find_version, get_design
from services.training.designs.rules import STANDARD, DesignStatus
from services.training.handlers import reissue_certificates
from services.training.reissues import commands
from services.training.reissues.commands import (
    reissue_chunk,
    resume_reissue,
    start_reissue,
    stop_reissue,
)
from services.training.reissues.models import Reissue
from services.training.reissues.queries import count_to_print
from services.training.reissues.rules import Chosen, ReissueStatus
from shared.core.errors import Conflict, InvalidInput
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.jobs import JobStatus, list_jobs
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR, create_active, hire, open_assignment, take
from tests.services.training.test_corrections import as_json
from tests.services.training.test_printing import document, upload

NAME = LocalizedText(zh="蓝色", en="Blue")


def published(h: Harness, heading: str = "结业证书") -> tuple[Any, Any]:
    """Create a design with a published version; return their ids."""
    now = h.clock.now()
    with h.write("training") as uow:
        design = create_design(uow, NAME, STANDARD, actor=ACTOR, now=now)
        uow.session.flush()
        draft = find_version(uow.session, design.id, DesignStatus.DRAFT)
        assert draft is not None
        edit_draft(
            uow, draft, replace(STANDARD, heading=LocalizedText(heading, "Done")), actor=ACTOR, now=now
        )
        publish_version(uow, draft, actor=ACTOR, now=now)
        return design.id, draft.id


def earned(h: Harness, people: int = 2) -> list[Certificate]:
    create_active(h)
    for number in range(people):
        person = hire(h, name=f"陈{'甲乙丙丁戊'[number]}", employee_no=f"N{number}")
        take(h, open_assignment(h, person.person_id).id)
    with h.read("training") as uow:
        found = list(uow.session.scalars(select(Certificate).order_by(Certificate.id)))
        uow.session.expunge_all()
    return found


def certificates(h: Harness) -> list[Certificate]:
    with h.read("training") as uow:
        found = list(uow.session.scalars(select(Certificate).order_by(Certificate.id)))
        uow.session.expunge_all()
    return found


def test_a_re_issue_prints_each_certificate_once_under_its_number_and_the_old_file_still_verifies(
    h: Harness,
) -> None:
    before = earned(h)
    old = document(h, before[0].id)
    _, version_id = published(h)
    api = h.api(Role.TRAINER)
    made = api.post("/training/v1/reissues", json={"design_version_id": str(version_id)})
    assert (made.status_code, made.json["total"], made.json["done"]) == (201, 2, 0)
    h.suite.runner.run_due("training")
    found = api.get(made.headers["Location"]).json
    assert (found["status"], found["done"]) == ("finished", 2)
    after = certificates(h)
    assert [one.number for one in after] == [one.number for one in before]
    assert {(one.revision, one.design_version_id) for one in after} == {(2, version_id)}
    new = document(h, before[0].id)
    assert new != old
    text = upload(h.client(), old)
    assert "Genuine, an earlier printing" in text
    assert "有效 · Valid" in text
    assert "exactly as it was issued" in upload(h.client(), new)
    page = assert_page(h.client().get(f"/training/verify/{before[0].number}"))
    assert "re-issued since" in page
    assert_page(h.client(Role.TRAINER).get(f"/training/certificates/{before[0].id}"))
    again = api.post("/training/v1/reissues", json={"design_version_id": str(version_id)})
    assert again.status_code == 409, "all bear this design already"
    told = h.events("training", "training.certificate.reissued.v1")
    assert len(told) == len({one.message().certificate_id for one in told}) == 2


def test_certificates_are_chosen_by_course_days_and_people(h: Harness) -> None:
    first = earned(h)[0]
    _, version_id = published(h)
    day, one = first.valid_from, timedelta(days=1)
    cases = [
        (Chosen(), 2),
        (Chosen(course_id=first.course_id), 2),
        (Chosen(course_id=first.id), 0),
        (Chosen(employee_numbers=("N1", "nobody")), 1),
        (Chosen(issued_from=day, issued_until=day), 2),
        (Chosen(issued_until=day - one), 0),
        (Chosen(issued_from=day + one), 0),
    ]
    revoke = f"/training/v1/certificates/{first.id}/revoke"
    with h.write("training") as uow:
        for chosen, count in cases:
            assert count_to_print(uow.session, chosen, version_id) == count, chosen
            assert count_to_print(uow.session, chosen, None) == 0, "they bear the standard design already"
        with pytest.raises(Conflict):
            start_reissue(uow, version_id, Chosen(course_id=first.id), actor=ACTOR, now=h.clock.now())
        with pytest.raises(InvalidInput):
            Chosen(employee_numbers=tuple(map(str, range(501)))).check()
    h.api(Role.TRAINER).post(revoke, json=as_json())
    with h.read("training") as uow:
        assert count_to_print(uow.session, Chosen(), version_id) == 1, "what was revoked is left as it is"


def test_it_stops_between_chunks_and_goes_on_with_what_is_left(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    earned(h)
    _, version_id = published(h)
    monkeypatch.setattr(commands, "AT_ONCE", 1)
    now = h.clock.now()
    with h.write("training") as uow:
        reissue_id = start_reissue(uow, version_id, Chosen(), actor=ACTOR, now=now).id
    with h.write("training") as uow:
        assert len(reissue_chunk(uow, reissue_id, now=now).certificate_ids) == 1
    with h.write("training") as uow:
        stop_reissue(uow, uow.session.get_one(Reissue, reissue_id), actor=ACTOR, now=now)
    h.suite.runner.run_due("training")
    assert sum(one.revision == 2 for one in certificates(h)) == 1
    page = f"/training/certificates/reissues/{reissue_id}"
    browser = h.client(Role.TRAINER)
    assert "Stopped" in assert_page(browser.get(page))
    with h.write("training") as uow:
        # What was counted up before the stop but not drawn is drawn now.
        resume_reissue(
            uow, uow.session.get_one(Reissue, reissue_id), actor=ACTOR, now=now + timedelta(seconds=1)
        )
    h.clock.advance(timedelta(seconds=2))
    h.suite.runner.run_due("training")
    assert {one.revision for one in certificates(h)} == {2}
    with h.read("training") as uow:
        assert uow.session.get_one(Reissue, reissue_id).status is ReissueStatus.FINISHED
        drawn = uow.session.scalars(
            select(CertificateDocument).where(
                CertificateDocument.revision == 2, CertificateDocument.language == "both"
            )
        ).all()
        assert len(drawn) == 2
    assert "Finished" in assert_page(browser.get(page))


def test_a_job_that_is_begun_again_prints_nothing_twice(h: Harness) -> None:
    earned(h)
    _, version_id = published(h)
    with h.write("training") as uow:
        start_reissue(uow, version_id, Chosen(), actor=ACTOR, now=h.clock.now())
    h.suite.runner.run_due("training")
    with h.read("training") as uow:
        (job,) = list_jobs(uow.session, kind=commands.REISSUE_JOB).items
        assert job.status is JobStatus.DONE
        payload = job.payload

    class Again:
        database, settings, clock = h.suite.databases["training"], h.settings, h.clock

        def progress(self, done: int, total: int | None = None) -> None:
            """Nobody looks."""

    again: Any = Again()
    again.payload = payload
    reissue_certificates(again)
    assert {one.revision for one in certificates(h)} == {2}


def test_a_draft_prints_nothing_and_new_certificates_take_what_was_chosen(h: Harness) -> None:
    design_id, version_id = published(h)
    now = h.clock.now()
    with h.write("training") as uow:
        draft = start_draft(uow, get_design(uow.session, design_id), actor=ACTOR, now=now)
        uow.session.flush()
        with pytest.raises(Conflict):
            start_reissue(uow, draft.id, Chosen(), actor=ACTOR, now=now)
        choose_design(uow, design_id, course_id=None, category=None, actor=ACTOR, now=now)
    first = earned(h, 1)[0]
    assert first.design_version_id == version_id
    with h.write("training") as uow:
        publish_version(uow, uow.session.get_one(DesignVersion, draft.id), actor=ACTOR, now=now)
    with h.read("training") as uow:
        assert uow.session.get_one(DesignVersion, version_id).status is DesignStatus.RETIRED
        assert uow.session.get_one(Certificate, first.id).design_version_id == version_id
