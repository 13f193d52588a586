"""Every component in every state on one page, so that pages are built from macros and never write their own.

Served at /gallery where the application says DEVELOPER_PAGES (or runs in debug mode), and nowhere else.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace

from flask import Blueprint, abort, current_app, render_template
from flask_babel import gettext as _

from shared.web.guards import public

pages = Blueprint("gallery", __name__, url_prefix="/gallery")

TONES = ("eligible", "held", "ineligible", "notice", "neutral", "accent")


@pages.get("/")
@public("developers' page of components; shows no data of anyone")
def show() -> str:
    """Draw the gallery as HTML; 404 unless DEVELOPER_PAGES is set or the application runs in debug mode."""
    if not current_app.config.get("DEVELOPER_PAGES", current_app.debug):
        abort(404)
    return render_template("gallery.html", **samples())


def samples() -> dict[str, object]:
    """What the components are shown with: invented people, amounts in minor units, aware UTC moments."""
    at = datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC)
    return {
        "at": at,
        "due": date(2026, 9, 18),
        "tones": TONES,
        "counts": {"lines": 1284, "eligible": 1198, "held": 71, "ineligible": 15},
        "amounts": _amounts(),
        "columns": _columns(),
        "lines": _lines(),
        "people": _heat(),
        "events": _events(at),
        "changes": _changes(),
    }


def _columns() -> list[dict[str, object]]:
    return [
        {"label": _("Person"), "key": "person"},
        {"label": _("Region"), "key": "region", "narrow": False},
        {"label": _("Outcome"), "key": "outcome"},
        {"label": _("Reason"), "narrow": False},
        {"label": _("Entitled"), "key": "amount", "num": True},
        {"label": _("To pay"), "num": True},
    ]


def _amounts() -> dict[str, int]:
    lines = _lines()
    return {
        "eligible": 1_862_050_000,
        "held": 94_200_000,
        "ineligible": 21_250_000,
        "entitled": sum(line.amount for line in lines),
        "payable": sum(line.payable for line in lines),
    }


def _lines() -> list[SimpleNamespace]:
    names = [
        ("1", "陈思远", "GS10231", "华东", "eligible", 1_862_050, ""),
        ("2", "李静怡", "GS10077", "华南", "held", 942_000, "TRAINING_OVERDUE"),
        ("3", "Wang Haoran 王浩然", "GS10418", "西南", "eligible", 2_310_500, ""),
        ("4", "欧阳雪", "GS10009", "华北", "ineligible", 1_250_000, "SANCTION_IN_EFFECT"),
        ("5", "赵明", "GS10312", "华中", "notice", 708_033, "CERTIFICATE_ENDS_SOON"),
        ("6", "周立新", "GS10166", "西北", "held", 1_128_900, "RECEIVABLE_60"),
    ]
    return [
        SimpleNamespace(
            id=key,
            name=name,
            number=number,
            region=region,
            outcome=outcome,
            amount=amount,
            reason=reason,
            payable=amount if outcome in ("eligible", "notice") else 0,
        )
        for key, name, number, region, outcome, amount, reason in names
    ]


def _heat() -> list[SimpleNamespace]:
    pattern = [
        ("陈思远", "eligible eligible eligible notice eligible eligible"),
        ("李静怡", "held eligible eligible eligible eligible neutral"),
        ("王浩然", "eligible eligible notice eligible eligible eligible"),
        ("欧阳雪", "eligible ineligible eligible eligible held eligible"),
        ("赵明", "notice eligible eligible eligible neutral eligible"),
    ]
    return [SimpleNamespace(id=name, name=name, cells=cells.split()) for name, cells in pattern]


def _events(at: datetime) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            at=at, title=_("Certificate issued"), body=None, actor="system", tone="eligible", icon=None
        ),
        SimpleNamespace(
            at=at,
            title=_("Assignment became overdue"),
            body=_("Annual anti-bribery training was due and not completed."),
            actor=None,
            tone="held",
            icon=None,
        ),
        SimpleNamespace(at=at, title=_("Reminder sent"), body=None, actor="system", tone="notice", icon=None),
        SimpleNamespace(at=at, title=_("Assigned"), body=None, actor="林晓", tone="neutral", icon=None),
    ]


def _changes() -> list[dict[str, object]]:
    return [
        {
            "kind": "same",
            "before": "第一条 付款期限为验收后六十日。",
            "after": "第一条 付款期限为验收后六十日。",
        },
        {
            "kind": "changed",
            "before": [("same", "第二条 返利比例为"), ("removed", "百分之五"), ("same", "。")],
            "after": [("same", "第二条 返利比例为"), ("added", "百分之三"), ("same", "。")],
        },
        {"kind": "removed", "before": "第三条 乙方可向第三方支付推广费。", "after": None},
        {"kind": "added", "before": None, "after": "第三条 双方遵守反商业贿赂约定，甲方有权审计。"},
    ]
