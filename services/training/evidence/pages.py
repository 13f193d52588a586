"""The page on which evidence is handed in, and the trainer's queue on which it is decided."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.evidence.commands import MAX_BYTES, accept_evidence, hand_in, return_evidence
from services.training.evidence.models import Evidence
from services.training.evidence.queries import (
    EvidenceDetail,
    count_waiting,
    get_evidence,
    list_evidence,
    list_of_part,
)
from services.training.evidence.rules import STATUS_WORDS, EvidenceStatus
from services.training.evidence.schemas import HandInSchema, ReturnSchema
from services.training.parts.rules import EvidencePart, Part
from services.training.permissions import EVIDENCE_DECIDE, OWN_TRAINING, visible
from services.training.player.pages import player, reached
from services.training.standing.rules import assignment_url
from shared.core.errors import DomainError
from shared.files import get_file
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.uploads import file_store, send_file, takes_upload, uploaded

bp = Blueprint("training_evidence", __name__, url_prefix="/training")
_PART = "/assignments/<uuid:assignment_id>/parts/<part_id>/evidence"


@bp.get(_PART)
@guard(OWN_TRAINING)
def hand_in_page(assignment_id: UUID, part_id: str) -> str | Response:
    """What is to be handed in, and what was."""
    return _hand_in_page(assignment_id, part_id, Form(HandInSchema()))


@bp.post(_PART)
@guard(OWN_TRAINING)
@takes_upload(MAX_BYTES)
def send(assignment_id: UUID, part_id: str) -> Response | str | tuple[str | Response, int]:
    """Hand in a file."""
    form = Form(HandInSchema())
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, EvidencePart):
        return redirect(assignment_url(assignment_id), 303)
    file = uploaded()
    if file is None:
        form.validate()
        form.errors = {"file": [_("Please choose a file")]}
        return _hand_in_page(assignment_id, part_id, form), 422
    if form.validate():
        try:
            hand_in(
                current_uow(), file_store(), detail.assignment, under_way, part, file.stream,
                file.filename or "", form.data["note"], actor=current_principal(), now=now(),
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("It is handed in. A trainer will look at it."), "eligible")
            return redirect(request.path, 303)
    return _hand_in_page(assignment_id, part_id, form), 422


@bp.get("/evidence")
@guard(EVIDENCE_DECIDE)
def queue_page() -> str:
    """What was handed in, by status: what waits longest first."""
    session = current_uow().session
    wanted = request.args.get("status", "")
    status = EvidenceStatus(wanted) if wanted in list(EvidenceStatus) else EvidenceStatus.HANDED_IN
    page = list_evidence(session, status, cursor=request.args.get("cursor"))
    return render_template(
        "training/evidence_list.html",
        rows=page.items,
        next_cursor=page.next_cursor,
        status=status,
        statuses=STATUS_WORDS,
        waiting=count_waiting(session),
    )


@bp.get("/evidence/<uuid:evidence_id>")
@guard(OWN_TRAINING)
def evidence_page(evidence_id: UUID) -> str:
    """One piece of evidence, and the decision on it."""
    return _evidence_page(_visible(evidence_id), Form(ReturnSchema()))


@bp.get("/evidence/<uuid:evidence_id>/file")
@guard(OWN_TRAINING)
def evidence_file(evidence_id: UUID) -> Response:
    """The file, as a download."""
    evidence = _visible(evidence_id).evidence
    return send_file(get_file(current_uow().session, evidence.file_sha256), name=evidence.file_name)


@bp.post("/evidence/<uuid:evidence_id>/accept")
@guard(EVIDENCE_DECIDE)
def accept(evidence_id: UUID) -> Response:
    """Accept it."""
    detail = _visible(evidence_id)
    accept_evidence(current_uow(), detail.evidence, actor=current_principal(), now=now())
    flash(_("Accepted; the part is met."), "eligible")
    return redirect("/training/evidence", 303)


@bp.post("/evidence/<uuid:evidence_id>/return")
@guard(EVIDENCE_DECIDE)
def send_back(evidence_id: UUID) -> Response | tuple[str, int]:
    """Return it with a reason."""
    detail = _visible(evidence_id)
    form = Form(ReturnSchema())
    if form.validate():
        try:
            reason = form.data["reason"]
            return_evidence(current_uow(), detail.evidence, reason, actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("Returned, with your reason."), "notice")
            return redirect("/training/evidence", 303)
    return _evidence_page(detail, form), 422


def _visible(evidence_id: UUID) -> EvidenceDetail:
    condition = visible(current_principal(), Evidence.person_id)
    return get_evidence(current_uow().session, evidence_id, condition)


def _evidence_page(detail: EvidenceDetail, form: Form) -> str:
    return render_template(
        "training/evidence.html",
        detail=detail,
        form=form,
        statuses=STATUS_WORDS,
        decides=allows(EVIDENCE_DECIDE)
        and detail.evidence.status is EvidenceStatus.HANDED_IN
        and detail.evidence.person_id != current_principal().person_id,
    )


def _hand_in_page(assignment_id: UUID, part_id: str, form: Form) -> str | Response:
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not _is_evidence(part):
        return redirect(assignment_url(assignment_id), 303)
    assert part is not None
    found = list_of_part(current_uow().session, under_way.attempt.id, part.id)
    return render_template(
        "training/evidence_hand_in.html",
        **player(detail, under_way, part),
        found=found,
        waiting=any(one.status is EvidenceStatus.HANDED_IN for one in found),
        statuses=STATUS_WORDS,
        form=form,
        most=MAX_BYTES // 2**20,
    )


def _is_evidence(part: Part | None) -> bool:
    return isinstance(part, EvidencePart)
