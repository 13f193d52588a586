"""Which course stands in for which: the list, and a new one with a preview of whom it changes."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from services.training.courses.queries import get_course, list_published
from services.training.equivalents.commands import add_equivalence
from services.training.equivalents.queries import Effect, count_effect
from services.training.equivalents.schemas import EquivalenceFormSchema
from services.training.permissions import COURSES_EDIT, RELIEF_READ
from services.training.waivers.commands import end_equivalence
from services.training.waivers.queries import get_equivalence, list_equivalences
from services.training.waivers.rules import check_equivalence
from shared.core.errors import DomainError
from shared.core.zones import local_date
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code

Answer = Response | str | tuple[str, int]
HERE = "/training/equivalences"

bp = Blueprint("training_equivalents", __name__, url_prefix=HERE)


@bp.get("")
@guard(RELIEF_READ)
def equivalence_list() -> str:
    """What stands in for what, and the form for a new one."""
    return _page(Form(EquivalenceFormSchema()), None)


@bp.post("/preview")
@guard(COURSES_EDIT)
def preview() -> Answer:
    """Show whom a new one would change, before anything is."""
    form = Form(EquivalenceFormSchema())
    if form.validate():
        asked, session = form.data, current_uow().session
        try:
            check_equivalence(asked["course_id"], asked["by_course_id"], asked["max_age_months"])
            for name in ("course_id", "by_course_id"):
                get_course(session, asked[name])
        except DomainError as error:
            form.reject(error)
        else:
            effect = count_effect(
                session, asked["course_id"], asked["by_course_id"], asked["max_age_months"], local_date(now())
            )
            return _page(form, effect)
    return _page(form, None), 422


@bp.post("")
@guard(COURSES_EDIT)
def make() -> Answer:
    """Let one course stand in for another."""
    form, uow = Form(EquivalenceFormSchema()), current_uow()

    def change() -> None:
        course, by = (get_course(uow.session, form.data[name]) for name in ("course_id", "by_course_id"))
        add_equivalence(
            uow, course, by, max_age_months=form.data["max_age_months"], actor=current_principal(), now=now()
        )

    if not form.carry_out(change):
        return _page(form, None), 422
    flash(_("It holds from now on; whoever has completed that course already is being credited."), "eligible")
    return redirect(HERE, 303)


@bp.post("/<uuid:equivalence_id>/end")
@guard(COURSES_EDIT)
def end(equivalence_id: UUID) -> Response:
    """Let it give nobody anything any more."""
    uow = current_uow()
    end_equivalence(uow, get_equivalence(uow.session, equivalence_id), actor=current_principal(), now=now())
    flash(_("It gives nobody anything any more; what it gave stays."), "notice")
    return redirect(HERE, 303)


def _page(form: Form, effect: Effect | None) -> str:
    session = current_uow().session
    said = None
    if effect is not None:
        said = [
            ngettext("%(num)d person is credited", "%(num)d people are credited", effect.credited),
            ngettext("%(num)d open training ends", "%(num)d open trainings end", effect.ended),
        ]
    return render_template(
        "training/equivalences.html",
        rows=list_equivalences(session),
        form=form,
        effect=said,
        courses=[(str(one.id), one.title.pick(locale_code())) for one in list_published(session)],
        edits=allows(COURSES_EDIT),
        labels={
            "course_id": _("Training that need not be taken"),
            "by_course_id": _("When this has been completed"),
            "max_age_months": _("For at most so many months"),
        },
    )
