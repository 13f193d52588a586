"""Taking files of questions into the bank: looked at first, then imported."""

import hashlib
from collections import Counter
from datetime import datetime

from services.training.interchange.models import QuestionImport
from services.training.interchange.queries import plan_now
from services.training.interchange.rules import (
    Effect,
    Entry,
    ImportStatus,
    entries_from_json,
    entries_to_json,
    next_status,
    of_items,
    read_rows,
)
from services.training.qti.queries import read_files
from services.training.questions.commands import add_question, revise_question
from services.training.questions.queries import find_by_codes, list_topics
from shared.core.errors import TooLarge
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import QuestionImportApplied, QuestionImportChecked
from shared.tabular import read_table

MAX_BYTES = 5 * 2**20
MAX_ENTRIES = 1_000


def check_file(
    uow: UnitOfWork, data: bytes, name: str, *, topic_code: str, actor: Principal, now: datetime
) -> QuestionImport:
    """Read a file and keep what is in it; the bank stays as it is.

    `topic_code` is for QTI items that name none. Raises InvalidInput for what is neither a table nor QTI, and
    TooLarge.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(N_("The file is larger than %(limit)s MB", limit=MAX_BYTES // 2**20))
    entries = _read(data, name, topic_code)
    if len(entries) > MAX_ENTRIES:
        raise TooLarge(N_("The file has more than %(limit)s rows", limit=MAX_ENTRIES))
    found = QuestionImport(
        id=new_id(),
        name=name[-200:],
        file_sha256=hashlib.sha256(data).digest(),
        status=ImportStatus.CHECKED,
        entries=entries_to_json(entries),
        made_at=now,
    )
    uow.session.add(found)
    checked = QuestionImportChecked(found.id, found.file_sha256.hex(), len(entries))
    append(uow, checked, row=found, actor=actor, now=now)
    return found


def apply_import(uow: UnitOfWork, found: QuestionImport, *, actor: Principal, now: datetime) -> None:
    """Add and revise what the file holds, as the bank is now; rows that are wrong are left out.

    Raises IllegalTransition when it was imported before.
    """
    status = next_status(found.status)
    planned = plan_now(uow.session, entries_from_json(found.entries))
    topics = {one.code: one for one in list_topics(uow.session)}
    revised = {one.entry.code for one in planned if one.effect is Effect.REVISED}
    held = find_by_codes(uow.session, revised)
    for one in planned:
        if one.entry.body is None:
            continue
        if one.effect is Effect.ADDED:
            topic, code = topics[one.entry.topic_code], one.entry.code or None
            add_question(uow, topic, one.entry.body, code=code, actor=actor, now=now)
        elif one.effect is Effect.REVISED:
            revise_question(uow, held[one.entry.code].question, one.entry.body, actor=actor, now=now)
    counts = Counter(one.effect for one in planned)
    found.status = status
    found.applied_at = now
    found.added, found.revised = counts[Effect.ADDED], counts[Effect.REVISED]
    applied = QuestionImportApplied(found.id, found.added, found.revised)
    append(uow, applied, row=found, actor=actor, now=now)


def _read(data: bytes, name: str, topic_code: str) -> list[Entry]:
    """Tell a QTI package from a workbook by what is in it, and XML from CSV by how it begins."""
    is_package = data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" not in data
    if is_package or data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return of_items(read_files(data, name), topic_code)
    return read_rows(read_table(data, name, max_rows=MAX_ENTRIES, max_bytes=MAX_BYTES))
