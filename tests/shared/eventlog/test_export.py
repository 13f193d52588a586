"""Exports and the offline verifier: each way of tampering is detected, told apart and placed."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from shared.db.uow import Database
from shared.eventlog import (
    SigningKey,
    TreeHead,
    append,
    export_log,
    make_checkpoint,
    sequence_pending,
    verify,
)
from shared.eventlog.leaf import leaf_bytes
from shared.eventlog.merkle import leaf_hash, root_of
from tests.shared.eventlog.conftest import create_log
from tests.shared.eventlog.things import NOW, Thing, ThingChanged, add_thing, fill, log_one, rename_thing

EVENTS = 12
Members = dict[str, bytes]


@dataclass
class Exported:
    """An export, unpacked; `packed()` packs it again."""

    members: Members
    folder: Path
    key: SigningKey
    kept: str

    def packed(self) -> str:
        path = self.folder / "tampered.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.members.items():
                archive.writestr(name, content)
        return str(path)

    def check(self, *, trusted: bool = True, kept: bool = False) -> verify.Report:
        key = str(self.key.verifier_key) if trusted else None
        return verify.verify(self.packed(), key, self.kept if kept else None)

    @property
    def events(self) -> list[bytes]:
        return self.members["events.jsonl"].splitlines(keepends=True)

    def put_events(self, events: list[bytes], *, renumber: bool = False, rehash: bool = False) -> None:
        """Replace the events; as a careful forger does, with the positions, hashes and counts that fit."""
        if renumber:
            events = [edit(line, position=at) for at, line in enumerate(events)]
        self.members["events.jsonl"] = b"".join(events)
        if rehash:
            self.members["hashes.bin"] = b"".join(leaf_of(line) for line in events)
            manifest = json.loads(self.members["manifest.json"]) | {"events": len(events)}
            self.members["manifest.json"] = json.dumps(manifest).encode()

    def sign(self, key: SigningKey) -> None:
        """Sign whatever hashes there are now, and leave out what was signed before."""
        hashes = self.members["hashes.bin"]
        leaves = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
        head = TreeHead(key.name, len(leaves), root_of(leaves))
        self.members["checkpoint.txt"] = key.sign(head).text().encode()
        self.members["key.txt"] = f"{key.verifier_key}\n".encode()
        self.members["checkpoints.jsonl"] = b""


def edit(line: bytes, **fields: Any) -> bytes:
    changed = json.loads(line) | fields
    return json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def leaf_of(line: bytes) -> bytes:
    event = json.loads(line)
    leaf = {name: event[name] for name in event if name not in ("data", "salt", "position")}
    return leaf_hash(json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def id_of(line: bytes) -> str:
    return str(json.loads(line)["id"])


def build_log(database: Database, key: SigningKey) -> str:
    """Write twelve events, of two rows that stay and one that goes among others; return a kept checkpoint."""
    with database.write() as uow:
        first = add_thing(uow, "甲")
        gone = add_thing(uow, "gone")
        log_one(uow, "no row", subject="other/1")
    sequence_pending(database)
    with database.write() as uow:
        rename_thing(uow, first.id, "乙")
    fill(database, EVENTS - 6)
    sequence_pending(database)
    with database.write() as uow:
        kept = make_checkpoint(uow, key, NOW).note
    with database.write() as uow:
        row = uow.session.get_one(Thing, gone.id)
        append(uow, ThingChanged("deleted"), row=row, actor="system", now=NOW)
        uow.session.delete(row)
        add_thing(uow, "last")
    return kept


def write_export(database: Database, key: SigningKey, path: Path) -> Members:
    export_log(database, path, service="things", audited_models=[Thing], key=key)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def exported(tmp_path: Path, key: SigningKey) -> Iterator[Exported]:
    """An export that holds, of twelve events; the kept checkpoint covers ten."""
    database = create_log(Database(f"sqlite:///{tmp_path / 'log.db'}"))
    kept = build_log(database, key)
    yield Exported(write_export(database, key, tmp_path / "export.zip"), tmp_path, key, kept)
    database.dispose()


def english(findings: list[tuple[str, str]]) -> list[str]:
    return [en for en, _ in findings]


def test_an_export_holds_on_either_engine_and_is_the_same_bytes_each_time(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    kept = build_log(database, key)
    summary = export_log(database, tmp_path / "a.zip", service="things", audited_models=[Thing], key=key)
    assert (summary.events, summary.rows, summary.head.size) == (EVENTS, 2, EVENTS)
    report = verify.verify(str(tmp_path / "a.zip"), str(key.verifier_key), kept)
    assert (report.integrity, report.completeness) == ([], [])
    assert "extends the kept checkpoint of 10 events" in english(report.notes)
    assert not any("only asserted" in one or "cut-off" in one for one in english(report.notes))
    export_log(database, tmp_path / "b.zip", service="things", audited_models=[Thing], key=key)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(one.name for one in tmp_path.glob("*.zip*")) == ["a.zip", "b.zip"]


def test_an_empty_log_and_one_of_several_tiles_hold(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    for count in (0, 700):
        fill(database, count)
        export_log(database, tmp_path / "a.zip", service="things", audited_models=[Thing], key=key)
        report = verify.verify(str(tmp_path / "a.zip"), str(key.verifier_key))
        assert (report.integrity, report.completeness) == ([], [])


def test_the_verifier_says_what_it_cannot_know(exported: Exported) -> None:
    notes = english(exported.check(trusted=False).notes)
    assert any("only asserted by the export itself" in one for one in notes)
    assert any("a cut-off tail would go unnoticed" in one for one in notes)


@pytest.mark.parametrize(
    "field", ["actor", "type", "subject", "effective", "recorded", "person", "digest", "id"]
)
@pytest.mark.parametrize("at", [0, 5, EVENTS - 1])
def test_a_changed_field_is_placed(exported: Exported, field: str, at: int) -> None:
    events = exported.events
    events[at] = edit(events[at], **{field: "forged"})
    exported.put_events(events)
    event_id = "forged" if field == "id" else id_of(events[at])
    assert english(exported.check().integrity) == [f"position {at}, event {event_id}: altered"]


def test_a_changed_payload_is_placed_and_so_is_a_payload_of_another_event(exported: Exported) -> None:
    events = exported.events
    one, other = json.loads(events[4]), json.loads(events[6])
    events[4] = edit(events[4], data=other["data"])
    events[6] = edit(events[6], data=one["data"])
    events[8] = edit(events[8], salt="00" * 16)
    events[9] = edit(events[9], salt=None)
    exported.put_events(events)
    assert english(exported.check().integrity) == [
        f"position {at}, event {id_of(events[at])}: the data is not what was logged" for at in (4, 6, 8, 9)
    ]


def test_every_single_flipped_byte_of_an_event_is_placed(exported: Exported) -> None:
    events = exported.events
    line, hashes = events[3], exported.members["hashes.bin"]
    for at in range(len(line) - 1):
        flipped = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        report = verify.Report()
        verify.compare_events(iter([*events[:3], flipped, *events[4:]]), hashes, report)
        assert len(report.integrity) == 1, (at, flipped)
        assert report.integrity[0][0].startswith("position 3, event ")


@pytest.mark.parametrize("renumber", [False, True])
@pytest.mark.parametrize("at", [0, 5, EVENTS - 1])
def test_a_dropped_event_is_placed(exported: Exported, at: int, renumber: bool) -> None:
    exported.put_events([one for place, one in enumerate(exported.events) if place != at], renumber=renumber)
    findings = english(exported.check().integrity)
    assert f"position {at}: missing" in findings
    assert f"the manifest says {EVENTS} events, there are {EVENTS - 1}" in findings
    if not renumber:
        assert len(findings) == 2


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 9), (0, EVENTS - 1)])
def test_swapped_events_are_placed(exported: Exported, one: int, other: int) -> None:
    events = exported.events
    events[one], events[other] = events[other], events[one]
    exported.put_events(events, renumber=True)
    findings = english(exported.check().integrity)
    assert any("out of order, it was logged at position" in found for found in findings)
    assert not any("altered" in found or "missing" in found or "inserted" in found for found in findings)
    assert any(found.startswith(f"position {one}") for found in findings)


@pytest.mark.parametrize("at", [0, 5, EVENTS])
def test_an_inserted_and_a_repeated_event_are_placed(exported: Exported, at: int) -> None:
    events = exported.events
    forged = edit(events[5], actor="forger")
    for new, words in (
        (forged, "inserted, it was never logged"),
        (events[2], "a copy of the event at position 2"),
    ):
        exported.put_events([*events[:at], new, *events[at:]])
        findings = english(exported.check().integrity)
        assert f"position {at}, event {id_of(new)}: {words}" in findings
        assert not any("missing" in found or "altered" in found for found in findings)


def test_a_cut_off_tail_is_placed_however_carefully_it_was_cut(exported: Exported) -> None:
    events = exported.events
    exported.put_events(events[:8])
    assert "positions 8 to 11: missing" in english(exported.check().integrity)
    exported.put_events(events[:8], rehash=True)
    assert (
        english(exported.check().integrity)[0]
        == "positions 8 to 11: missing; the checkpoint covers 12 events"
    )
    exported.sign(exported.key)
    assert exported.check().integrity == []
    found = english(exported.check(kept=True).integrity)
    assert found == ["positions 8 to 9: cut off; the kept checkpoint covers 10 events"]


def test_a_forger_who_makes_all_hashes_anew_is_caught_between_two_checkpoints(exported: Exported) -> None:
    events = exported.events
    for at, bracket in ((3, "positions 0 to 9"), (10, "positions 10 to 11")):
        changed = [*events[:at], edit(events[at], actor="forger"), *events[at + 1 :]]
        exported.put_events(changed, rehash=True)
        findings = english(exported.check().integrity)
        assert findings == [f"{bracket}: the root is not the signed one; the change begins among these"]


def test_a_log_signed_with_another_key_needs_the_true_key_or_a_kept_checkpoint(exported: Exported) -> None:
    events = exported.events
    exported.put_events([edit(events[0], actor="forger"), *events[1:]], rehash=True)
    forger = SigningKey(exported.key.name, Ed25519PrivateKey.generate())
    exported.sign(forger)
    alone = exported.check(trusted=False)
    assert alone.integrity == []
    assert any("only asserted" in one for one in english(alone.notes))
    assert english(exported.check().integrity) == [
        "the export names another key than the one you gave",
        "the checkpoint is not signed by the key used",
    ]
    assert english(exported.check(trusted=False, kept=True).integrity) == [
        "the kept checkpoint was signed by another key",
        "positions 0 to 9: rewritten since the kept checkpoint was made",
    ]


def test_another_history_of_the_same_size_signed_with_the_true_key_is_caught(exported: Exported) -> None:
    events = exported.events
    earlier = exported.members["checkpoints.jsonl"]
    exported.put_events([edit(events[0], actor="forger"), *events[1:]], rehash=True)
    exported.sign(exported.key)
    assert exported.check().integrity == []
    assert english(exported.check(kept=True).integrity) == [
        "positions 0 to 9: rewritten since the kept checkpoint was made"
    ]
    exported.members["checkpoints.jsonl"] = earlier
    assert english(exported.check().integrity) == ["checkpoint of 10 events: was signed for another history"]


def test_a_changed_checkpoint_or_hash_list_is_caught(exported: Exported) -> None:
    hashes = exported.members["hashes.bin"]
    exported.members["hashes.bin"] = hashes[:64] + bytes(32) + hashes[96:]
    findings = english(exported.check().integrity)
    assert findings[0].startswith("positions 0 to 9: the root is not the signed one")
    assert f"position 2, event {id_of(exported.events[2])}: altered" in findings
    exported.members["hashes.bin"] = hashes + b"x"
    assert exported.check().integrity != []
    exported.members["hashes.bin"] = hashes
    note = exported.members["checkpoint.txt"]
    exported.members["checkpoint.txt"] = note.replace(b"\n12\n", b"\n11\n")
    assert "the checkpoint is not signed by the key used" in english(exported.check().integrity)
    exported.members["checkpoint.txt"] = note.replace(b"goodstanding/things\n", b"goodstanding/people\n")
    assert "the checkpoint is of another log" in english(exported.check().integrity)


def rows_of(exported: Exported) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported.members["rows.jsonl"].splitlines()]


def put_rows(exported: Exported, rows: list[dict[str, Any]]) -> None:
    exported.members["rows.jsonl"] = b"".join(json.dumps(one).encode() + b"\n" for one in rows)
    manifest = json.loads(exported.members["manifest.json"]) | {"rows": len(rows)}
    exported.members["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda rows: rows[0].update(state=rows[0]["state"].replace("乙", "丙")),
            "changed without an event since",
        ),
        (lambda rows: rows[0].update(state=rows[1]["state"]), "changed without an event since"),
        (lambda rows: rows[0].update(last_event_id=rows[1]["last_event_id"]), "points at event"),
        (lambda rows: rows.pop(0), "the row is missing, and no event says it was deleted"),
        (lambda rows: rows.append(rows[0]), "twice in the export"),
        (lambda rows: rows.append(rows[0] | {"subject": "thing/unlogged"}), "no event tells of it"),
        (lambda rows: rows.append({"subject": "thing/x"}), "cannot be read"),
    ],
)
def test_a_row_that_is_not_as_its_last_event_says_fails_completeness_alone(
    exported: Exported, change: Callable[[list[dict[str, Any]]], None], words: str
) -> None:
    rows = rows_of(exported)
    change(rows)
    put_rows(exported, rows)
    report = exported.check()
    assert report.integrity == []
    (finding,) = english(report.completeness)
    assert words in finding


def test_rows_changed_in_the_database_without_an_event_fail_completeness(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    build_log(database, key)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE thing SET name = '丙' WHERE name = '乙'"))
        connection.execute(text("DELETE FROM thing WHERE name = 'last'"))
    write_export(database, key, tmp_path / "x.zip")
    report = verify.verify(str(tmp_path / "x.zip"))
    assert report.integrity == []
    changed, missing = english(report.completeness)
    assert "changed without an event since position 3, event " in changed
    assert "the row is missing" in missing
    assert "position 11, event " in missing


def test_a_kind_of_row_that_is_left_out_fails_completeness(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    build_log(database, key)
    export_log(database, tmp_path / "x.zip", service="things", audited_models=[], key=key)
    findings = english(verify.verify(str(tmp_path / "x.zip")).completeness)
    assert len(findings) == 3
    assert all("rows of kind thing are logged but not exported" in one for one in findings)


def test_erased_data_leaves_every_proof_valid_and_is_said(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    kept = build_log(database, key)
    erase = "UPDATE event SET data = NULL, salt = NULL WHERE position IN (0, 5)"
    with database.engine.begin() as connection:
        connection.execute(text(erase))
    write_export(database, key, tmp_path / "x.zip")
    report = verify.verify(str(tmp_path / "x.zip"), str(key.verifier_key), kept)
    assert (report.integrity, report.completeness) == ([], [])
    assert any(
        "2 events have had their data erased" in one and "0, 5" in one for one in english(report.notes)
    )
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE event SET data = NULL, salt = NULL WHERE position = 3"))
    write_export(database, key, tmp_path / "y.zip")
    report = verify.verify(str(tmp_path / "y.zip"))
    assert report.integrity == []
    assert "cannot be checked, its last event is erased: position 3" in english(report.completeness)[0]


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_verifier_in_the_archive_runs_alone_and_tells_by_its_exit_code(
    exported: Exported, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "verify.py").write_bytes(exported.members["verify.py"])
    (alone / "kept.txt").write_text(exported.kept)
    (alone / "key.txt").write_text(f"{exported.key.verifier_key}\n")
    shutil.copy(exported.packed(), alone / "export.zip")
    arguments = ("verify.py", "export.zip", "--key", "key.txt", "--checkpoint", "kept.txt")
    good = run(*arguments, folder=alone)
    assert (good.returncode, good.stderr) == (0, "")
    assert "INTEGRITY 完整性（未被改动）: HOLDS 成立" in good.stdout
    assert "COMPLETENESS 齐全性（无遗漏）: HOLDS 成立" in good.stdout
    events = exported.events
    events[7] = events[7].replace(b"event 3", b"event 4")
    exported.put_events(events)
    shutil.copy(exported.packed(), alone / "export.zip")
    bad = run("verify.py", "export.zip", "--key", str(exported.key.verifier_key), folder=alone)
    assert bad.returncode == 1
    assert f"position 7, event {id_of(events[7])}: the data is not what was logged" in bad.stdout
    assert "位置 7" in bad.stdout
    assert "COMPLETENESS 齐全性（无遗漏）: HOLDS 成立" in bad.stdout
    (alone / "export.zip").write_bytes(b"not a zip")
    unreadable = run("verify.py", "export.zip", folder=alone)
    assert unreadable.returncode == 2
    assert "CANNOT BE EXAMINED" in unreadable.stderr
    assert run("verify.py", folder=alone).returncode == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.pop("events.jsonl"),
        lambda members: members.update({"../evil": b""}),
        lambda members: members.update({"events.jsonl": b"0" * 30_000_000}),
        lambda members: members.update({"hashes.bin": bytes(40_000_000)}),
        lambda members: members.update({"manifest.json": b" " * 5_000_000 + b"{}"}),
        lambda members: members.update({"manifest.json": b"[]"}),
        lambda members: members.update({"key.txt": b"x"}),
    ],
)
def test_a_hostile_archive_is_refused_before_it_is_unpacked(
    exported: Exported, change: Callable[[Members], None]
) -> None:
    change(exported.members)
    with pytest.raises(verify.UnreadableError):
        exported.check()


def test_a_line_without_end_is_refused() -> None:
    import io

    with pytest.raises(verify.UnreadableError, match="too long"):
        list(verify.read_lines(io.BytesIO(b"x" * (verify.MAX_LINE + 2))))


def test_what_an_export_says_cannot_steer_the_terminal(
    exported: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    put_rows(exported, [{"subject": "\x1b[2Jthing", "last_event_id": "", "state": ""}])
    assert exported.check().show() == 1
    assert "\x1b" not in capsys.readouterr().out


def test_an_export_during_writes_is_one_consistent_snapshot(
    database: Database, key: SigningKey, tmp_path: Path
) -> None:
    stop = Flag()

    def write() -> None:
        while not stop.is_set():
            with database.write() as uow:
                add_thing(uow)

    writers = [Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        for at in range(3):
            path = tmp_path / f"{at}.zip"
            export_log(database, path, service="things", audited_models=[Thing], key=key)
            report = verify.verify(str(path), str(key.verifier_key))
            assert (report.integrity, report.completeness) == ([], [])
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def test_an_export_that_fails_leaves_no_file(exported: Exported, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'log.db'}")
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE thing"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Exception, match="thing"):
        export_log(database, tmp_path / "f.zip", service="things", audited_models=[Thing], key=exported.key)
    assert sorted(one for one in tmp_path.iterdir() if "log.db" not in one.name) == [
        one for one in before if "log.db" not in one.name
    ]
    database.dispose()


def test_the_exported_leaf_is_the_one_that_the_log_hashes(exported: Exported) -> None:
    line = exported.events[3]
    assert exported.members["hashes.bin"][96:128] == leaf_of(line)
    assert hashlib.sha256(b"\x00" + b"{}").digest() == leaf_hash(b"{}")
    assert callable(leaf_bytes)
