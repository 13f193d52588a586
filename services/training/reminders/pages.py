"""When people are reminded, and reminding one of them."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.permissions import REMIND, REMINDER_PLAN, visible_team
from services.training.reminders.commands import change_plan, remind
from services.training.reminders.queries import list_stages
from services.training.reminders.rules import plan_from
from services.training.reminders.schemas import PlanFormSchema
from services.training.standing.rules import assignment_url
from shared.core.errors import DomainError
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import guard

bp = Blueprint("training_reminders", __name__, url_prefix="/training")


@bp.get("/reminders")
@guard(REMINDER_PLAN)
def plan_page() -> str:
    """The days on which people are reminded."""
    stages = list_stages(current_uow().session)
    managers = [one.days for one in stages if one.tells_manager]
    values = {
        "before": ", ".join(str(-one.days) for one in stages if one.days <= 0),
        "after": ", ".join(str(one.days) for one in stages if one.days > 0),
        "every": next((one.every for one in stages if one.every is not None), ""),
        "manager_from": min(managers, default=""),
    }
    return _page(Form(PlanFormSchema(), values))


@bp.post("/reminders")
@guard(REMINDER_PLAN)
def change() -> Response | tuple[str, int]:
    """Remind on other days from now on."""
    form = Form(PlanFormSchema())
    if form.validate():
        asked = form.data
        try:
            stages = plan_from(asked["before"], asked["after"], asked["every"], asked["manager_from"])
            change_plan(current_uow(), stages, actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("From now on people are reminded on these days."), "eligible")
            return redirect("/training/reminders", 303)
    return _page(form), 422


@bp.post("/assignments/<uuid:assignment_id>/remind")
@guard(REMIND)
def remind_one(assignment_id: UUID) -> Response:
    """Remind one person of one assignment."""
    uow = current_uow()
    condition = visible_team(current_principal(), Assignment.person_id)
    assignment = get_assignment(uow.session, assignment_id, condition)
    if remind(uow, assignment, actor=current_principal(), now=now()):
        flash(_("They have been reminded."), "eligible")
    else:
        flash(_("They were reminded today already."), "notice")
    return redirect(assignment_url(assignment_id), 303)


def _page(form: Form) -> str:
    return render_template(
        "training/reminders.html",
        form=form,
        mails=bool(this_app().settings.smtp_url),
        labels={
            "before": _("Days before it is due"),
            "after": _("Days after it was due"),
            "every": _("After the last, again every so many days"),
            "manager_from": _("The manager is told from this day after it was due"),
            "stages": _("Days"),
        },
    )
