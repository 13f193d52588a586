"""Pages: what I must sign and have signed; campaigns with their progress, for those who run them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _

from services.compliance import permissions as p
from services.compliance.attestations import commands, queries
from services.compliance.attestations.models import Attestation
from services.compliance.attestations.rules import Meaning
from services.compliance.attestations.schemas import (
    AskAgainFormSchema,
    CampaignFormSchema,
    DeclineSchema,
    SignFormSchema,
)
from services.compliance.policies.pages import asked_language
from services.compliance.policies.queries import get_policy, get_text, get_version, list_published
from services.compliance.policies.rules import blocks
from shared.core.errors import DomainError
from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.db.paging import MAX_LIMIT
from shared.directory import Audience
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import say

pages = Blueprint("attestations", __name__, url_prefix="/compliance")

# A campaign's new form: a fortnight to sign, and the same for those who join later.
_DAYS_TO_SIGN = 14
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SALES = ("rep", "supervisor", "district_manager", "regional_manager", "director")


@pages.get("/my")
@guard(p.ATTESTATION_SIGN)
def mine() -> str:
    """Show what I must sign, the most urgent first, and what I have answered."""
    found = queries.list_mine(current_uow().session, current_principal())
    waiting = [one for one in found if one.attestation.status.is_waiting]
    answered = [one for one in reversed(found) if not one.attestation.status.is_waiting]
    return render_template("compliance/my.html", waiting=waiting, answered=answered)


@pages.get("/attestations/<uuid:attestation_id>")
@guard(p.ATTESTATION_SIGN)
def show(attestation_id: UUID) -> str:
    """Put the whole text before the person, and record that it was: that is why this GET writes."""
    language = asked_language()
    with this_app().database.write() as uow:
        commands.view_attestation(uow, current_principal(), now(), attestation_id, language)
    return _attestation_page(attestation_id, language, Form(SignFormSchema()), Form(DeclineSchema()))


@pages.post("/attestations/<uuid:attestation_id>/sign")
@guard(p.ATTESTATION_SIGN)
def sign(attestation_id: UUID) -> Any:
    """Sign with one's full name."""
    form = Form(SignFormSchema())
    if form.validate() and not form.data["confirmed"]:
        form.errors = {"confirmed": [_("Confirm the sentence to sign.")]}
    if not form.errors:
        try:
            commands.sign_attestation(
                current_uow(), current_principal(), now(), attestation_id,
                printed_name=form.data["printed_name"], language=form.data["language"],
                text_sha256=form.data["text_sha256"],
            )  # fmt: skip
        except DomainError as error:
            if not error.fields:
                raise
            form.reject(error)
        else:
            flash(_("Signed. Thank you."), "eligible")
            return redirect(f"/compliance/attestations/{attestation_id}", 303)
    language = str(form.values.get("language") or asked_language())
    return _attestation_page(attestation_id, language, form, Form(DeclineSchema())), 422


@pages.post("/attestations/<uuid:attestation_id>/decline")
@guard(p.ATTESTATION_SIGN)
def decline(attestation_id: UUID) -> Any:
    """Decline, saying why."""
    form = Form(DeclineSchema())
    if not form.validate():
        page = _attestation_page(attestation_id, asked_language(), Form(SignFormSchema()), form)
        return page, 422
    commands.decline_attestation(
        current_uow(), current_principal(), now(), attestation_id, form.data["reason"]
    )
    flash(_("Your answer was passed to compliance, who will be in touch."), "notice")
    return redirect("/compliance/my", 303)


@pages.get("/campaigns")
@guard(p.CAMPAIGN_MANAGE)
def list_campaigns() -> str:
    """List the campaigns with how far each has come."""
    session = current_uow().session
    campaigns = queries.list_campaigns(session)
    reached = {one.id: queries.progress_of(session, one.id, now()) for one in campaigns}
    return render_template("compliance/campaigns.html", campaigns=campaigns, reached=reached)


