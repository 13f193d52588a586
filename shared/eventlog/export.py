"""Exporting a whole log with the rows it tells of, for somebody who will check it on a machine of their own.

The archive holds events.jsonl (one event a line), hashes.bin (32 bytes an event: the leaf hashes that the
checkpoint signs), rows.jsonl (the audited rows as they are), checkpoint.txt, checkpoints.jsonl (all that were
signed before), key.txt, manifest.json, the verifier and how to use it. The same log gives the same bytes.
"""

import secrets
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import orjson
from sqlalchemy import inspect, select

from shared.core.canonical import instant_text
from shared.core.errors import Unavailable
from shared.core.text import N_
from shared.db.base import Audited
from shared.db.uow import Database, UnitOfWork
from shared.eventlog.checkpoint import SigningKey, TreeHead
from shared.eventlog.checkpoints import tree_head
from shared.eventlog.leaf import canonical, event_leaf_hash
from shared.eventlog.models import Checkpoint, Event
from shared.eventlog.sequencer import sequence_all, unsequenced
from shared.eventlog.state import row_state

FORMAT = "goodstanding-log-export/1"
_BATCH = 2_000
# Between sequencing and the snapshot another commit may slip in; then it is tried again.
_ATTEMPTS = 500
_VERIFIER = Path(__file__).with_name("verify.py")
_README = """\
HOW TO CHECK THIS EXPORT

1. Take verify.py from somewhere you trust, or read the copy in this archive: it takes ten minutes.
2. On any machine with Python 3.11 or later:  pip install cryptography
3. python verify.py export.zip --key KEY --checkpoint kept.txt
   KEY is the log's verifier key as you got it outside this archive; kept.txt is a checkpoint you kept from
   earlier. Both may be left out; the verifier then says what it cannot know.
4. Keep checkpoint.txt: next time it shows that nothing of today's log has been removed or rewritten.

Exit code 0: integrity and completeness hold. 1: one of them does not; the place is named. 2: could not be
examined.

如何核验本导出文件

1. 从可信来源取得 verify.py，或通读本压缩包内的副本（约十分钟）。
2. 在任何装有 Python 3.11 或以上版本的计算机上执行：pip install cryptography
3. python verify.py export.zip --key 公钥 --checkpoint kept.txt
   公钥应另行取得，不取自本压缩包；kept.txt 是您此前留存的检查点。
   两者均可省略，核验程序会说明因此无法确认的内容。
4. 请留存 checkpoint.txt：下次可据此证明今日的日志未被删除或改写。

退出码 0：完整性与齐全性均成立。1：至少一项不成立，并指明位置。2：无法核验。
"""


@dataclass(frozen=True)
class ExportSummary:
    """What was written: how many events and rows, and the head that covers them."""

    events: int
    rows: int
    head: TreeHead


def export_log(
    database: Database,
    target_path: Path,
    *,
    service: str,
    audited_models: Sequence[type[Any]],
    key: SigningKey,
) -> ExportSummary:
    """Write the log of `service` and all rows of the audited models to a ZIP, from one snapshot.

    The file appears whole or not at all. Memory does not grow with the log. Raises Unavailable when the log
    is written to so fast that no moment was found in which every committed event had its position.
    """
    models = sorted(audited_models, key=lambda model: str(model.__audit_kind__))
    draft = target_path.with_name(f".{target_path.name}.{secrets.token_hex(8)}")
    try:
        with _settled_snapshot(database) as uow, zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED) as archive:
            summary = _write(uow, archive, service, models, key)
        draft.replace(target_path)
    finally:
        draft.unlink(missing_ok=True)
    return summary


@contextmanager
def _settled_snapshot(database: Database) -> Iterator[UnitOfWork]:
    """Open a read transaction in which no committed event is without a position."""
    for _ in range(_ATTEMPTS):
        # The snapshot is taken by the first query: after the sequencing, and as shortly after as can be.
        with database.read() as uow:
            sequence_all(database)
            if database.is_sqlite or uow.session.execute(unsequenced(1)).first() is None:
                yield uow
                return
    raise Unavailable(N_("The log is being written to too fast to export it now; try again later"))


