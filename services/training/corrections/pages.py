"""The forms of a certificate's page by which a trainer revokes or replaces it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.certificates.api import visible_certificate
from services.training.certificates.commands import Evidence
from services.training.certificates.models import Certificate
from services.training.certificates.schemas import RevokeSchema
from services.training.corrections.commands import (
    MAX_EVIDENCE,
    replace_with_evidence,
    revoke_with_evidence,
    take_evidence,
)
from services.training.courses.queries import get_course
from services.training.permissions import REVOKE
from services.training.printing.pages import render_certificate
from shared.core.errors import DomainError
from shared.directory import find_person
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.uploads import file_store, takes_upload, uploaded

bp = Blueprint("training_corrections", __name__, url_prefix="/training/certificates")


@bp.post("/<uuid:certificate_id>/revoke")
@guard(REVOKE)
@takes_upload(MAX_EVIDENCE)
def revoke(certificate_id: UUID) -> Response | tuple[str, int]:
    """Revoke a certificate, with a reason and evidence; its holder is asked for the course again."""
    certificate, form = visible_certificate(certificate_id), Form(RevokeSchema())
    if form.validate():
        try:
            revoke_with_evidence(
                current_uow(), certificate, _evidence(form), actor=current_principal(), now=now()
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The certificate is revoked."), "notice")
            return redirect(f"/training/certificates/{certificate_id}", 303)
    return render_certificate(certificate, form), 422


@bp.get("/<uuid:certificate_id>/replace")
@guard(REVOKE)
def replace_form(certificate_id: UUID) -> str:
    """What a new certificate would say, and the form that issues it."""
    return _replace_page(visible_certificate(certificate_id), Form(RevokeSchema()))


@bp.post("/<uuid:certificate_id>/replace")
@guard(REVOKE)
@takes_upload(MAX_EVIDENCE)
def replace(certificate_id: UUID) -> Response | tuple[str, int]:
    """Issue a certificate in place of one whose name or title is wrong."""
    certificate, form = visible_certificate(certificate_id), Form(RevokeSchema())
    if form.validate():
        try:
            anew = replace_with_evidence(
                current_uow(), certificate, _evidence(form), actor=current_principal(), now=now()
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The certificate is replaced; this is the new one."), "eligible")
            return redirect(f"/training/certificates/{anew.id}", 303)
    return _replace_page(certificate, form), 422


def _replace_page(certificate: Certificate, form: Form) -> str:
    session = current_uow().session
    return render_template(
        "training/certificate_replace.html",
        certificate=certificate,
        person=find_person(session, certificate.person_id),
        course=get_course(session, certificate.course_id),
        form=form,
        labels={"reason": _("Reason"), "evidence": _("Evidence")},
    )


def _evidence(form: Form) -> Evidence:
    given = uploaded("evidence")
    return take_evidence(
        current_uow(), file_store(), form.data["reason"], given.stream if given else None,
        given.filename or "" if given else "", now=now(),
    )  # fmt: skip