@pages.route("/campaigns/new", methods=["GET", "POST"])
@guard(p.CAMPAIGN_MANAGE)
def create_campaign() -> Any:
    """Set up a campaign."""
    due = local_date(now()) + timedelta(days=_DAYS_TO_SIGN)
    form = Form(CampaignFormSchema(), {"due_on": due.isoformat(), "joiner_days": _DAYS_TO_SIGN})
    if request.method == "POST" and form.validate():
        data = form.data
        positions = _SALES if data["position"] == "sales" else ()
        audience = Audience(positions=positions, regions=(data["region"],) if data["region"] else ())
        try:
            made = commands.create_campaign(
                current_uow(), current_principal(), now(), audience=audience, due_on=data["due_on"],
                title=LocalizedText(zh=data["title_zh"], en=data["title_en"]),
                policy_version_id=data["policy_version_id"], joiner_days=data["joiner_days"],
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The campaign was set up. See whom it will ask, then open it."), "eligible")
            return redirect(f"/compliance/campaigns/{made.id}", 303)
    session = current_uow().session
    everybody = queries.count_selected(session, Audience(), local_date(now()))
    page = render_template(
        "compliance/campaign_new.html", form=form, policies=list_published(session), regions=everybody
    )
    return page, 422 if form.errors else 200


@pages.get("/campaigns/<uuid:campaign_id>")
@guard(p.CAMPAIGN_MANAGE)
def show_campaign(campaign_id: UUID) -> str:
    """Show how far a campaign has come, by region, and who has not signed."""
    session = current_uow().session
    campaign = queries.get_campaign(session, campaign_id)
    page = queries.list_asked(session, campaign_id, now(), cursor=request.args.get("cursor"), **_filters())
    version = get_version(session, campaign.policy_version_id)
    return render_template(
        "compliance/campaign.html", campaign=campaign, document=get_policy(session, version.document_id),
        version=version, whole=queries.progress_of(session, campaign_id, now()),
        regions=queries.progress_by_region(session, campaign_id, now()), page=page,
        people=queries.people_of(session, page.items), filters=_filters(),
        selected=queries.count_selected(session, campaign.asks, local_date(now())),
    )  # fmt: skip


@pages.get("/campaigns/<uuid:campaign_id>.<any(csv, xlsx):kind>")
@guard(p.CAMPAIGN_MANAGE)
def download_campaign(campaign_id: UUID, kind: str) -> Response:
    """Download the people that the same address without the ending shows, all pages of them."""
    session = current_uow().session
    queries.get_campaign(session, campaign_id)
    rows: list[list[Any]] = []
    cursor: str | None = None
    while True:
        page = queries.list_asked(session, campaign_id, now(), cursor=cursor, limit=MAX_LIMIT, **_filters())
        rows += _export_rows(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    headers = [_("Employee number"), _("Name"), _("Region"), _("Status"), _("Sign by"), _("Answered")]
    body = write_csv(headers, rows) if kind == "csv" else write_xlsx(headers, rows)
    name = f"attestations.{kind}"
    return Response(
        body, mimetype="text/csv" if kind == "csv" else _XLSX,
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )  # fmt: skip


@pages.post("/campaigns/<uuid:campaign_id>/open")
@guard(p.CAMPAIGN_MANAGE)
def open_campaign(campaign_id: UUID) -> Any:
    """Freeze the audience and ask everybody in it."""
    asked = commands.open_campaign(current_uow(), current_principal(), now(), campaign_id)
    flash(_("The campaign is open: %(count)d people were asked to sign.", count=asked), "eligible")
    return redirect(f"/compliance/campaigns/{campaign_id}", 303)


@pages.post("/campaigns/<uuid:campaign_id>/close")
@guard(p.CAMPAIGN_MANAGE)
def close_campaign(campaign_id: UUID) -> Any:
    """Let nobody join any more."""
    commands.close_campaign(current_uow(), current_principal(), now(), campaign_id)
    flash(_("The campaign is closed. Whoever has not signed still can."), "eligible")
    return redirect(f"/compliance/campaigns/{campaign_id}", 303)


@pages.route("/attestations/<uuid:attestation_id>/ask-again", methods=["GET", "POST"])
@guard(p.CAMPAIGN_MANAGE)
def ask_again(attestation_id: UUID) -> Any:
    """Read why somebody declined, and ask them once more."""
    session = current_uow().session
    found = queries.get_attestation(session, attestation_id)
    form = Form(AskAgainFormSchema())
    if request.method == "POST" and form.validate():
        try:
            commands.ask_again(current_uow(), current_principal(), now(), attestation_id, form.data["due_on"])
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("They were asked again."), "eligible")
            return redirect(f"/compliance/campaigns/{found.campaign_id}", 303)
    page = render_template(
        "compliance/ask_again.html", form=form, one=found, person=queries.people_of(session, [found]),
        campaign=queries.get_campaign(session, found.campaign_id),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _attestation_page(attestation_id: UUID, language: str, form: Form, refusal: Form) -> str:
    session = current_uow().session
    found = queries.get_own(session, attestation_id, current_principal())
    text = get_text(session, found.policy_version_id)
    if found.shown_language and not found.status.is_waiting:
        language = found.shown_language
    return render_template(
        "compliance/attestation.html", one=found, campaign=queries.get_campaign(session, found.campaign_id),
        title=text.title, version=text.version, language=language, form=form, refusal=refusal,
        blocks=list(blocks(text.version.text_in(language))), sha256=text.version.sha256_in(language),
        meaning=Meaning.READ_AND_WILL_FOLLOW,
    )  # fmt: skip


def _filters() -> dict[str, Any]:
    """Return what the list is narrowed to; a value that is not one narrows nothing."""
    given = {
        name: request.args.get(name, "").replace("\x00", "")[:40] for name in ("show", "region", "search")
    }
    if given["show"] not in queries.FILTERS:
        given["show"] = ""
    return given


def _export_rows(items: Sequence[Attestation]) -> list[list[Any]]:
    people = queries.people_of(current_uow().session, items)
    return [
        [
            people[one.person_id].employee_no, people[one.person_id].name, people[one.person_id].region,
            say(one.status.label), one.due_at, one.answered_at,
        ]
        for one in items
    ]  # fmt: skip
