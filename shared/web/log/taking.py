"""Taking events out of the suite. Each file that leaves is an event of the log it was taken from."""

import json
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, send_file
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shared.core.errors import InvalidInput, NotFound
from shared.core.text import N_
from shared.eventlog import (
    CheckpointError,
    append,
    export_log,
    head,
    load_or_create_key,
    log_origin,
    sequence_pending,
)
from shared.eventlog.checkpoint import parse
from shared.jobs import Job, JobStatus, enqueue, get_job
from shared.messages.log import LOG_EXPORTED
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.i18n import say
from shared.web.log import work
from shared.web.log.queries import Filter, Found, all_events
from shared.web.log.words import name_of
from shared.web.service import Service

# Up to so many events an export is made while the reader waits: about a second.
SMALL = 5_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (10, 24, 24, 28, 40, 48, 38, 14, 14, 44)


def is_small() -> bool:
    """Say whether the log can be exported while somebody waits."""
    with this_app().database.read() as uow:
        return head(uow) <= SMALL


def archive_now(service: Service) -> Response:
    """Export the log, with the event that it was exported in it, and send it."""
    app = this_app()
    sequence_pending(app.database)
    with app.database.read() as uow:
        size = head(uow)
    _record(service, "archive", size + 1)
    key = load_or_create_key(app.settings.key_dir, service.name)
    with tempfile.TemporaryDirectory(prefix="goodstanding-") as folder:
        target = Path(folder) / "log.zip"
        models = list(service.audited)
        made = export_log(app.database, target, service=service.name, audited_models=models, key=key)
        # The open file outlives its name, so nothing is left behind whatever becomes of the answer.
        return _archive(target, service, made.head.size)


def archive_later() -> UUID:
    """Ask for an export by a job, or for the one under way; return its id."""
    job = enqueue(
        current_uow(),
        work.EXPORT,
        {},
        now=now(),
        created_by=current_principal(),
        key="export",
        max_attempts=2,
    )
    return job.id


def archive_of(service: Service, job_id: UUID) -> Response:
    """Send the archive that a job wrote; raise NotFound when there is none, or none any more."""
    job = get_work(current_uow().session, job_id)
    path = work.export_path(this_app().settings, service.name, job_id)
    if job.kind != work.EXPORT or job.status != JobStatus.DONE or job.result is None or not path.exists():
        raise NotFound(N_("There is no such file; exports are kept for a day"))
    events = int(job.result["events"])
    _record(service, "archive", events, job_id)
    return _archive(path, service, events)


def verify_later(kept: str, name: str) -> UUID:
    """Ask for the whole log to be verified, against a checkpoint somebody kept if there is one; return the job.

    Raises InvalidInput when `kept` is not a checkpoint of this log.
    """
    # A form sends lines ended with CR LF; what was signed has LF.
    text = "\n".join(line.strip() for line in kept.strip().splitlines())
    if text:
        _check_kept(text + "\n", name)
    job = enqueue(
        current_uow(),
        work.VERIFY,
        {"kept": text + "\n" if text else None},
        now=now(),
        created_by=current_principal(),
        key=None if text else "verify",
        max_attempts=2,
    )
    return job.id


def get_work(session: Session, job_id: UUID) -> Job:
    """Return a job that verifies or exports; raise NotFound for any other."""
    job = get_job(session, job_id)
    if job.kind not in (work.VERIFY, work.EXPORT):
        raise NotFound(N_("There is no such job"))
    return job


def search_file(service: Service, wanted: Filter, form: str) -> Response:
    """Send what a search finds, all of its pages."""
    sequence_pending(this_app().database)
    with this_app().database.read() as uow:
        found = all_events(uow.session, service, wanted)
        rows = _rows(found)
    _record(service, form, len(rows))
    headers = [
        _("Position"), _("Recorded"), _("Effective"), _("Event"), _("Type"), _("Subject"), _("Person id"),
        _("Employee number"), _("Name"), _("Actor"),
    ]  # fmt: skip
    if form == "csv":
        response = Response(write_csv(headers, rows), content_type="text/csv; charset=utf-8")
    else:
        content = write_xlsx(headers, rows, sheet=_("Log"), widths=_WIDTHS)
        response = Response(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{service.name}-log.{form}"'
    return response


def pretty(data: str | None) -> str | None:
    """Return an event's data to be read by people; None when it has been erased."""
    if data is None:
        return None
    try:
        return json.dumps(json.loads(data), ensure_ascii=False, indent=2)
    except ValueError:
        return data  # Not what was logged; it is shown as it is, and the proof says so.


def _rows(found: Found) -> list[list[Any]]:
    rows = []
    for one in found.page.items:
        named = found.names.get(one.person_id) if one.person_id else None
        rows.append(
            [
                one.position,
                one.recorded_at,
                one.effective_at,
                say(name_of(one.type)),
                one.type,
                one.subject,
                str(one.person_id or ""),
                named.employee_no if named else "",
                named.name if named else "",
                one.actor,
            ]
        )
    return rows


def _record(service: Service, form: str, events: int, job_id: UUID | None = None) -> None:
    """Log that a file is being taken, before it leaves."""
    message = LOG_EXPORTED[service.name](form, events, job_id)
    with this_app().database.write() as uow:
        append(uow, message, subject=f"log/{service.name}", actor=current_principal(), now=now())


def _archive(path: Path, service: Service, size: int) -> Response:
    return send_file(
        path.open("rb"),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{service.name}-log-{size}.zip",
    )


def _check_kept(text: str, name: str) -> None:
    try:
        is_ours = parse(text).head.origin == log_origin(name)
    except CheckpointError:
        is_ours = False
    if not is_ours:
        wrong = N_(
            "This is not a checkpoint of this log: paste the whole text, with the lines of its signature"
        )
        raise InvalidInput(wrong, fields={"kept": [wrong]})
