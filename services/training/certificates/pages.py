"""Pages of certificates: one's own or everybody's, the document, and the public page that says what one is worth."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.certificates.api import pdf_response
from services.training.certificates.commands import LANGUAGES
from services.training.certificates.models import Certificate
from services.training.certificates.queries import (
    find_by_number,
    get_certificate,
    list_certificates,
    list_documents,
)
from services.training.certificates.rules import (
    STATE_MESSAGES,
    STATE_WORDS,
    CertificateState,
    CertificateStatus,
    parse_number,
)
from services.training.certificates.schemas import RevokeSchema
from services.training.permissions import CERTIFICATES_READ, REVOKE, visible
from services.training.standing.rules import assignment_url
from shared.core.zones import local_date
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard, public

bp = Blueprint("training_certificates", __name__, url_prefix="/training")


@bp.get("/certificates")
@guard(CERTIFICATES_READ)
def certificate_list() -> str:
    """The certificates that the asker may see, the newest first."""
    wanted = request.args.get("state", "")
    page = list_certificates(
        current_uow().session,
        visible(current_principal(), Certificate.person_id),
        today=local_date(now()),
        search=request.args.get("search", "").strip()[:100].replace("\x00", ""),
        state=CertificateState(wanted) if wanted in list(CertificateState) else None,
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "training/certificate_list.html",
        rows=[{"certificate": one, "state": one.state(now())} for one in page.items],
        next_cursor=page.next_cursor,
        state_words=STATE_MESSAGES,
    )


@bp.get("/certificates/<uuid:certificate_id>")
@guard(CERTIFICATES_READ)
def certificate_page(certificate_id: UUID) -> str:
    """One certificate, with its documents; a trainer may revoke it here."""
    return render_certificate(visible_certificate(certificate_id), Form(RevokeSchema()))


@bp.get("/certificates/<uuid:certificate_id>.pdf")
@guard(CERTIFICATES_READ)
def document(certificate_id: UUID) -> Response:
    """The document, as it was issued."""
    language = request.args.get("language", "both")
    return pdf_response(visible_certificate(certificate_id), language if language in LANGUAGES else "both")


@bp.get("/verify")
@public("whoever is shown a certificate must be able to check it")
def verify_form() -> Response | str:
    """Where a number is typed in."""
    number = request.args.get("number", "").strip()[:60]
    if number:
        return redirect(f"/training/verify/{parse_number(number) or 'unknown'}")
    return render_template("training/verify.html", certificate=None, asked=False)


@bp.get("/verify/<string(maxlength=60):number>")
@public("whoever is shown a certificate must be able to check it")
def verify(number: str) -> tuple[str, int]:
    """What the certificate of a number is worth now, in both languages, for ever."""
    parsed = parse_number(number)
    certificate = find_by_number(current_uow().session, parsed) if parsed else None
    if certificate is None:
        return render_template("training/verify.html", certificate=None, asked=True), 404
    state = certificate.state(now())
    return (
        render_template(
            "training/verify.html",
            certificate=certificate,
            asked=True,
            state=state,
            word=STATE_WORDS[state],
            documents=list_documents(current_uow().session, certificate.id),
        ),
        200,
    )


def visible_certificate(certificate_id: UUID) -> Certificate:
    """Return the certificate if it exists for who is asking; raise NotFound."""
    condition = visible(current_principal(), Certificate.person_id)
    return get_certificate(current_uow().session, certificate_id, condition)


def render_certificate(certificate: Certificate, form: Form) -> str:
    """Return the page of a certificate, with the form by which a trainer revokes it."""
    return render_template(
        "training/certificate.html",
        certificate=certificate,
        state=certificate.state(now()),
        state_words=STATE_MESSAGES,
        may_revoke=allows(REVOKE) and certificate.status is CertificateStatus.ISSUED,
        documents=list_documents(current_uow().session, certificate.id),
        renewal_url=assignment_url(certificate.renewal_id) if certificate.renewal_id else None,
        form=form,
        labels={"reason": _("Reason")},
    )
