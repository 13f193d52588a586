"""The handbook, and the way into this service."""

from flask import Blueprint, Response, redirect, render_template, request

from services.compliance import permissions as p
from services.compliance.catalogue import queries
from shared.web.context import current_uow
from shared.web.guards import guard

pages = Blueprint("handbook", __name__, url_prefix="/compliance")


@pages.get("/")
@guard(p.HANDBOOK_READ)
def start() -> Response:
    """Send everybody to what they must sign: the one page here that all have."""
    return redirect("/compliance/my", 303)  # type: ignore[return-value]


@pages.get("/handbook")
@guard(p.HANDBOOK_READ)
def handbook() -> str:
    """Show every red line: what one may do first, then what one may not, and on what law it rests."""
    search = request.args.get("q", "").replace("\x00", "")[:80].strip()
    categories = queries.list_categories(current_uow().session, search)
    return render_template("compliance/handbook.html", categories=categories, search=search)
