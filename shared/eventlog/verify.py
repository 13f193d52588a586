#!/usr/bin/env python3
"""Checks an exported log offline. 离线核验导出的日志。

    python verify.py export.zip [--key KEY] [--checkpoint kept.txt]

Needs Python 3.11 and the package `cryptography`; reads only the files named; writes nothing. Two verdicts:

  integrity     nothing that was logged has been changed, removed, added or moved;
  completeness  every exported row is as its last event says, and no row is missing or without an event.

How it works. Every event has a *leaf*: a JSON text of its fields, in which the data stands as
SHA-256(salt || data) and the changed row's state as SHA-256(salt || state). The leaves' hashes form an RFC
9162 Merkle tree, and the checkpoint signs its root. hashes.bin lists the leaf hashes. If they lead to the
signed root, the list is what was signed, and comparing event by event finds the place of any difference.

KEY is the log's verifier key (a text or a file) as you got it from somebody you trust. Without it the export
vouches for itself. A checkpoint kept from earlier shows that what was logged by then is still there: only
that reveals a tail that was cut off, or a log made anew, by whoever holds the signing key.

Exit code: 0 both verdicts hold, 1 one does not, 2 the export could not be examined.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quote
from pathlib import Path
from typing import IO, Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "goodstanding-log-export/1"
# What an export holds, and how far each file may be packed: what is packed tighter is not a log but a bomb.
RATIOS = {
    "manifest.json": 0,
    "events.jsonl": 200,
    "hashes.bin": 2,
    "rows.jsonl": 200,
    "checkpoint.txt": 0,
    "checkpoints.jsonl": 200,
    "key.txt": 0,
    "verify.py": 0,
    "README.txt": 0,
}
SLACK = 1024 * 1024  # bytes that any file may have, however packed
MAX_LINE = 16 * 1024 * 1024  # bytes
MAX_MISFITS = 10_000  # events that are looked into when they do not fit
SHOWN = 20
DELETED = hashlib.sha256(b"null").hexdigest()  # the state of a row that was deleted


class UnreadableError(Exception):
    """The export cannot be examined at all."""


@dataclass
class Report:
    """What was found, each as a pair of English and Chinese."""

    integrity: list[tuple[str, str]] = field(default_factory=list)
    completeness: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def broken(self, en: str, zh: str) -> None:
        """Record why integrity fails."""
        self.integrity.append((en, zh))

    def incomplete(self, en: str, zh: str) -> None:
        """Record why completeness fails."""
        self.completeness.append((en, zh))

    def note(self, en: str, zh: str) -> None:
        """Record what the reader should know."""
        self.notes.append((en, zh))

    def show(self) -> int:
        """Print the verdicts and return the exit code."""
        for en, zh in self.notes:
            print(f"· {_printable(en)}\n  {_printable(zh)}")
        for name, found in (
            ("INTEGRITY 完整性（未被改动）", self.integrity),
            ("COMPLETENESS 齐全性（无遗漏）", self.completeness),
        ):
            print(f"{name}: {'FAILS 不成立' if found else 'HOLDS 成立'}")
            for en, zh in found[:SHOWN]:
                print(f"  ✗ {_printable(en)}\n    {_printable(zh)}")
            if len(found) > SHOWN:
                print(f"  … and {len(found) - SHOWN} more 另有 {len(found) - SHOWN} 项")
        return 1 if self.integrity or self.completeness else 0


def _printable(text: str) -> str:
    """Keep what an export says from steering the terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)


# ---- Merkle tree (RFC 9162, section 2.1) -----------------------------------------------------------------


def roots_at(hashes: bytes, sizes: set[int]) -> dict[int, bytes]:
    """Return the tree's root at each of these sizes, as far as there are hashes for them."""
    roots = {0: hashlib.sha256(b"").digest()} if 0 in sizes else {}
    stack: list[bytes] = []
    for at in range(len(hashes) // 32):
        node, rest = hashes[at * 32 : at * 32 + 32], at
        while rest & 1:
            node = hashlib.sha256(b"\x01" + stack.pop() + node).digest()
            rest >>= 1
        stack.append(node)
        if at + 1 in sizes:
            root = stack[-1]
            for left in reversed(stack[:-1]):
                root = hashlib.sha256(b"\x01" + left + root).digest()
            roots[at + 1] = root
    return roots


# ---- Keys and checkpoints (C2SP signed-note, tlog-checkpoint) ---------------------------------------------


@dataclass(frozen=True)
class Key:
    """An Ed25519 public key with its name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The short id that signatures carry."""
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]


