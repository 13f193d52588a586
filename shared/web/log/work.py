"""Work on a whole log that takes longer than a request: checking all of it, and writing it to a file.

Both rest on the export and on the verifier that auditors run on their own machines: what is shown here is what
they find there. Files are kept for a day and then removed, since an export holds all that the log holds.
"""

import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.core.settings import Settings
from shared.core.text import N_
from shared.eventlog import ExportSummary, export_log, load_or_create_key, verify
from shared.jobs import JobContext, JobHandler, JobRejected, Schedule
from shared.web.service import Service

VERIFY = "log.verify"
EXPORT = "log.export"
CLEAR = "log.clear-exports"
KEPT_FOR = timedelta(days=1)
_SHOWN = 20

SCHEDULES = (Schedule(CLEAR, minute="20"),)


def make_log_jobs(service: Service) -> Mapping[str, JobHandler]:
    """Return the handlers that check and export the log of `service`, and clear away old exports."""

    def check(context: JobContext) -> dict[str, Any]:
        return _check(context, service)

    def export(context: JobContext) -> dict[str, Any]:
        clear_exports(context)
        target = export_path(context.settings, service.name, context.job_id)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        summary = _export(context, service, target)
        return {"events": summary.events, "rows": summary.rows, "root": summary.head.root.hex()}

    return {VERIFY: check, EXPORT: export, CLEAR: clear_exports}


def export_path(settings: Settings, service: str, job_id: UUID) -> Path:
    """Return where the archive of an export job is kept, whether or not it is there."""
    return settings.data_dir / "exports" / service / f"{job_id}.zip"


def clear_exports(context: JobContext) -> None:
    """Remove this service's archives that are older than a day."""
    folder = export_path(context.settings, context.service, context.job_id).parent
    oldest = (context.clock.now() - KEPT_FOR).timestamp()
    for path in folder.glob("*.zip"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _check(context: JobContext, service: Service) -> dict[str, Any]:
    """Check the log from its leaves to its root, and each audited row against its last event.

    `kept` in the payload is a checkpoint that somebody kept from earlier, or None.
    """
    key = load_or_create_key(context.settings.key_dir, service.name)
    with tempfile.TemporaryDirectory(prefix="goodstanding-") as folder:
        target = Path(folder) / "log.zip"
        summary = _export(context, service, target)
        # The first half is writing it out, the second is reading it back.
        context.progress(summary.events, 2 * summary.events)
        try:
            report = verify.verify(
                str(target),
                str(key.verifier_key),
                context.payload["kept"],
                watch=lambda done: context.progress(summary.events + done, 2 * summary.events),
            )
        except verify.UnreadableError as error:
            raise JobRejected(N_("The log or the checkpoint you gave cannot be read")) from error
    return {
        "size": summary.head.size,
        "root": summary.head.root.hex(),
        "events": summary.events,
        "rows": summary.rows,
        "kept": context.payload["kept"] is not None,
        "integrity": _verdict(report.integrity),
        "completeness": _verdict(report.completeness),
    }


def _export(context: JobContext, service: Service, target: Path) -> ExportSummary:
    key = load_or_create_key(context.settings.key_dir, service.name)
    models = list(service.audited)
    return export_log(context.database, target, service=service.name, audited_models=models, key=key)


def _verdict(found: list[tuple[str, str]]) -> dict[str, Any]:
    """Return how many reasons there are against it and the first of them, each in English and Chinese."""
    return {"count": len(found), "found": [list(one) for one in found[:_SHOWN]]}
