"""Printing: a document that takes long is drawn by a job, and kept for a day for whoever asked for it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.core.errors import NotFound
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.settings import Settings
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.documents import render_pdf
from shared.jobs import Job, JobContext, JobRejected, enqueue, find_job

PRINT_JOB = "training.report.print"
KEPT_FOR = timedelta(days=1)
AUTHOR = "Goodstanding 良信"


def print_now(html: str, *, title: str, language: str, now: datetime) -> bytes:
    """Return a document as a PDF; raises what render_pdf raises."""
    tag = "en" if language == "en" else "zh-CN"
    return render_pdf(html, title=title, language=tag, author=AUTHOR, created=now)


def print_later(
    uow: UnitOfWork,
    settings: Settings,
    html: str,
    *,
    title: str,
    language: str,
    actor: Principal,
    now: datetime,
) -> UUID:
    """Let a job print a document as whoever asks may see it now; return the job's id.

    The document is left in a file, because it holds names and a job's payload is kept.
    """
    document = new_id()
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{document}.html").write_text(html, encoding="utf-8")
    payload = {"document": document, "title": title, "language": language}
    return enqueue(uow, PRINT_JOB, payload, now=now, created_by=actor).id


def print_document(context: JobContext) -> dict[str, Any]:
    """Print what print_later left, and remove what is older than a day."""
    _clear(context.settings, context.clock.now())
    document, folder = UUID(context.payload["document"]), _folder(context.settings)
    source, target = folder / f"{document}.html", folder / f"{document}.pdf"
    if not target.exists():
        if not source.exists():
            raise JobRejected(N_("The document was not fetched for a day and is gone; ask for it again"))
        pdf = print_now(
            source.read_text(encoding="utf-8"),
            title=context.payload["title"],
            language=context.payload["language"],
            now=context.clock.now(),
        )
        written = target.with_suffix(".part")
        written.write_bytes(pdf)
        written.replace(target)
        source.unlink(missing_ok=True)
    return {"bytes": target.stat().st_size}


def get_print(uow: UnitOfWork, job_id: UUID, principal: Principal) -> Job:
    """Return the job by which somebody has a document printed; anybody else's does not exist. Raises NotFound."""
    found = find_job(uow.session, job_id)
    if found is None or found.kind != PRINT_JOB or found.created_by != principal.actor:
        raise NotFound(N_("There is no such document"))
    return found


def find_printed(settings: Settings, job: Job) -> Path | None:
    """Return the file that a job printed, while it is kept."""
    path = _folder(settings) / f"{UUID(job.payload['document'])}.pdf"
    return path if path.exists() else None


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "exports" / "training-reports"


def _clear(settings: Settings, now: datetime) -> None:
    oldest = (now - KEPT_FOR).timestamp()
    for path in _folder(settings).glob("*.*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