def read_key(text: str) -> Key:
    """Read `name+hexid+base64`."""
    parts = text.strip().split("+", 2)
    try:
        blob = base64.b64decode(parts[2], validate=True)
        key = Key(parts[0], blob[1:])
        if len(blob) == 33 and blob[0] == 1 and parts[1] == key.key_id.hex():
            return key
    except (IndexError, ValueError):
        pass
    raise UnreadableError("the verifier key is not one 公钥格式不正确")


@dataclass(frozen=True)
class Head:
    """A checkpoint; `signed` says whether the key signed it."""

    origin: str
    size: int
    root: bytes
    signed: bool


def read_checkpoint(text: str, key: Key) -> Head:
    """Read a checkpoint strictly; raise ValueError when it is not one."""
    body, blank, tail = text.rpartition("\n\n")
    lines = body.split("\n")
    if (
        not blank
        or not tail.endswith("\n")
        or len(lines) != 3
        or not re.fullmatch(r"0|[1-9]\d{0,18}", lines[1])
    ):
        raise ValueError("not a checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("not a root")
    signed = False
    for line in tail[:-1].split("\n"):
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if match is None:
            raise ValueError("not a signature")
        blob = base64.b64decode(match[2], validate=True)
        if (match[1], blob[:4]) == (key.name, key.key_id):
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], (body + "\n").encode())
                signed = True
            except InvalidSignature:
                return Head(lines[0], int(lines[1]), root, False)
    return Head(lines[0], int(lines[1]), root, signed)


# ---- Events ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Event:
    """One line of events.jsonl. `leaf` is empty when the line cannot be read."""

    id: str
    leaf: bytes = b""
    position: Any = None
    subject: str = ""
    salt: str | None = None
    data: str | None = None
    digest: str = ""
    state: str | None = None


