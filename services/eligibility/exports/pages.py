"""Downloads: the gated file of a run, and a sample to try."""

from uuid import UUID

from flask import Blueprint, Response, request

from services.eligibility.exports.queries import make_gated_file, make_sample
from services.eligibility.exports.rules import Download
from services.eligibility.payouts import queries
from services.eligibility.payouts.pages import asked_filter
from services.eligibility.permissions import RUN_READ, RUN_UPLOAD
from shared.web.context import current_uow, now
from shared.web.guards import guard
from shared.web.i18n import locale_code

pages = Blueprint("payout_files", __name__, url_prefix="/eligibility/payouts")


@pages.get("/sample.csv")
@guard(RUN_UPLOAD)
def sample() -> Response:
    """Give a file that would be taken in today: to try, and to see the form."""
    return attach(make_sample(current_uow().session, now=now(), locale=locale_code()))


@pages.get("/<uuid:run_id>/file")
@guard(RUN_READ)
def download(run_id: UUID) -> Response:
    """Give the gated file, narrowed as the page is; in the layout that came in unless a format is asked for."""
    form = request.args.get("format")
    made = make_gated_file(
        current_uow().session, queries.get_run(current_uow().session, run_id), wanted=asked_filter(),
        releasable=request.args.get("only") == "releasable", xlsx={"csv": False, "xlsx": True}.get(form or ""),
    )  # fmt: skip
    return attach(made)


def attach(made: Download) -> Response:
    """Return a file to be saved under its name (which is ASCII)."""
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.data, mimetype=made.content_type, headers=headers)
