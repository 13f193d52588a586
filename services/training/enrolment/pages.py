"""Pages of learning paths: what each asks of whom, and switching them on and off."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.certificates.pages import render_certificate, visible_certificate
from services.training.certificates.schemas import RevokeSchema
from services.training.curricula.queries import (
    count_audience,
    get_curriculum,
    list_curricula,
    list_requirements,
)
from services.training.curricula.rules import STATUS_WORDS
from services.training.curricula.schemas import say_due
from services.training.enrolment.commands import activate_curriculum, archive_curriculum, revoke_and_ask_again
from services.training.permissions import CURRICULA_EDIT, CURRICULA_READ, REVOKE
from shared.core.errors import DomainError
from shared.core.zones import local_date
from shared.messages.people import Position, ProductLine, Region
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

bp = Blueprint("training_curricula", __name__, url_prefix="/training/curricula")
certificates_bp = Blueprint("training_revocation", __name__, url_prefix="/training/certificates")


@bp.get("")
@guard(CURRICULA_READ)
def curriculum_list() -> str:
    """All learning paths, with how many people each is for today."""
    session, today = current_uow().session, local_date(now())
    rows = [
        {"curriculum": one, "people": count_audience(session, one.audience, today), "due": say_due(one.due)}
        for one in list_curricula(session)
    ]
    return render_template("training/curriculum_list.html", rows=rows, status_words=STATUS_WORDS)


@bp.get("/<uuid:curriculum_id>")
@guard(CURRICULA_READ)
def curriculum_page(curriculum_id: UUID) -> str:
    """One learning path: its courses in their order, its audience, its due rule."""
    session = current_uow().session
    curriculum = get_curriculum(session, curriculum_id)
    return render_template(
        "training/curriculum.html",
        curriculum=curriculum,
        requirements=list_requirements(session, curriculum_id=curriculum_id),
        people=count_audience(session, curriculum.audience, local_date(now())),
        labels={one.value: one.label for kind in (Position, Region, ProductLine) for one in kind},
        due=say_due(curriculum.due),
        status_words=STATUS_WORDS,
        edits=allows(CURRICULA_EDIT),
    )


@bp.post("/<uuid:curriculum_id>/activate")
@guard(CURRICULA_EDIT)
def activate(curriculum_id: UUID) -> Response:
    """Let a learning path apply from today."""
    uow = current_uow()
    curriculum = get_curriculum(uow.session, curriculum_id)
    activate_curriculum(uow, curriculum, actor=current_principal(), now=now())
    flash(_("The learning path is active; assignments are being made."), "eligible")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@bp.post("/<uuid:curriculum_id>/archive")
@guard(CURRICULA_EDIT)
def archive(curriculum_id: UUID) -> Response:
    """Let a learning path apply to nobody any more."""
    uow = current_uow()
    curriculum = get_curriculum(uow.session, curriculum_id)
    archive_curriculum(uow, curriculum, actor=current_principal(), now=now())
    flash(_("The learning path is archived; its open assignments are being cancelled."), "notice")
    return redirect(f"/training/curricula/{curriculum_id}", 303)


@certificates_bp.post("/<uuid:certificate_id>/revoke")
@guard(REVOKE)
def revoke(certificate_id: UUID) -> Response | tuple[str, int]:
    """Revoke a certificate, with a reason; its holder is asked for the course again."""
    certificate, form = visible_certificate(certificate_id), Form(RevokeSchema())
    if form.validate():
        try:
            revoke_and_ask_again(
                current_uow(), certificate, form.data["reason"], actor=current_principal(), now=now()
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The certificate is revoked."), "notice")
            return redirect(f"/training/certificates/{certificate_id}", 303)
    return render_certificate(certificate, form), 422
