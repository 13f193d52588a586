"""The audit room: what is found, what is proved, what is taken out, and who may."""

import io
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

import wsgi
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.eventlog import Event, load_or_create_key, make_checkpoint, sequence_pending
from shared.messages.base import known_types
from shared.web.log import taking, work
from shared.web.log.words import THINGS, VERBS
from tests.harness import Browser, Harness, assert_page
from tests.shared.web.log.notes import Note, write_note


def _sign(h: Harness) -> str:
    key = load_or_create_key(h.settings.key_dir, "training")
    sequence_pending(h.suite.databases["training"])
    with h.write("training") as uow:
        return make_checkpoint(uow, key, h.clock.now()).note


def _auditor(h: Harness, locale: str = "en") -> Browser:
    return h.client(Role.AUDITOR, locale=locale)


def _shown(h: Harness, query: str) -> list[int]:
    """Return the positions that a search shows, in order."""
    text = assert_page(_auditor(h).get(f"/training/log?{query}"))
    return [at for at in range(10) if f'href="/training/log/{at}"' in text]


def _tamper(h: Harness, position: int, **values: object) -> None:
    with h.suite.databases["training"].engine.begin() as connection:
        connection.execute(update(Event).where(Event.position == position).values(**values))


def test_an_empty_log_has_a_page_that_says_so(h: Harness) -> None:
    text = assert_page(_auditor(h).get("/training/log"), title="Audit room: Training")
    assert "The log is empty" in text


def test_the_log_is_found_by_person_actor_type_subject_and_time(h: Harness) -> None:
    person = h.person(name="王磊", employee_no="E0042")
    write_note(h, "about nobody")
    about = write_note(h, "about him", person_id=person.id)
    h.clock.advance(timedelta(days=1))
    write_note(h, "later")
    assert _shown(h, "") == [0, 1, 2]
    assert _shown(h, "person=E0042") == _shown(h, "person=王") == _shown(h, f"person={person.id}") == [1]
    assert _shown(h, "person=nobody") == []
    assert _shown(h, f"subject={about.subject}") == _shown(h, f"subject={about.subject[5:]}") == [1]
    assert _shown(h, "type=training.note.written.v1") == [0, 1, 2]
    assert _shown(h, "type=training.other.v1") == []
    assert _shown(h, "actor=system") == [0, 1, 2]
    assert _shown(h, f"actor={new_id()}") == []
    assert _shown(h, "until=2026-09-21") == _shown(h, "until=2026-09-21T10:00") == [0, 1]
    assert _shown(h, "since=2026-09-22") == [2]


def test_a_person_s_name_stands_beside_their_events(h: Harness) -> None:
    person = h.person(name="王磊")
    write_note(h, person_id=person.id)
    assert "王磊" in assert_page(_auditor(h).get("/training/log"))
    assert "王磊" in assert_page(_auditor(h).get("/training/log/0"))


@pytest.mark.parametrize("query", ["since=yesterday", "until=2026-13-01", "person=" + "x" * 201])
def test_a_filter_that_cannot_be_read_is_shown_with_its_error(h: Harness, query: str) -> None:
    text = assert_page(_auditor(h).get(f"/training/log?{query}"), status=422)
    assert "error-summary" in text


def test_a_long_log_is_paged_from_the_newest(h: Harness) -> None:
    for number in range(60):
        write_note(h, f"note {number}")
    first = assert_page(_auditor(h).get("/training/log"))
    assert 'href="/training/log/59"' in first
    assert 'href="/training/log/9"' not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert 'href="/training/log/9"' in assert_page(_auditor(h).get(following))


def test_what_is_shown_can_be_taken_as_a_file_and_that_is_logged(h: Harness) -> None:
    person = h.person(name="王磊", employee_no="E0042")
    write_note(h, "him", person_id=person.id)
    write_note(h, "nobody")
    csv = _auditor(h).get("/training/log.csv?person=E0042")
    assert csv.mimetype == "text/csv"
    lines = csv.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "王磊" in lines[1]
    assert _auditor(h).get("/training/log.xlsx").data[:2] == b"PK"
    taken = h.events("training", "training.log.exported.v1")
    assert [(one.data["form"], one.data["events"]) for one in taken if one.data] == [("csv", 1), ("xlsx", 3)]
    assert all(one.actor.startswith("account:") for one in taken)


