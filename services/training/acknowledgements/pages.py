"""The page on which somebody signs that they have read and understood."""

from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.acknowledgements.commands import sign
from services.training.acknowledgements.queries import find_signature
from services.training.acknowledgements.rules import MEANING_WORDS, PURPOSE, shown_digest
from services.training.parts.rules import AcknowledgementPart
from services.training.permissions import OWN_TRAINING
from services.training.player.pages import after_part, player, reached
from services.training.standing.rules import assignment_url
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import locale_code, say
from shared.web.reauthentication import ask_confirmation, take_confirmation

bp = Blueprint(
    "training_acknowledgements",
    __name__,
    url_prefix="/training/assignments/<uuid:assignment_id>/parts/<part_id>",
)


@bp.get("/acknowledgement")
@guard(OWN_TRAINING)
def acknowledgement_page(assignment_id: UUID, part_id: str) -> str | Response:
    """What is signed, by whom, under what; or how it was signed."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, AcknowledgementPart):
        return redirect(assignment_url(assignment_id), 303)
    return render_template(
        "training/acknowledgement.html",
        **player(detail, under_way, part),
        before=under_way.parts[: under_way.parts.index(part)],
        statement=part.statement.pick(locale_code()),
        digest=shown_digest(under_way.parts, part, locale_code()),
        signed=find_signature(current_uow().session, under_way.attempt.id, part.id),
        meanings=MEANING_WORDS,
    )


@bp.post("/acknowledgement")
@guard(OWN_TRAINING)
def acknowledge(assignment_id: UUID, part_id: str) -> Response:
    """Sign; without the password just given, it is asked for first."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, AcknowledgementPart):
        return redirect(assignment_url(assignment_id), 303)
    uow, language = current_uow(), locale_code()
    # The password is given for just this text in just this language: a version cannot change, but a language can.
    subject = f"{under_way.attempt.id}/{part.id}/{shown_digest(under_way.parts, part, language)}"
    confirmed = take_confirmation(uow, PURPOSE, subject)
    if confirmed is None:
        title = _(
            "%(course)s: %(statement)s",
            course=say(detail.course.title),
            statement=part.statement.pick(language),
        )
        return ask_confirmation(PURPOSE, subject, title)
    completion = sign(
        uow, detail.assignment, under_way, part,
        language=language, confirmed_at=confirmed.at, actor=current_principal(), now=now(),
    )  # fmt: skip
    return after_part(detail.assignment, under_way, completion)