def _write(
    uow: UnitOfWork, archive: zipfile.ZipFile, service: str, models: Sequence[type[Any]], key: SigningKey
) -> ExportSummary:
    head = tree_head(uow, key.name)
    events = _write_events(uow, archive)
    rows = _write_lines(archive, "rows.jsonl", (line for model in models for line in _row_lines(uow, model)))
    _write_lines(archive, "checkpoints.jsonl", _checkpoint_lines(uow, head.size))
    manifest = {
        "format": FORMAT,
        "service": service,
        "origin": head.origin,
        "events": events,
        "rows": rows,
        "kinds": [model.__audit_kind__ for model in models],
    }
    _write_text(archive, "manifest.json", canonical(manifest) + b"\n")
    _write_text(archive, "checkpoint.txt", key.sign(head).text().encode())
    _write_text(archive, "key.txt", f"{key.verifier_key}\n".encode())
    _write_text(archive, "verify.py", _VERIFIER.read_bytes())
    _write_text(archive, "README.txt", _README.encode())
    return ExportSummary(events, rows, head)


def _write_events(uow: UnitOfWork, archive: zipfile.ZipFile) -> int:
    """Write events, and their hashes by way of a file: a ZIP takes one member at a time."""
    columns = Event.__table__.columns
    statement = select(*columns).where(Event.position.is_not(None)).order_by(Event.position)
    count = 0
    spool = Path(f"{archive.filename}.hashes")
    try:
        with spool.open("xb") as hashes, _member(archive, "events.jsonl") as member:
            for event in _stream(uow, statement):
                member.write(_event_line(event))
                hashes.write(event_leaf_hash(event))
                count += 1
        with spool.open("rb") as hashes, _member(archive, "hashes.bin") as member:
            while chunk := hashes.read(1 << 20):
                member.write(chunk)
    finally:
        spool.unlink(missing_ok=True)
    return count


def _event_line(event: Any) -> bytes:
    return orjson.dumps(
        {
            "actor": event.actor,
            "data": event.data,
            "digest": event.digest.hex(),
            "effective": instant_text(event.effective_at),
            "id": str(event.id),
            "person": None if event.person_id is None else str(event.person_id),
            "position": event.position,
            "recorded": instant_text(event.recorded_at),
            "salt": None if event.salt is None else event.salt.hex(),
            "state": None if event.state_digest is None else event.state_digest.hex(),
            "subject": event.subject,
            "type": event.type,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def _row_lines(uow: UnitOfWork, model: type[Audited]) -> Iterator[bytes]:
    table = inspect(model).local_table
    for row in _stream(uow, select(table).order_by(table.c.id)):
        values = row._mapping
        last: UUID = values["last_event_id"]
        yield orjson.dumps(
            {
                "last_event_id": str(last),
                "state": row_state(model, values).decode(),
                "subject": f"{model.__audit_kind__}/{values['id']}",
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


def _checkpoint_lines(uow: UnitOfWork, size: int) -> Iterator[bytes]:
    statement = (
        select(Checkpoint.size, Checkpoint.note).where(Checkpoint.size <= size).order_by(Checkpoint.size)
    )
    for row in _stream(uow, statement):
        yield orjson.dumps({"note": row.note, "size": row.size}, option=orjson.OPT_APPEND_NEWLINE)


def _stream(uow: UnitOfWork, statement: Any) -> Iterable[Any]:
    return uow.session.execute(statement, execution_options={"yield_per": _BATCH})


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> int:
    count = 0
    with _member(archive, name) as member:
        for count, line in enumerate(lines, start=1):  # noqa: B007 - the count is the result
            member.write(line)
    return count


def _write_text(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    with _member(archive, name) as member:
        member.write(content)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    # A fixed date, so that the same log gives the same bytes.
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return archive.open(info, "w", force_zip64=True)
