"""What is owed: added up by owner or customer, or invoice by invoice; as a page, CSV and XLSX."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from babel.numbers import format_compact_currency
from flask import Blueprint, Response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _

from services.contracts.access.queries import SEES_ALL_RECEIVABLES, Scope, scope_of
from services.contracts.access.schemas import read_query
from services.contracts.ageing.schemas import AgeingPageSchema
from services.contracts.counterparties.queries import names_of_counterparties
from services.contracts.permissions import RECEIVABLE_BOOK, RECEIVABLE_READ
from services.contracts.receivables import queries
from services.contracts.receivables.api import make_filter
from services.contracts.receivables.models import Receivable
from services.contracts.receivables.pages import TONES
from services.contracts.receivables.queries import AgeingBy, Filter
from services.contracts.receivables.rules import (
    BUCKET_TITLES,
    STATUS_TITLES,
    Bucket,
    ReceivableStatus,
    days_past_due,
    status_on,
)
from shared.core.money import MINOR_DIGITS, Money
from shared.core.zones import local_date
from shared.directory import names_of
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

pages = Blueprint("contracts_ageing", __name__, url_prefix="/contracts")
SHOWN = 100
INVOICES = "invoice"
_BUCKET_TONES = {
    Bucket.CURRENT: "eligible",
    Bucket.DAYS_1_30: "neutral",
    Bucket.DAYS_31_60: "notice",
    Bucket.DAYS_61_90: "held",
    Bucket.DAYS_91_120: "accent",
    Bucket.OVER_120: "ineligible",
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class View:
    """What the address asks for: `by` owner or customer is added up, by invoice is a list."""

    by: str
    currency: str
    sort: str
    narrowed: Filter


@dataclass(frozen=True)
class InvoiceLine:
    """A receivable as the list shows it on a day."""

    found: Receivable
    owner: str
    status: ReceivableStatus
    days: int


@pages.get("/receivables")
@guard(RECEIVABLE_READ)
def show() -> str:
    """The ageing page."""
    view = _view()
    ageing = _age(view, SHOWN)
    listed: dict[str, Any] = {"lines": [], "next_cursor": None}
    if view.by == INVOICES:
        listed = _invoices(view)
    shown = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return render_template(
        "contracts/receivables.html",
        view=view,
        ageing=ageing,
        names=_names(view, ageing),
        drawn=_drawn(ageing, view.currency),
        buckets=BUCKET_TITLES,
        tones=TONES,
        statuses=STATUS_TITLES,
        options=_options(),
        query=f"?{urlencode(shown)}" if shown else "",
        over_sixty=sum(
            ageing.total.buckets[one] for one in (Bucket.DAYS_61_90, Bucket.DAYS_91_120, Bucket.OVER_120)
        ),
        compact=partial(_compact, currency=view.currency),
        may_book=allows(RECEIVABLE_BOOK),
        **listed,
    )


@pages.get("/receivables.csv")
@guard(RECEIVABLE_READ)
def download_csv() -> Response:
    """All that the page shows on its pages, as CSV."""
    headings, rows = _sheet(_view())
    return _file(write_csv(headings, rows), "text/csv; charset=utf-8", "csv")


@pages.get("/receivables.xlsx")
@guard(RECEIVABLE_READ)
def download_xlsx() -> Response:
    """The same as a workbook."""
    headings, rows = _sheet(_view())
    return _file(write_xlsx(headings, rows, sheet=_("Receivables")), _XLSX, "xlsx")


def _view() -> View:
    wanted = read_query(AgeingPageSchema())
    by, sort = wanted.pop("by"), wanted.pop("sort")
    for name in ("cursor", "limit"):
        wanted.pop(name)
    narrowed = make_filter(wanted)
    return View(by=by, currency=narrowed.currency or "CNY", sort=sort, narrowed=narrowed)


def _scope() -> Scope:
    return scope_of(current_principal(), SEES_ALL_RECEIVABLES)


def _age(view: View, limit: int | None) -> queries.Ageing:
    return queries.age_receivables(
        current_uow().session,
        _scope(),
        by=AgeingBy.CUSTOMER if view.by == AgeingBy.CUSTOMER else AgeingBy.OWNER,
        today=local_date(now()),
        currency=view.currency,
        limit=limit,
    )


def _names(view: View, ageing: queries.Ageing) -> dict[UUID, str]:
    session, ids = current_uow().session, [row.id for row in ageing.rows]
    if view.by != AgeingBy.CUSTOMER:
        return names_of(session, ids)
    return {one: name.pick(locale_code()) for one, name in names_of_counterparties(session, ids).items()}


def _invoices(view: View) -> dict[str, Any]:
    page = queries.list_receivables(
        current_uow().session,
        _scope(),
        view.narrowed,
        today=local_date(now()),
        sort=view.sort,
        cursor=request.args.get("cursor"),
    )
    return {"lines": _lines(page.items), "next_cursor": page.next_cursor}


def _lines(items: Sequence[Receivable]) -> list[InvoiceLine]:
    today, names = local_date(now()), names_of(current_uow().session, [one.owner_id for one in items])
    return [
        InvoiceLine(
            found=one,
            owner=names.get(one.owner_id, ""),
            status=status_on(one.settlement, one.due_on, today),
            days=days_past_due(one.due_on, today) if one.settled_on is None else 0,
        )
        for one in items
    ]


def _compact(minor: int, currency: str) -> str:
    """Return an amount for a headline, such as ¥1926.23万; the exact ones stand in the table."""
    amount = Money(minor, currency).decimal
    text = str(format_compact_currency(amount, currency, locale=get_locale(), fraction_digits=2))
    return text.replace("CN¥", "¥")  # As everywhere else on the pages.


def _drawn(ageing: queries.Ageing, currency: str) -> list[tuple[str, str, int]]:
    """Return the shares of the buckets, in whole units of the currency."""
    unit = 10 ** MINOR_DIGITS[currency]
    return [
        (_BUCKET_TONES[bucket], say(BUCKET_TITLES[bucket]), minor // unit)
        for bucket, minor in ageing.total.buckets.items()
    ]


def _sheet(view: View) -> tuple[list[str], list[list[Any]]]:
    if view.by == INVOICES:
        return _invoice_sheet(view)
    ageing = _age(view, None)
    names = _names(view, ageing)
    first = _("Customer") if view.by == AgeingBy.CUSTOMER else _("Owner")
    headings = [
        first,
        _("Currency"),
        *(say(title) for title in BUCKET_TITLES.values()),
        _("Total"),
        _("Invoices"),
    ]
    rows = [
        [
            names.get(row.id, ""),
            view.currency,
            *(Money(minor, view.currency).decimal for minor in row.buckets.values()),
            Money(row.total, view.currency).decimal,
            row.count,
        ]
        for row in ageing.rows
    ]
    return headings, rows


def _invoice_sheet(view: View) -> tuple[list[str], list[list[Any]]]:
    found = queries.list_for_export(
        current_uow().session, _scope(), view.narrowed, today=local_date(now()), sort=view.sort
    )
    headings = [
        _("Invoice"), _("Customer"), _("Owner"), _("Due"), _("Days past due"), _("Currency"), _("Amount"),
        _("Still owed"), _("Status"),
    ]  # fmt: skip
    rows = [
        [
            line.found.invoice_no,
            line.found.counterparty.name.pick(locale_code()),
            line.owner,
            line.found.due_on,
            line.days,
            line.found.currency,
            Money(line.found.amount_minor, line.found.currency).decimal,
            Money(line.found.outstanding_minor, line.found.currency).decimal,
            say(STATUS_TITLES[line.status]),
        ]
        for line in _lines(found)
    ]
    return headings, rows


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    response = Response(content, mimetype=mimetype)
    name = f"receivables-{local_date(now()).isoformat()}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _options() -> dict[str, list[tuple[str, str]]]:
    first = [("", _("All"))]
    return {
        "status": first + [(one.value, say(title)) for one, title in STATUS_TITLES.items()],
        "bucket": first + [(one.value, say(title)) for one, title in BUCKET_TITLES.items()],
        "currency": [(code, code) for code in MINOR_DIGITS],
    }
