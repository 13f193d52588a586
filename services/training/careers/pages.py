"""Pages of careers: am I ready, who is ready, and requests for a promotion."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.careers.api import (
    check_may_ask,
    check_may_decide,
    check_may_take_back,
    find_request,
    find_visible,
)
from services.training.careers.commands import (
    decide_request,
    may_take_back,
    request_promotion,
    sign_off,
    submit_request,
    withdraw_request,
    withdraw_sign_off,
)
from services.training.careers.models import PromotionRequest
from services.training.careers.queries import (
    RequestDetail,
    courses_of,
    find_pending,
    find_sign_off,
    get_step,
    list_candidates,
    list_requests,
    list_team,
    steps_by_id,
)
from services.training.careers.rules import KIND_WORDS, PENDING, STATUS_WORDS, RequestStatus
from services.training.careers.schemas import (
    ReasonForm,
    SignOffForm,
)
from services.training.permissions import (
    OWN_TRAINING,
    PROMOTION_DECIDE,
    TEAM_READ,
    decides_on,
    visible_promotions,
    visible_team,
)
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, names_of
from shared.messages.people import Position
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import say

bp = Blueprint("training_careers", __name__, url_prefix="/training/careers")

_TONES = {
    RequestStatus.DRAFT: "neutral",
    RequestStatus.SUBMITTED: "accent",
    RequestStatus.APPROVED: "eligible",
    RequestStatus.REJECTED: "ineligible",
    RequestStatus.WITHDRAWN: "neutral",
}
_HOME = "/training/careers"


@bp.get("/me")
@guard(OWN_TRAINING)
def my_career() -> str:
    """Am I ready: every step that leads on, and what is missing for it."""
    principal = current_principal()
    if principal.person_id is None:
        return render_template("training/career_none.html")
    return _person_page(find_visible(None))


@bp.get("/people/<uuid:person_id>")
@guard(TEAM_READ)
def person_page(person_id: UUID) -> str:
    """The same for somebody of the team, with what a manager can do about it."""
    return _person_page(find_visible(person_id))


@bp.get("/people/<uuid:person_id>/steps/<uuid:step_id>")
@guard(OWN_TRAINING)
def way_page(person_id: UUID, step_id: UUID) -> str:
    """How somebody stands with one step, and what can be done about it."""
    return _way_page(find_visible(person_id), step_id)


@bp.get("/team")
@guard(TEAM_READ)
def team_page() -> str:
    """Who is ready: everybody of the team with their nearest step."""
    session, principal = current_uow().session, current_principal()
    wanted = request.args.get("position", "")
    position = Position(wanted) if wanted in list(Position) else None
    team = visible_team(principal, DirectoryPerson.id)
    page = list_team(session, team, local_date(now()), position=position, cursor=request.args.get("cursor"))
    candidates = list_candidates(session, page.items, now())
    # The nearest first within the page: pages themselves go by employee number, so that none is left out.
    candidates.sort(key=lambda one: (not one.ways, one.ways[0].readiness.missing if one.ways else 0))
    return render_template(
        "training/career_team.html",
        candidates=candidates,
        next_cursor=page.next_cursor,
        position=wanted,
        positions=list(Position),
        courses=courses_of(current_uow().session, [way.step for one in candidates for way in one.ways]),
        label=_label,
    )


@bp.post("/people/<uuid:person_id>/steps/<uuid:step_id>/sign-off")
@guard(PROMOTION_DECIDE)
def give_sign_off(person_id: UUID, step_id: UUID) -> Response | tuple[str, int]:
    """Say that somebody is ready for a step."""
    person = _of_mine(person_id)
    step, form = get_step(current_uow().session, step_id), Form(SignOffForm())
    if form.validate():
        try:
            sign_off(current_uow(), person, step, form.data["note"], actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("Signed off."), "eligible")
            return redirect(f"{_HOME}/people/{person_id}/steps/{step_id}", 303)
    return _way_page(person, step_id, form), 422


@bp.post("/people/<uuid:person_id>/steps/<uuid:step_id>/sign-off/withdraw")
@guard(PROMOTION_DECIDE)
def take_sign_off_back(person_id: UUID, step_id: UUID) -> Response:
    """Take a sign-off back."""
    uow, person = current_uow(), _of_mine(person_id)
    found = find_sign_off(uow.session, person.id, step_id)
    if found is None:
        raise NotFound(N_("Nothing was signed off"))
    withdraw_sign_off(uow, found, actor=current_principal(), now=now())
    flash(_("The sign-off is taken back."), "notice")
    return redirect(f"{_HOME}/people/{person_id}/steps/{step_id}", 303)


@bp.post("/people/<uuid:person_id>/steps/<uuid:step_id>/request")
@guard(OWN_TRAINING)
def ask(person_id: UUID, step_id: UUID) -> Response | tuple[str, int]:
    """Draft a request for a promotion."""
    uow, person = current_uow(), find_visible(person_id)
    check_may_ask(person)
    form = Form(ReasonForm())
    if form.validate():
        try:
            found = request_promotion(
                uow, person, get_step(uow.session, step_id), form.data["reason"],
                actor=current_principal(), now=now(),
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The request is drafted. Submit it when nothing is missing."), "eligible")
            return redirect(f"{_HOME}/requests/{found.id}", 303)
    return _way_page(person, step_id, form), 422


@bp.get("/requests")
@guard(OWN_TRAINING)
def request_list() -> str:
    """Requests for a promotion, the latest first."""
    session = current_uow().session
    wanted = request.args.get("status", "")
    page = list_requests(
        session,
        visible_promotions(current_principal(), PromotionRequest.person_id),
        status=RequestStatus(wanted) if wanted in list(RequestStatus) else None,
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "training/promotion_list.html",
        page=page,
        steps=steps_by_id(session, [one.step_id for one in page.items]),
        names=names_of(session, [one.person_id for one in page.items]),
        status=wanted,
        words=STATUS_WORDS,
        tones=_TONES,
    )


@bp.get("/requests/<uuid:request_id>")
@guard(OWN_TRAINING)
def request_page(request_id: UUID) -> str:
    """One request with the evidence that it is judged by."""
    return _request_page(find_request(request_id), Form(ReasonForm()))


@bp.post("/requests/<uuid:request_id>/submit")
@guard(OWN_TRAINING)
def submit(request_id: UUID) -> Response:
    """Freeze the evidence and hand the request on."""
    detail = find_request(request_id)
    check_may_take_back(detail.request)
    try:
        submit_request(current_uow(), detail, actor=current_principal(), now=now())
    except DomainError as error:
        current_uow().rollback()
        flash(say(error.message), "held")
    else:
        flash(_("Submitted, with the evidence as it is today."), "eligible")
    return redirect(f"{_HOME}/requests/{request_id}", 303)


@bp.post("/requests/<uuid:request_id>/withdraw")
@guard(OWN_TRAINING)
def withdraw(request_id: UUID) -> Response:
    """Take a request back."""
    found = find_request(request_id).request
    check_may_take_back(found)
    withdraw_request(current_uow(), found, actor=current_principal(), now=now())
    flash(_("The request is withdrawn."), "notice")
    return redirect(f"{_HOME}/requests/{request_id}", 303)


@bp.post("/requests/<uuid:request_id>/decide")
@guard(PROMOTION_DECIDE)
def decide(request_id: UUID) -> Response | tuple[str, int]:
    """Approve or reject a request."""
    detail, form = find_request(request_id), Form(ReasonForm())
    check_may_decide(detail.request)
    approve = request.form.get("outcome") == "approve"
    if form.validate():
        try:
            decide_request(
                current_uow(), detail.request, approve=approve, reason=form.data["reason"],
                actor=current_principal(), now=now(),
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("Approved.") if approve else _("Rejected."), "eligible" if approve else "notice")
            return redirect(f"{_HOME}/requests/{request_id}", 303)
    return _request_page(detail, form), 422


def _of_mine(person_id: UUID) -> DirectoryPerson:
    """Return somebody whom the asker has a word about; raise NotFound for anybody else."""
    if not decides_on(current_uow().session, current_principal(), person_id):
        raise NotFound(N_("This person is not on the roster"))
    found = current_uow().session.get(DirectoryPerson, person_id)
    if found is None:
        raise NotFound(N_("This person is not on the roster"))
    return found


def _person_page(person: DirectoryPerson) -> str:
    session, principal = current_uow().session, current_principal()
    (candidate,) = list_candidates(session, [person], now())
    return render_template(
        "training/career.html",
        person=person,
        own=principal.person_id == person.id,
        position=Position(person.position).label,
        ways=candidate.ways,
        courses=courses_of(current_uow().session, [one.step for one in candidate.ways]),
        kinds=KIND_WORDS,
    )


def _way_page(person: DirectoryPerson, step_id: UUID, form: Form | None = None) -> str:
    session, principal = current_uow().session, current_principal()
    (candidate,) = list_candidates(session, [person], now())
    way = next((one for one in candidate.ways if one.step.id == step_id), None)
    if way is None:
        raise NotFound(N_("There is no such career step"))
    own = principal.person_id == person.id
    decides = allows(PROMOTION_DECIDE) and not own and decides_on(session, principal, person.id)
    return render_template(
        "training/career_way.html",
        person=person,
        own=own,
        decides=decides,
        asks=own or decides,
        way=way,
        pending=find_pending(session, person.id, step_id),
        signed=find_sign_off(session, person.id, step_id),
        courses=courses_of(current_uow().session, [way.step]),
        kind=KIND_WORDS[way.step.kind],
        form=form or Form(ReasonForm()),
    )


def _request_page(detail: RequestDetail, form: Form) -> str:
    session, principal = current_uow().session, current_principal()
    found = detail.request
    (candidate,) = list_candidates(session, [detail.person], now())
    way = next((one for one in candidate.ways if one.step.id == detail.step.id), None)
    people = names_of(session, [one for one in (found.requested_by, found.decided_by) if one])
    return render_template(
        "training/promotion.html",
        found=found,
        detail=detail,
        way=way if found.status is RequestStatus.DRAFT else None,
        courses=courses_of(current_uow().session, [detail.step]),
        word=STATUS_WORDS[found.status],
        tone=_TONES[found.status],
        mine=may_take_back(found, principal.person_id) and found.status in PENDING,
        decides=found.status is RequestStatus.SUBMITTED
        and allows(PROMOTION_DECIDE)
        and decides_on(session, principal, found.person_id)
        and not may_take_back(found, principal.person_id),
        names=people,
        form=form,
    )


def _label(position: str) -> Any:
    return Position(position).label
