"""The page of a certificate, its documents and evidence, and the public page that says what one is worth."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.certificates.api import visible_certificate
from services.training.certificates.models import Certificate
from services.training.certificates.queries import find_by_number, find_replacement
from services.training.certificates.rules import (
    STATE_MESSAGES,
    STATE_WORDS,
    CertificateStatus,
    parse_number,
)
from services.training.certificates.schemas import RevokeSchema
from services.training.permissions import CERTIFICATES_EVIDENCE, CERTIFICATES_READ, REVOKE
from services.training.printing.api import pdf_response
from services.training.printing.commands import check_file
from services.training.printing.queries import list_documents
from services.training.printing.rules import LANGUAGES, OUTCOME_WORDS, Checked, verify_url
from services.training.standing.rules import assignment_url
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.files import get_file
from shared.web.context import current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import allows, guard, public
from shared.web.uploads import send_file, takes_upload, uploaded

bp = Blueprint("training_printing", __name__, url_prefix="/training")

MAX_CHECKED = 5 * 2**20


@bp.get("/certificates/<uuid:certificate_id>")
@guard(CERTIFICATES_READ)
def certificate_page(certificate_id: UUID) -> str:
    """One certificate, with its documents; a trainer may revoke or replace it here."""
    return render_certificate(visible_certificate(certificate_id), Form(RevokeSchema()))


@bp.get("/certificates/<uuid:certificate_id>.pdf")
@guard(CERTIFICATES_READ)
def document(certificate_id: UUID) -> Response:
    """The document, as it was issued."""
    language = request.args.get("language", "both")
    return pdf_response(visible_certificate(certificate_id), language if language in LANGUAGES else "both")


@bp.get("/certificates/<uuid:certificate_id>/evidence")
@guard(CERTIFICATES_EVIDENCE)
def evidence(certificate_id: UUID) -> Response:
    """The file for which a certificate was revoked or replaced."""
    certificate = visible_certificate(certificate_id)
    if certificate.evidence_sha256 is None:
        raise NotFound(N_("There is no evidence with this certificate"))
    kept = get_file(current_uow().session, certificate.evidence_sha256)
    return send_file(kept, name=certificate.evidence_name or "evidence")


@bp.get("/verify")
@public("whoever is shown a certificate must be able to check it")
def verify_form() -> Response | str:
    """Where a number is typed in, or a file handed over."""
    number = request.args.get("number", "").strip()[:60]
    if number:
        return redirect(f"/training/verify/{parse_number(number) or 'unknown'}")
    return _verify_page()


@bp.get("/verify/<string(maxlength=60):number>")
@public("whoever is shown a certificate must be able to check it")
def verify(number: str) -> tuple[str, int]:
    """What the certificate of a number is worth now, in both languages, for ever."""
    parsed = parse_number(number)
    certificate = find_by_number(current_uow().session, parsed) if parsed else None
    if certificate is None:
        return _verify_page(asked=True), 404
    return _verify_page(certificate), 200


@bp.post("/verify")
@public("whoever holds a certificate's file must be able to check it")
@takes_upload(MAX_CHECKED)
def verify_file() -> tuple[str, int]:
    """What a file is: as issued, altered since, or not ours. It is read and forgotten."""
    given = uploaded("pdf")
    content = b""
    if given is not None:
        with given.stream as stream:
            content = stream.read(MAX_CHECKED + 1)
    if not content or len(content) > MAX_CHECKED:
        empty = N_("Choose the certificate's PDF file.")
        large = N_("The file is larger than %(limit)s MB", limit=MAX_CHECKED // 2**20)
        return _verify_page(problem=empty if not content else large), 422
    app = this_app()
    # Reading only: whoever checks a file changes nothing, and waits for nobody who does.
    with app.database.read() as uow:
        checked = check_file(uow, content, app.settings, now())
        found = find_by_number(uow.session, checked.number) if checked.number else None
        return _verify_page(found, checked=checked), 200


def _verify_page(
    certificate: Certificate | None = None,
    *,
    asked: bool = False,
    checked: Checked | None = None,
    problem: object = None,
) -> str:
    state = certificate.state(now()) if certificate is not None else None
    return render_template(
        "training/verify.html",
        certificate=certificate,
        asked=asked,
        state=state,
        word=STATE_WORDS[state] if state is not None else None,
        documents=list_documents(current_uow().session, certificate.id) if certificate is not None else [],
        checked=checked,
        outcome=OUTCOME_WORDS[checked.outcome] if checked is not None else None,
        problem=problem,
    )


def render_certificate(certificate: Certificate, form: Form) -> str:
    """Return the page of a certificate, with the form by which a trainer revokes it."""
    session = current_uow().session
    return render_template(
        "training/certificate.html",
        certificate=certificate,
        state=certificate.state(now()),
        state_words=STATE_MESSAGES,
        may_revoke=allows(REVOKE) and certificate.status is CertificateStatus.ISSUED,
        sees_evidence=allows(CERTIFICATES_EVIDENCE),
        documents=list_documents(session, certificate.id),
        renewal_url=assignment_url(certificate.renewal_id) if certificate.renewal_id else None,
        replacement=find_replacement(session, certificate.id),
        share_url=verify_url(this_app().settings.base_url, certificate.number),
        form=form,
        labels={"reason": _("Reason"), "evidence": _("Evidence")},
    )