def test_a_file_of_a_filter_that_cannot_be_read_is_refused_and_not_logged(h: Harness) -> None:
    assert _auditor(h).get("/training/log.csv?since=x").status_code == 422
    assert h.events("training", "training.log.exported.v1") == []


@pytest.mark.parametrize("count", [1, 2, 5, 300])
def test_an_event_is_proved_up_to_the_signed_root(h: Harness, count: int) -> None:
    for number in range(count):
        write_note(h, f"note {number}")
    _sign(h)
    text = assert_page(_auditor(h).get(f"/training/log/{count - 1}"))
    assert "Proved" in text
    assert "Does not hold" not in text
    assert f"note {count - 1}" in text


def test_an_event_after_the_last_checkpoint_is_said_to_be_unsigned(h: Harness) -> None:
    _sign(h)
    write_note(h)
    assert_page(_auditor(h).get("/training/log"))
    assert "Not signed yet" in assert_page(_auditor(h).get("/training/log/0"))


def test_data_that_was_altered_does_not_hold(h: Harness) -> None:
    write_note(h)
    _sign(h)
    _tamper(h, 0, data='{"text":"forged"}')
    text = assert_page(_auditor(h).get("/training/log/0"))
    assert "Does not hold" in text
    assert "Proved" not in text


def test_a_field_that_was_altered_does_not_lead_to_the_signed_root(h: Harness) -> None:
    for _ in range(3):
        write_note(h)
    _sign(h)
    _tamper(h, 1, actor="account:somebody-else")
    assert "Does not hold" in assert_page(_auditor(h).get("/training/log/1"))


def test_erased_data_is_said_to_be_erased_and_the_proof_holds(h: Harness) -> None:
    write_note(h)
    _sign(h)
    _tamper(h, 0, data=None, salt=None)
    text = assert_page(_auditor(h).get("/training/log/0"))
    assert "has been erased" in text
    assert "Does not hold" not in text


@pytest.mark.parametrize("position", ["7", "99999999999999999999999"])
def test_a_position_that_the_log_has_not_reached_is_not_found(h: Harness, position: str) -> None:
    assert _auditor(h).get(f"/training/log/{position}").status_code == 404


def _verify(h: Harness, kept: str = "") -> str:
    browser = _auditor(h)
    began = browser.submit("/training/log/verify", {"kept": kept})
    assert began.status_code == 303
    waiting = assert_page(browser.get(began.location))
    assert "Waiting to begin" in waiting
    h.suite.runner.run_due("training")
    return assert_page(browser.get(began.location))


def test_the_whole_log_is_verified_with_two_verdicts(h: Harness) -> None:
    for number in range(20):
        write_note(h, f"note {number}")
    text = _verify(h)
    assert text.count("Does not hold") == 0
    assert "Nothing that was logged has been changed" in text
    assert "Every row is as its last event says" in text
    assert "Last verified" in assert_page(_auditor(h).get("/training/log"))


def test_verifying_names_an_event_whose_data_was_altered(h: Harness) -> None:
    for _ in range(3):
        write_note(h)
    _sign(h)
    _tamper(h, 1, data='{"text":"forged"}')
    text = _verify(h)
    assert "position 1" in text
    assert "the data is not what was logged" in text
    assert "Every row is as its last event says" in text


def test_verifying_names_a_row_that_was_changed_without_an_event(h: Harness) -> None:
    event = write_note(h)
    with h.suite.databases["training"].engine.begin() as connection:
        connection.execute(update(Note).values(text="forged"))
    text = _verify(h)
    assert f"row {event.subject}" in text
    assert "Nothing that was logged has been changed" in text


