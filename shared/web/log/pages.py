"""The audit room of one service: its log searched, each event proved, all of it verified and exported."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _

from shared.core.errors import InvalidInput
from shared.eventlog import find_latest_checkpoint, load_or_create_key, sequence_pending, tree_head
from shared.jobs import list_jobs
from shared.web.context import current_uow, this_app
from shared.web.guards import guard
from shared.web.i18n import say
from shared.web.log import queries, taking, work
from shared.web.log.people import list_names
from shared.web.log.proofs import prove
from shared.web.log.words import name_of
from shared.web.permissions import LOG_READ
from shared.web.service import Service


def make_log_pages(service: Service) -> Blueprint:
    """Return the pages over the log of `service`, for its app to mount."""
    pages = Blueprint("log_pages", __name__, url_prefix=f"/{service.name}")
    _add_search(pages, service)
    _add_event(pages, service)
    _add_files(pages, service)
    _add_work(pages, service)
    return pages


def frame_of(service: Service, page: str) -> dict[str, Any]:
    """Return what every page of one kind needs: the service, and tabs to the same page of the others."""
    suite = this_app().extensions["suite"]
    tabs = [
        {"label": say(one.title), "url": f"/{one.name}/{page}", "current": one.name == service.name}
        for one in suite.known
    ]
    return {"service": service, "service_title": say(service.title), "service_tabs": tabs}


def _add_search(pages: Blueprint, service: Service) -> None:
    @pages.get("/log")
    @guard(LOG_READ)
    def show_log() -> Response:
        """The log's head, and the events that match what is searched for."""
        sequence_pending(this_app().database)
        uow, wanted = current_uow(), queries.read_filter(request.args)
        cursor = request.args.get("cursor")
        found = None if wanted.errors else queries.search_events(uow.session, service, wanted, cursor=cursor)
        total = queries.count_events(uow.session, service, wanted) if found else 0
        key = load_or_create_key(this_app().settings.key_dir, service.name).verifier_key
        checks = list_jobs(uow.session, kind=work.VERIFY, limit=1).items
        page = render_template(
            "log/log.html",
            **frame_of(service, "log"),
            head=tree_head(uow, key.name),
            checkpoint=find_latest_checkpoint(uow),
            key=str(key),
            last_check=checks[0] if checks else None,
            wanted=wanted,
            errors={name: [say(one) for one in found] for name, found in wanted.errors.items()},
            found=found,
            total=total,
            types=_types(service, wanted.type),
            name_of=name_of,
            query=_query(wanted),
        )
        return Response(page, 422 if wanted.errors else 200, mimetype="text/html")


def _add_event(pages: Blueprint, service: Service) -> None:
    @pages.get("/log/<int:position>")
    @guard(LOG_READ)
    def show_event(position: int) -> str:
        """One event: what it says, and the proof that it is in the log."""
        uow = current_uow()
        event = queries.get_event(uow.session, position)
        key = load_or_create_key(this_app().settings.key_dir, service.name).verifier_key
        return render_template(
            "log/event.html",
            **frame_of(service, "log"),
            event=event,
            data=taking.pretty(event.data),
            named=next(iter(list_names(uow.session, service, [event.person_id]).values()), None),
            proof=prove(uow, event, key),
            size=tree_head(uow, key.name).size,
            name_of=name_of,
        )


def _add_files(pages: Blueprint, service: Service) -> None:
    @pages.get("/log.csv")
    @guard(LOG_READ)
    def download_csv() -> Response:
        """What the search finds, as CSV; that it was taken is logged."""
        return taking.search_file(service, _wanted(), "csv")

    @pages.get("/log.xlsx")
    @guard(LOG_READ)
    def download_xlsx() -> Response:
        """What the search finds, as a workbook; that it was taken is logged."""
        return taking.search_file(service, _wanted(), "xlsx")

    @pages.post("/log/export")
    @guard(LOG_READ)
    def export() -> Response:
        """The whole log with its proofs: at once where it is small, else by a job."""
        if taking.is_small():
            return taking.archive_now(service)
        return _to_job(service, taking.archive_later())

    @pages.get("/log/work/<uuid:job_id>/export.zip")
    @guard(LOG_READ)
    def download_export(job_id: UUID) -> Response:
        """The archive that a job wrote; each download is logged."""
        return taking.archive_of(service, job_id)


def _add_work(pages: Blueprint, service: Service) -> None:
    @pages.get("/log/verify")
    @guard(LOG_READ)
    def ask_verify() -> str:
        """Where a checkpoint kept from earlier is given, and how to verify on another machine."""
        return _verify_page(service)

    @pages.post("/log/verify")
    @guard(LOG_READ)
    def verify() -> Any:
        """Begin to verify the whole log."""
        kept = request.form.get("kept", "")
        try:
            return _to_job(service, taking.verify_later(kept, service.name))
        except InvalidInput as error:
            errors = {name: [say(one) for one in found] for name, found in error.fields.items()}
            return Response(_verify_page(service, kept, errors), 422, mimetype="text/html")

    @pages.get("/log/work/<uuid:job_id>")
    @guard(LOG_READ)
    def show_work(job_id: UUID) -> str:
        """How far the work is, and its outcome."""
        job = taking.get_work(current_uow().session, job_id)
        settings = this_app().settings
        return render_template(
            "log/work.html",
            **frame_of(service, "log"),
            job=job,
            is_export=job.kind == work.EXPORT,
            is_kept=work.export_path(settings, service.name, job_id).exists(),
            moving=job.status in ("queued", "running"),
        )


def _verify_page(service: Service, kept: str = "", errors: dict[str, list[str]] | None = None) -> str:
    key = load_or_create_key(this_app().settings.key_dir, service.name).verifier_key
    return render_template(
        "log/verify.html", **frame_of(service, "log"), key=str(key), kept=kept, errors=errors or {}
    )


def _wanted() -> queries.Filter:
    wanted = queries.read_filter(request.args)
    if wanted.errors:
        name, found = next(iter(wanted.errors.items()))
        raise InvalidInput(found[0], fields={name: found})
    return wanted


def _types(service: Service, chosen: str) -> list[tuple[str, str]]:
    """Return the types to choose from, by name; what the URL asks for is among them."""
    known = {*queries.list_types(service), *([chosen] if chosen else [])}
    named = sorted((say(name_of(one)), one) for one in known)
    return [("", _("Any"))] + [(one, name) for name, one in named]


def _query(wanted: queries.Filter) -> dict[str, str]:
    return {name: getattr(wanted, name) for name in queries.FILTERS if getattr(wanted, name)}


def _to_job(service: Service, job_id: UUID) -> Response:
    return redirect(f"/{service.name}/log/work/{job_id}", 303)  # type: ignore[return-value]
