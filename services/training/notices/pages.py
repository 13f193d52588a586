"""One's own notices."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.notices.commands import dismiss, set_preference
from services.training.notices.models import Notice
from services.training.notices.queries import count_unread, list_notices, preferences_of, said
from services.training.notices.rules import MY_NOTICES, TONES
from services.training.notices.schemas import PreferenceSchema
from services.training.permissions import OWN_TRAINING, own
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code

bp = Blueprint("training_notices", __name__, url_prefix="/training/notices")


@bp.get("")
@guard(OWN_TRAINING)
def notice_list() -> str:
    """What one was told, the latest first, and how one wants to be told."""
    session, principal = current_uow().session, current_principal()
    page = list_notices(session, own(principal, Notice.person_id), cursor=request.args.get("cursor"))
    words = said(session, page.items)
    person_id = principal.person_id
    preference = preferences_of(session, [person_id]).get(person_id) if person_id is not None else None
    return render_template(
        "training/notices.html",
        rows=[
            {"notice": one, "sentence": words[one.id].sentence(locale_code()), "url": words[one.id].path}
            for one in page.items
        ],
        next_cursor=page.next_cursor,
        tones=TONES,
        unread=count_unread(session, person_id) if person_id is not None else 0,
        has_person=person_id is not None,
        locale_wanted=preference.locale if preference is not None else "zh",
        by_mail=preference.by_mail if preference is not None else True,
        mails=bool(this_app().settings.smtp_url),
    )


@bp.post("/dismiss")
@guard(OWN_TRAINING)
def dismiss_all() -> Response:
    """Dismiss everything that one has not dismissed yet."""
    dismiss(current_uow(), _me(), None, now=now())
    flash(_("Everything is marked as read."), "eligible")
    return redirect(MY_NOTICES, 303)


@bp.post("/<uuid:notice_id>/dismiss")
@guard(OWN_TRAINING)
def dismiss_one(notice_id: UUID) -> Response:
    """Dismiss one notice, and go back to where one was."""
    dismiss(current_uow(), _me(), notice_id, now=now())
    back = "/training/my" if request.form.get("back") == "/training/my" else MY_NOTICES
    return redirect(back, 303)


@bp.post("/preference")
@guard(OWN_TRAINING)
def prefer() -> Response | tuple[str, int]:
    """Choose one's language, and whether to be written to."""
    form = Form(PreferenceSchema())
    if not form.validate():
        return notice_list(), 422
    set_preference(current_uow(), _me(), locale=form.data["locale"], by_mail=form.data["by_mail"])
    flash(_("Your choice is kept."), "eligible")
    return redirect(MY_NOTICES, 303)


def _me() -> UUID:
    person_id = current_principal().person_id
    if person_id is None:
        raise NotFound(N_("There is no such notice"))
    return person_id
