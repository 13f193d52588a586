"""The list of certificates: one's own, the team's or everybody's, to look through and to take away."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from services.training.certificates.models import Certificate
from services.training.certificates.queries import list_certificates
from services.training.certificates.rules import STATE_MESSAGES, CertificateState
from services.training.courses.queries import courses_by_id, list_courses
from services.training.permissions import CERTIFICATES_READ, DESIGNS_READ, visible
from shared.core.zones import local_date
from shared.db.paging import MAX_LIMIT, Page
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_certificates", __name__, url_prefix="/training/certificates")

# A spreadsheet beyond this is no help to anybody; who needs more narrows the list or asks the API.
_MOST_ROWS = 20_000


@bp.get("")
@guard(CERTIFICATES_READ)
def certificate_list() -> str:
    """The certificates that the asker may see, the newest first."""
    asked = _asked()
    page = _page(asked, request.args.get("cursor"))
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return render_template(
        "training/certificate_list.html",
        rows=[{"certificate": one, "state": one.state(now())} for one in page.items],
        next_cursor=page.next_cursor,
        state_words=STATE_MESSAGES,
        asked=asked,
        allows_designs=allows(DESIGNS_READ),
        downloads={kind: f"/training/certificates/certificates.{kind}{query}" for kind in ("csv", "xlsx")},
        courses=list_courses(current_uow().session, limit=MAX_LIMIT).items,
    )


@bp.get("/certificates.<any(csv, xlsx):kind>")
@guard(CERTIFICATES_READ)
def certificate_table(kind: str) -> Response:
    """What the list shows, as a table."""
    asked, cursor = _asked(), None
    rows: list[list[Any]] = []
    while len(rows) < _MOST_ROWS:
        page = _page(asked, cursor, MAX_LIMIT)
        rows += [_cells(one) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    headers = [
        _("Number"), _("Holder"), _("Employee number"), _("Course"), _("Course code"), _("Score"), _("Issued"),
        _("Valid from"), _("Valid until"), _("State"), _("Printing"),
    ]  # fmt: skip
    courses = courses_by_id(current_uow().session, {row[4] for row in rows})
    shown = [[*row[:4], courses[row[4]].code, *row[5:]] for row in rows]
    body = write_csv(headers, shown) if kind == "csv" else write_xlsx(headers, shown)
    media = (
        "text/csv" if kind == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    disposition = {"Content-Disposition": f'attachment; filename="certificates.{kind}"'}
    return Response(body, mimetype=media, headers=disposition)


def _asked() -> dict[str, Any]:
    """Return what the URL asks for; what cannot be understood is left out, as if it had not been typed."""
    state = request.args.get("state", "")
    return {
        "search": request.args.get("search", "").strip()[:100].replace("\x00", ""),
        "state": CertificateState(state) if state in list(CertificateState) else None,
        "course_id": request.args.get("course", None, UUID),
        "issued_from": request.args.get("from", None, date.fromisoformat),
        "issued_until": request.args.get("until", None, date.fromisoformat),
    }


def _page(asked: dict[str, Any], cursor: str | None, limit: int = 50) -> Page[Certificate]:
    return list_certificates(
        current_uow().session,
        visible(current_principal(), Certificate.person_id),
        today=local_date(now()),
        cursor=cursor,
        limit=limit,
        **asked,
    )


def _cells(one: Certificate) -> list[Any]:
    return [
        one.number, one.holder_name, one.holder_employee_no, one.title.pick(locale_code()), one.course_id, one.score,
        local_date(one.issued_at), one.valid_from, one.valid_until, say(STATE_MESSAGES[one.state(now())]),
        one.revision,
    ]  # fmt: skip