def read_event(raw: bytes) -> Event:
    """Read one line, which must be exactly as the export writes it, and hash its leaf."""
    try:
        text = raw.decode()
        e = json.loads(text)
        if type(e["position"]) is not int:
            raise ValueError("position")
        actor, digest, recorded = quote(e["actor"]), quote(e["digest"]), quote(e["recorded"])
        middle = (
            f'"effective":{quote(e["effective"])},"id":{quote(e["id"])},"person":{_or_null(e["person"])},'
        )
        end = f'"state":{_or_null(e["state"])},"subject":{quote(e["subject"])},"type":{quote(e["type"])}}}'
        data, salt = _or_null(e["data"]), _or_null(e["salt"])
        if text != (
            f'{{"actor":{actor},"data":{data},"digest":{digest},{middle}"position":{e["position"]},'
            f'"recorded":{recorded},"salt":{salt},{end}\n'
        ):
            raise ValueError("form")
        leaf = f'{{"actor":{actor},"digest":{digest},{middle}"recorded":{recorded},{end}'
        hashed = hashlib.sha256(b"\0" + leaf.encode()).digest()
        return Event(
            e["id"], hashed, e["position"], e["subject"], e["salt"], e["data"], e["digest"], e["state"]
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        match = re.search(rb'"id":"([0-9a-f-]{36})"', raw)
        return Event(match[1].decode() if match else "?")


def _or_null(value: str | None) -> str:
    return "null" if value is None else quote(value)


@dataclass
class Aligned:
    """How the events stand against the signed hashes. `states` holds each subject's last stated row state."""

    count: int = 0
    misfits: list[tuple[int, Event, bool]] = field(default_factory=list)  # (place, event, inserted there)
    lost: set[int] = field(default_factory=set)  # signed positions without their event
    erased: list[int] = field(default_factory=list)
    states: dict[str, tuple[int, str, str | None, str]] = field(default_factory=dict)


def compare_events(lines: Iterator[bytes], hashes: bytes, report: Report) -> Aligned:
    """Walk events and signed hashes side by side, getting back in step after whatever does not fit."""
    found, total = Aligned(), len(hashes) // 32
    index: dict[bytes, int] = {}
    events = map(read_event, lines)
    at = 0  # the signed position that the next event should have
    event = next(events, None)
    while event is not None:
        following = next(events, None)
        found.count += 1
        if event.leaf == hashes[at * 32 : at * 32 + 32]:
            _check_content(at, event, found, report)
            at += 1
        else:
            index = index or {hashes[n * 32 : n * 32 + 32]: n for n in range(total)}
            after = following.leaf if following is not None else b""
            fits_here = at >= total or (after != b"" and after == hashes[at * 32 : at * 32 + 32])
            fits_next = at < total and after == hashes[(at + 1) * 32 : (at + 2) * 32]
            home = index.get(event.leaf, -1)
            if home > at and not fits_here and not fits_next:  # events before it are missing
                found.lost.update(range(at, home))
                _check_content(home, event, found, report)
                at = home + 1
            elif fits_here and not fits_next:
                _add_misfit(found, at, event, inserted=True)
            else:
                _add_misfit(found, at, event, inserted=False)
                found.lost.add(at)
                at += 1
        event = following
    found.lost.update(range(at, total))
    _report_places(found, index, report)
    return found


def _add_misfit(found: Aligned, at: int, event: Event, *, inserted: bool) -> None:
    if len(found.misfits) < MAX_MISFITS:
        event.data = None  # not needed any more, and it may be large
        found.misfits.append((at, event, inserted))


def _check_content(at: int, event: Event, found: Aligned, report: Report) -> None:
    """Check what the leaf only commits to: the data, and the position written beside it."""
    if event.state is not None:
        found.states[event.subject] = (at, event.id, event.salt, event.state)
    if event.position != at:
        report.broken(
            f"position {at}, event {event.id}: it is labelled {event.position}",
            f"位置 {at}，事件 {event.id}：标注的位置是 {event.position}",
        )
    if event.data is None and event.salt is None:
        found.erased.append(at)
    elif event.data is None or event.salt is None or not _matches(event.salt, event.data, event.digest):
        report.broken(
            f"position {at}, event {event.id}: the data is not what was logged",
            f"位置 {at}，事件 {event.id}：数据与登记时的摘要不符",
        )


def _matches(salt: str, content: str, digest: str) -> bool:
    try:
        return hashlib.sha256(bytes.fromhex(salt) + content.encode()).hexdigest() == digest
    except ValueError:
        return False


def _report_places(found: Aligned, index: dict[bytes, int], report: Report) -> None:
    explained: set[int] = set()
    for at, event, inserted in found.misfits:
        home = index.get(event.leaf)
        if home is not None and home in found.lost:
            en, zh = f"out of order, it was logged at position {home}", f"顺序被调换，原位置是 {home}"
            explained.add(home)
        elif home is not None:
            en, zh = f"a copy of the event at position {home}", f"是位置 {home} 事件的重复"
        elif inserted:
            en, zh = "inserted, it was never logged", "是插入的，从未登记"
        elif event.leaf:
            en, zh = "altered", "被改动"
        else:
            en, zh = "altered, it cannot be read", "被改动，无法读取"
        if not inserted:
            explained.add(at)
        report.broken(f"position {at}, event {event.id}: {en}", f"位置 {at}，事件 {event.id}：{zh}")
    for first, last in _ranges(sorted(found.lost - explained)):
        places = f"position {first}" if first == last else f"positions {first} to {last}"
        report.broken(f"{places}: missing", f"位置 {first} 至 {last}：缺失")


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


# ---- The signed root -------------------------------------------------------------------------------------


def check_heads(hashes: bytes, main: Head, earlier: list[Head], kept: Head | None, report: Report) -> None:
    """Compare the tree over hashes.bin with every checkpoint there is."""
    count, size = len(hashes) // 32, main.size
    roots = roots_at(hashes, {size, *(one.size for one in earlier), *([kept.size] if kept else [])})
    if not main.signed:
        report.broken("the checkpoint is not signed by the key used", "检查点不是由所用的密钥签名的")
    if count < size:
        en, zh = f"missing; the checkpoint covers {size} events", f"缺失，检查点包含 {size} 个事件"
        report.broken(f"positions {count} to {size - 1}: {en}", f"位置 {count} 至 {size - 1}：{zh}")
    elif count > size:
        en, zh = f"not covered by the checkpoint of {size} events", f"不在含 {size} 个事件的检查点内"
        report.broken(f"positions {size} to {count - 1}: {en}", f"位置 {size} 至 {count - 1}：{zh}")
    agree = roots.get(size) == main.root
    if size <= count and not agree:
        _report_bracket(roots, earlier, size, report)
    for one in earlier:
        if not one.signed:
            en, zh = "is not signed by the key used", "不是由所用的密钥签名的"
        elif agree and roots.get(one.size) != one.root:
            en, zh = "was signed for another history", "是为另一份历史签名的"
        else:
            continue
        report.broken(f"checkpoint of {one.size} events: {en}", f"含 {one.size} 个事件的检查点：{zh}")
    if kept is not None:
        _check_kept(roots, kept, count, report)


def _report_bracket(roots: dict[int, bytes], earlier: list[Head], size: int, report: Report) -> None:
    """Say between which checkpoints the log begins to differ from what was signed."""
    inner = [one for one in earlier if one.signed and one.size < size]
    good = max((one.size for one in inner if roots.get(one.size) == one.root), default=0)
    bad = min((one.size for one in inner if one.size > good), default=size)
    en, zh = (
        "the root is not the signed one; the change begins among these",
        "根哈希与签名不符，改动始于此范围",
    )
    report.broken(f"positions {good} to {bad - 1}: {en}", f"位置 {good} 至 {bad - 1}：{zh}")


def _check_kept(roots: dict[int, bytes], kept: Head, count: int, report: Report) -> None:
    size = kept.size
    if not kept.signed:
        report.broken("the kept checkpoint was signed by another key", "留存的检查点由另一密钥签名")
    if size > count:
        en, zh = (
            f"cut off; the kept checkpoint covers {size} events",
            f"尾部被删除，留存的检查点含 {size} 个事件",
        )
        report.broken(f"positions {count} to {size - 1}: {en}", f"位置 {count} 至 {size - 1}：{zh}")
    elif roots.get(size) != kept.root:
        en, zh = "rewritten since the kept checkpoint was made", "自留存的检查点以来被改写"
        report.broken(f"positions 0 to {size - 1}: {en}", f"位置 0 至 {size - 1}：{zh}")
    else:
        report.note(f"extends the kept checkpoint of {size} events", f"与留存的检查点（{size} 个事件）一致")


# ---- Completeness ----------------------------------------------------------------------------------------


def check_rows(lines: Iterator[bytes], kinds: list[str], log: Aligned, report: Report) -> int:
    """Check each row against its last event, then each logged row against the rows; return the row count."""
    seen: set[str] = set()
    count = 0
    for count, raw in enumerate(lines, start=1):
        try:
            row = json.loads(raw)
            subject, last, state = row["subject"], row["last_event_id"], row["state"]
            problem = _row_problem(last, state, log.states.get(subject))
            if subject in seen:
                problem = ("twice in the export", "重复出现")
            seen.add(subject)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            subject, problem = f"line {count}", ("cannot be read", "无法读取")
        if problem:
            report.incomplete(f"row {subject}: {problem[0]}", f"记录 {subject}：{problem[1]}")
    for subject, (at, event_id, _, state) in log.states.items():
        kind = subject.partition("/")[0]
        if kind not in kinds:
            en, zh = f"rows of kind {kind} are logged but not exported", "有日志，但该类记录未导出"
        elif subject not in seen and state != DELETED:
            en, zh = "the row is missing, and no event says it was deleted", "记录缺失，且没有删除事件"
        else:
            continue
        place = f"position {at}, event {event_id}"
        report.incomplete(f"row {subject}: {en} ({place})", f"记录 {subject}：{zh}（位置 {at}）")
    return count


def _row_problem(
    last: str, state: str, logged: tuple[int, str, str | None, str] | None
) -> tuple[str, str] | None:
    if logged is None:
        return "no event tells of it", "没有任何事件记载它"
    at, event_id, salt, digest = logged
    place = f"position {at}, event {event_id}"
    if last != event_id:
        return f"points at event {last}, the log's last is {place}", f"所指事件不是最后事件（位置 {at}）"
    if salt is None:
        return (
            f"cannot be checked, its last event is erased: {place}",
            f"最后事件已删除，无法核对（位置 {at}）",
        )
    if not _matches(salt, state, digest):
        return f"changed without an event since {place}", f"自位置 {at} 的事件后有未经事件的改动"
    return None


# ---- The archive -----------------------------------------------------------------------------------------


def open_export(path: str) -> zipfile.ZipFile:
    """Open the archive, refusing what is not an export before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise UnreadableError(f"not a readable zip file 无法读取压缩包: {type(error).__name__}") from error
    members = archive.infolist()
    if sorted(one.filename for one in members) != sorted(RATIOS):
        raise UnreadableError("not the files of an export 压缩包内的文件不是一次导出的文件")
    for one in members:
        if one.file_size > SLACK + RATIOS[one.filename] * one.compress_size or one.flag_bits & 1:
            raise UnreadableError(f"{one.filename} is larger than it can honestly be 文件大小异常")
    return archive


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Give the lines of a file, none longer than MAX_LINE."""
    # Reading lines from the archive itself is slow; a buffer in between makes it fast.
    buffered = io.BufferedReader(cast(io.RawIOBase, file), 1 << 20)
    while raw := buffered.readline(MAX_LINE + 1):
        if len(raw) > MAX_LINE:
            raise UnreadableError("a line is too long 有一行过长")
        yield raw


def watched(lines: Iterator[bytes], watch: Callable[[int], None]) -> Iterator[bytes]:
    """Give the lines on, and tell how many that was."""
    for count, line in enumerate(lines, start=1):
        yield line
        watch(count)


def read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Read the manifest, which says what the export claims to hold."""
    manifest = json.loads(archive.read("manifest.json"))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UnreadableError("an export of a format that this verifier does not know 未知的导出格式")
    kinds = manifest.get("kinds")
    if not isinstance(kinds, list) or not all(isinstance(one, str) for one in kinds):
        raise UnreadableError("the manifest does not name the kinds of rows 清单未列出记录类别")
    return manifest


def verify(
    path: str,
    key_text: str | None = None,
    kept_text: str | None = None,
    *,
    watch: Callable[[int], None] = lambda _: None,
) -> Report:
    """Examine an export; raise UnreadableError when that is not possible. `watch` hears how many events in."""
    report = Report()
    with open_export(path) as archive:
        manifest = read_manifest(archive)
        own = read_key(archive.read("key.txt").decode())
        key = read_key(key_text) if key_text else own
        if key != own:
            report.broken(
                "the export names another key than the one you gave", "导出所附的公钥与您提供的不同"
            )
        main = read_checkpoint(archive.read("checkpoint.txt").decode(), key)
        kept = read_checkpoint(kept_text, key) if kept_text else None
        if manifest.get("origin") != main.origin or (kept and kept.origin != main.origin):
            report.broken("the checkpoint is of another log", "检查点属于另一份日志")
        with archive.open("checkpoints.jsonl") as file:
            earlier = [read_checkpoint(json.loads(raw)["note"], key) for raw in read_lines(file)]
        hashes = archive.read("hashes.bin")
        check_heads(hashes, main, earlier, kept, report)
        with archive.open("events.jsonl") as file:
            log = compare_events(watched(read_lines(file), watch), hashes, report)
        with archive.open("rows.jsonl") as file:
            rows = check_rows(read_lines(file), manifest["kinds"], log, report)
    if len(hashes) % 32 or manifest.get("events") != log.count:
        said = manifest.get("events")
        report.broken(
            f"the manifest says {said} events, there are {log.count}", f"事件数应为 {said}，实为 {log.count}"
        )
    if manifest.get("rows") != rows:
        said = manifest.get("rows")
        report.incomplete(
            f"the manifest says {said} rows, there are {rows}", f"记录数应为 {said}，实为 {rows}"
        )
    _add_notes(report, main, log, rows, trusted=bool(key_text), kept=bool(kept_text))
    return report


def _add_notes(report: Report, main: Head, log: Aligned, rows: int, *, trusted: bool, kept: bool) -> None:
    counts = f"{log.count} events, {rows} rows, checkpoint of {main.size} events"
    chinese = f"{log.count} 个事件，{rows} 条记录，检查点含 {main.size} 个事件"
    report.note(f"log {main.origin}: {counts}", f"日志 {main.origin}：{chinese}")
    if log.erased:
        places = ", ".join(map(str, log.erased[:SHOWN])) + (", …" if len(log.erased) > SHOWN else "")
        count = len(log.erased)
        report.note(
            f"{count} events have had their data erased, their digests stand: positions {places}",
            f"{count} 个事件的数据已被删除，其摘要仍有效：位置 {places}",
        )
    if not trusted:
        report.note(
            "the key is only asserted by the export itself: use --key with a key you got elsewhere",
            "公钥仅由导出文件自身提供：请用 --key 指定另行取得的公钥",
        )
    if not kept:
        report.note(
            "no earlier checkpoint was given: a cut-off tail would go unnoticed (--checkpoint)",
            "未提供留存的检查点：无法发现尾部删除（--checkpoint）",
        )


def _text_or_file(value: str | None) -> str | None:
    if value is None or ("+" in value and not Path(value).exists()):
        return value
    return Path(value).read_text(encoding="utf-8")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Check an exported log offline. 离线核验导出的日志。")
    parser.add_argument("export", help="the zip file 导出的压缩包")
    parser.add_argument("--key", help="the log's verifier key, a text or a file 日志公钥（文本或文件）")
    parser.add_argument("--checkpoint", help="a checkpoint kept from earlier, a file 留存的检查点文件")
    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        kept = Path(given.checkpoint).read_text(encoding="utf-8") if given.checkpoint else None
        return verify(given.export, _text_or_file(given.key), kept).show()
    except UnreadableError as error:
        reason = str(error)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    print(f"CANNOT BE EXAMINED 无法核验: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
