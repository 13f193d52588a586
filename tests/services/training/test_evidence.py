"""Evidence: handed in by the learner, accepted or returned by a trainer."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event

from services.training.parts.rules import EvidencePart
from shared.core.principals import Role
from shared.core.text import LocalizedText
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import TEXT, create_active, follow, hire, open_assignment
from tests.services.training.media import make_pdf

PART = EvidencePart("e", LocalizedText("证书", "Certificate"), LocalizedText("请上传", "Please upload"))


def begin(h: Harness, person_id: Any, locale: str = "en") -> tuple[Browser, str]:
    """Let somebody begin; return their browser and where evidence is handed in."""
    here = f"/training/assignments/{open_assignment(h, person_id).id}"
    browser = h.client(Role.REP, person_id=person_id, locale=locale)
    browser.submit(f"{here}/start", form_of=here)
    return browser, f"{here}/parts/e/evidence"


def send(browser: Browser, url: str, content: bytes | None = None, name: str = "../证书.pdf") -> Any:
    """Hand in a file."""
    file = (BytesIO(make_pdf(1) if content is None else content), name)
    return follow(browser, url, {"file": file, "note": "2026 年取得"})  # type: ignore[dict-item]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_evidence_is_returned_with_a_reason_handed_in_anew_and_accepted(h: Harness, locale: str) -> None:
    create_active(h, parts=(PART,))
    person = hire(h)
    browser, url = begin(h, person.person_id, locale)
    assert_page(browser.get(url))
    assert_page(follow(browser, url, {"note": "x"}), status=422)
    assert_page(send(browser, url, b"MZ no document"), status=422)
    assert send(browser, url).status_code == 303
    waiting = assert_page(browser.get(url))
    assert "证书.pdf" in waiting
    assert 'type="file"' not in waiting
    trainer = h.client(Role.TRAINER, locale=locale)
    queue = assert_page(trainer.get("/training/evidence"))
    one = "/training/evidence/" + queue.split('href="/training/evidence/')[1].split('"')[0]
    assert "2026 年取得" in assert_page(trainer.get(one))
    with trainer.get(f"{one}/file") as file:
        assert file.data == make_pdf(1)
    assert_page(trainer.submit(f"{one}/return", {"reason": "?"}, form_of=one), status=422)
    assert trainer.submit(f"{one}/return", {"reason": "缺少盖章"}, form_of=one).status_code == 303
    assert "缺少盖章" in assert_page(browser.get(url))
    again = trainer.submit(f"{one}/accept", form_of="/training/my")
    assert again.status_code == 409
    send(browser, url)
    queue = assert_page(trainer.get("/training/evidence"))
    one = "/training/evidence/" + queue.split('href="/training/evidence/')[1].split('"')[0]
    assert trainer.submit(f"{one}/accept", form_of=one).status_code == 303
    (completed,) = h.events("training", "training.assignment.completed.v1")
    assert completed.person_id == person.person_id
    for status in ("accepted", "returned"):
        assert person.name in assert_page(trainer.get(f"/training/evidence?status={status}"))
    assert "缺少盖章" not in str([one.data for one in h.events("training")])


def test_one_piece_waits_at_a_time_and_nobody_decides_on_their_own(h: Harness) -> None:
    create_active(h, parts=(TEXT, PART))
    person = hire(h)
    browser, url = begin(h, person.person_id)
    send(browser, url)
    token_page = url.rsplit("/parts", 1)[0]
    file = (BytesIO(make_pdf(2)), "b.pdf")
    twice = browser.submit(url, {"file": file}, form_of=token_page)
    assert "still waiting" in assert_page(twice, status=422)
    own = h.client(Role.TRAINER, Role.REP, person_id=person.person_id)
    queue = assert_page(own.get("/training/evidence"))
    one = "/training/evidence/" + queue.split('href="/training/evidence/')[1].split('"')[0]
    assert f"{one}/accept" not in assert_page(own.get(one))
    assert own.submit(f"{one}/accept", form_of="/training/my").status_code == 409


def test_somebody_elses_evidence_does_not_exist(h: Harness) -> None:
    create_active(h, parts=(PART,))
    boss = hire(h)
    person = hire(h, manager_id=boss.person_id)
    browser, url = begin(h, person.person_id)
    send(browser, url)
    found = browser.get(url).text
    one = "/training/evidence/" + found.split('href="/training/evidence/')[1].split("/file")[0]
    with browser.get(f"{one}/file") as file:
        assert file.status_code == 200
    assert h.client(Role.MANAGER, person_id=boss.person_id).get(one).status_code == 200
    stranger = h.client(Role.REP, person_id=hire(h).person_id)
    for path in (one, f"{one}/file", url):
        assert stranger.get(path).status_code == 404, path
    assert stranger.get("/training/evidence").status_code == 403
    assert send_as(stranger, url).status_code == 404


def send_as(browser: Browser, url: str) -> Any:
    """Hand in a file with the token of another page."""
    return browser.submit(url, {"file": (BytesIO(make_pdf(1)), "a.pdf")}, form_of="/training/my")


def test_the_queue_takes_as_many_queries_for_ten_as_for_one(h: Harness) -> None:
    create_active(h, parts=(PART,))
    trainer = h.client(Role.TRAINER)
    counts = []
    for size in (1, 4):
        for _ in range(size):
            send(*begin(h, hire(h).person_id))
        statements: list[str] = []
        engine = h.suite.databases["training"].engine

        def count(*args: Any, kept: list[str] = statements) -> None:
            kept.append(args[2])

        event.listen(engine, "before_cursor_execute", count)
        assert_page(trainer.get("/training/evidence"))
        event.remove(engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