def test_a_checkpoint_kept_from_earlier_shows_that_the_end_was_cut_off(h: Harness) -> None:
    for _ in range(3):
        write_note(h)
    kept = _sign(h)
    assert text_of_both_verdicts_holds(_verify(h, kept.replace("\n", "\r\n")))
    with h.suite.databases["training"].engine.begin() as connection:
        for table in ("event", "log_head", "merkle_tile", "checkpoint", "note"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    write_note(h)
    assert "cut off" in _verify(h, kept)


def text_of_both_verdicts_holds(text: str) -> bool:
    """Say whether a page of a finished verification finds nothing wrong."""
    return "Does not hold" not in text and "Nothing that was logged has been changed" in text


def test_a_text_that_is_no_checkpoint_of_this_log_is_refused_beside_its_field(h: Harness) -> None:
    for kept in ("nonsense", _sign(h).replace("goodstanding/training", "goodstanding/people")):
        answer = _auditor(h).submit("/training/log/verify", {"kept": kept})
        text = assert_page(answer, status=422)
        assert "field-kept-error" in text


def _offline(archive: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """Verify as an auditor does: the archive's own verifier, in a process of its own."""
    path = folder / "export.zip"
    path.write_bytes(archive)
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        (folder / "verify.py").write_bytes(found.read("verify.py"))
    command = [sys.executable, str(folder / "verify.py"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_small_log_is_exported_at_once_and_verifies_offline(h: Harness, tmp_path: Path) -> None:
    write_note(h)
    answer = _auditor(h).submit("/training/log/export", form_of="/training/log")
    assert answer.mimetype == "application/zip"
    result = _offline(answer.data, tmp_path)
    answer.close()
    assert result.returncode == 0, result.stdout + result.stderr
    # That it was exported is in the export itself.
    assert "2 events" in result.stdout
    (taken,) = h.events("training", "training.log.exported.v1")
    assert taken.data == {"form": "archive", "events": 2, "job_id": None}


def test_a_large_log_is_exported_by_a_job_and_each_download_is_logged(
    h: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "SMALL", 1)
    for _ in range(3):
        write_note(h)
    browser = _auditor(h)
    began = browser.submit("/training/log/export", form_of="/training/log")
    assert began.status_code == 303
    assert browser.get(f"{began.location}/export.zip").status_code == 404
    h.suite.runner.run_due("training")
    assert "Download the export" in assert_page(browser.get(began.location))
    answer = browser.get(f"{began.location}/export.zip")
    assert _offline(answer.data, tmp_path).returncode == 0
    answer.close()
    (taken,) = h.events("training", "training.log.exported.v1")
    assert taken.data is not None
    assert taken.data["job_id"] == began.location.rsplit("/", 1)[1]


def test_an_export_is_removed_after_a_day(h: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "SMALL", 0)
    write_note(h)
    browser = _auditor(h)
    began = browser.submit("/training/log/export", form_of="/training/log")
    h.suite.runner.run_due("training")
    (made,) = (h.settings.data_dir / "exports" / "training").iterdir()
    assert made.parent.stat().st_mode & 0o077 == 0
    os.utime(made, (0, (h.clock.now() - work.KEPT_FOR).timestamp() - 1))
    h.clock.advance(timedelta(minutes=20))
    h.suite.runner.run_due("training")
    assert not made.exists()
    assert "has been removed" in assert_page(browser.get(began.location))


def test_a_job_of_another_kind_is_not_shown_here(h: Harness) -> None:
    assert _auditor(h).get(f"/training/log/work/{new_id()}").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.SYSTEM)])
def test_nobody_but_an_auditor_enters(h: Harness, role: Role) -> None:
    write_note(h)
    for path in ("log", "log/0", "log.csv", "log.xlsx", "log/verify", f"log/work/{new_id()}"):
        assert h.client(role).get(f"/training/{path}").status_code == 403
    assert h.events("training", "training.log.exported.v1") == []


def test_the_room_speaks_chinese(h: Harness) -> None:
    write_note(h)
    text = assert_page(_auditor(h, "zh").get("/training/log"), title="审计室")
    assert "根哈希" in text
    assert "证明" in assert_page(_auditor(h, "zh").get("/training/log/0"))


def test_the_audit_room_is_in_the_auditor_s_navigation_and_in_nobody_else_s(h: Harness) -> None:
    write_note(h)
    assert 'href="/training/log" aria-current="page"' in assert_page(_auditor(h).get("/training/log/0"))
    operations = assert_page(h.client(Role.ADMINISTRATOR).get("/training/operations"))
    assert 'href="/training/log"' not in operations
    assert 'href="/training/operations" aria-current="page"' in operations


def test_every_type_of_message_has_a_name() -> None:
    assert wsgi.SERVICES  # Importing them has declared their messages.
    for one in known_types():
        _, thing, verb, _ = one.split(".")
        if thing != "note" and not one.startswith("things."):
            assert thing in THINGS, one
            assert verb in VERBS, one
