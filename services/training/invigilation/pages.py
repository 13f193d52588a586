"""Sittings of one's team, or of all, and letting one not count."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.permissions import SITTINGS_READ, SITTINGS_VOID, visible_team
from services.training.questions.pages import XLSX, download
from services.training.questions.schemas import as_asked
from services.training.sittings.commands import void_sitting
from services.training.sittings.queries import (
    Asked,
    SittingFilter,
    SittingRow,
    asked_in,
    get_row,
    list_sittings,
)
from services.training.sittings.rules import GRADED, STATUS_WORDS, SittingStatus, mark
from services.training.sittings.schemas import VoidSchema
from shared.core.errors import DomainError
from shared.core.zones import local_date
from shared.directory import DirectoryPerson
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_invigilation", __name__, url_prefix="/training")

HOME = "/training/sittings"


@bp.get("/sittings")
@guard(SITTINGS_READ)
def sitting_list() -> str:
    """Sittings, the latest first."""
    wanted = _filter()
    team = visible_team(current_principal(), DirectoryPerson.id)
    page = list_sittings(current_uow().session, team, wanted, cursor=request.args.get("cursor"))
    query = request.query_string.decode()
    return render_template(
        "training/sitting_list.html",
        rows=page.items,
        next_cursor=page.next_cursor,
        wanted=wanted,
        status_words=STATUS_WORDS,
        csv_url=f"{HOME}.csv?{query}",
        xlsx_url=f"{HOME}.xlsx?{query}",
    )


@bp.get("/sittings.csv")
@guard(SITTINGS_READ)
def sittings_csv() -> Response:
    """Every sitting that the filter of the page finds, as CSV."""
    return download(write_csv(_headers(), _lines()), "text/csv", "sittings.csv")


@bp.get("/sittings.xlsx")
@guard(SITTINGS_READ)
def sittings_xlsx() -> Response:
    """The same as a workbook."""
    return download(write_xlsx(_headers(), _lines(), sheet="sittings"), XLSX, "sittings.xlsx")


@bp.get("/sittings/<uuid:sitting_id>")
@guard(SITTINGS_READ)
def sitting_page(sitting_id: UUID) -> str:
    """One sitting, question by question."""
    return _page(_row(sitting_id), Form(VoidSchema()))


@bp.post("/sittings/<uuid:sitting_id>/void")
@guard(SITTINGS_VOID)
def void(sitting_id: UUID) -> Response | tuple[str, int]:
    """Let a sitting not count, with a reason."""
    row = _row(sitting_id)
    form = Form(VoidSchema())
    if form.validate():
        try:
            void_sitting(
                current_uow(), row.sitting, reason=form.data["reason"], actor=current_principal(), now=now()
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The sitting does not count; it can be taken again."), "eligible")
            return redirect(f"{HOME}/{sitting_id}", 303)
    return _page(row, form), 422


def _row(sitting_id: UUID) -> SittingRow:
    team = visible_team(current_principal(), DirectoryPerson.id)
    return get_row(current_uow().session, sitting_id, team)


def _page(row: SittingRow, form: Form) -> str:
    sitting = row.sitting
    asked = asked_in(current_uow().session, sitting) if sitting.status is not SittingStatus.STARTED else []
    may_void = sitting.status in (SittingStatus.FAILED, SittingStatus.EXPIRED) and allows(SITTINGS_VOID)
    return render_template(
        "training/sitting_of_person.html",
        row=row,
        sitting=sitting,
        marks=[_shown(one) for one in asked],
        status_words=STATUS_WORDS,
        may_void=may_void,
        is_graded=sitting.status in GRADED,
        form=form,
        labels={"reason": _("Reason")},
    )


def _shown(one: Asked) -> dict[str, object]:
    earned = mark(one.body, one.drawn, one.given)
    return {
        "place": one.place,
        "text": as_asked(one.body)["text"],
        "topic": one.topic.title.pick(locale_code()),
        "answered": earned.answered,
        "earned": float(earned.earned),
        "possible": earned.possible,
        "saved_at": one.answer.saved_at if one.answer is not None else None,
    }


def _filter() -> SittingFilter:
    status = request.args.get("status", "")
    try:
        course_id = UUID(request.args.get("course", ""))
    except ValueError:
        course_id = None
    return SittingFilter(
        status=SittingStatus(status) if status in list(SittingStatus) else None,
        course_id=course_id,
        search=request.args.get("search", "").strip()[:100].replace("\x00", ""),
    )


def _headers() -> list[str]:
    return [
        _("Employee number"),
        _("Name"),
        _("Course"),
        _("Attempt number"),
        _("Outcome"),
        _("Score"),
        _("Began on"),
        _("Ended on"),
    ]


def _lines() -> Iterator[list[object]]:
    """Yield a line a sitting, reading a page of them at a time."""
    session, wanted = current_uow().session, _filter()
    team = visible_team(current_principal(), DirectoryPerson.id)
    cursor: str | None = None
    while True:
        page = list_sittings(session, team, wanted, cursor=cursor, limit=200)
        for row in page.items:
            one = row.sitting
            ended_on = local_date(one.ended_at) if one.ended_at is not None else None
            who = [row.person.employee_no, row.person.name, row.course.title.pick(locale_code())]
            how = [one.number, say(STATUS_WORDS[one.status]), one.score, local_date(one.started_at), ended_on]
            yield [*who, *how]
        cursor = page.next_cursor
        if cursor is None:
            return
