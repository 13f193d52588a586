"""Pages on which managers pair and sign off, and trainers look over all of it and write the plans."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.courses.queries import list_with_part
from services.training.mentoring.commands import change_plan, create_plan
from services.training.mentoring.models import MentoringPlan, Mentorship
from services.training.mentoring.pages import mentorship_rows
from services.training.mentoring.queries import get_plan, list_mentorships, list_plans, visible_mentorships
from services.training.mentoring.rules import (
    STATUS_WORDS,
    EndReason,
    MentorshipStatus,
    parse_plan,
    plan_text,
)
from services.training.mentoring.schemas import (
    LimitFormSchema,
    MentorshipEndSchema,
    NewPlanFormSchema,
    PairFormSchema,
    PlanFormSchema,
)
from services.training.pairing import commands, queries
from services.training.pairing.api import managed, team_member
from services.training.parts.rules import PartKind
from services.training.permissions import (
    MENTORING_EDIT,
    MENTORING_MANAGE,
    MENTORING_PAIR,
    MENTORING_READ,
    manages,
    visible_team,
)
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_, LocalizedText
from shared.core.zones import local_date
from shared.db.paging import MAX_LIMIT
from shared.directory import DirectoryPerson, find_by_employee_no, get_person, names_of
from shared.messages.people import Position, ProductLine, Region
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

bp = Blueprint("training_pairing", __name__, url_prefix="/training/mentoring")

WORDS = {one.value: one.label for kind in (Position, Region, ProductLine) for one in kind}


@bp.get("/team")
@guard(MENTORING_MANAGE)
def team_page() -> str:
    """The team's mentorships: to confirm, to sign off, who needs a mentor, and the rest."""
    session, principal = current_uow().session, current_principal()
    team = visible_team(principal, Mentorship.mentee_id)
    page = list_mentorships(session, team, cursor=request.args.get("cursor"), limit=MAX_LIMIT)
    rows = mentorship_rows(list(page.items))
    waiting = [one for one in rows if one["mentorship"].status is MentorshipStatus.PROPOSED]
    to_sign = [one for one in rows if _waits_for_manager(one)]
    people = queries.list_without_mentor(
        session, visible_team(principal, DirectoryPerson.id), local_date(now())
    )
    return render_template(
        "training/mentoring_team.html",
        waiting=waiting,
        to_sign=to_sign,
        people=people,
        rows=[one for one in rows if one not in waiting and one not in to_sign],
        next_cursor=page.next_cursor,
        statuses=STATUS_WORDS,
        words=WORDS,
    )


@bp.get("/overview")
@guard(MENTORING_READ)
def overview() -> str:
    """Everybody's mentorships and how far they are; the plans; for trainers also who takes how many."""
    return _overview(Form(LimitFormSchema()))


@bp.post("/overview")
@guard(MENTORING_EDIT)
def set_limit() -> Response | tuple[str, int]:
    """Say how many mentees somebody takes."""
    uow, form = current_uow(), Form(LimitFormSchema())
    if form.validate():
        try:
            person = find_by_employee_no(uow.session, form.data["employee_no"])
            if person is None:
                nobody = N_("Nobody on the roster has this number")
                raise InvalidInput(nobody, fields={"employee_no": [nobody]})
            commands.set_limit(uow, person.id, form.data["most"], actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(
                _("%(name)s takes at most %(most)s mentees.", name=person.name, most=form.data["most"]),
                "eligible",
            )
            return redirect("/training/mentoring/overview", 303)
    return _overview(form), 422


@bp.get("/pair/<uuid:person_id>")
@guard(MENTORING_PAIR)
def pair_page(person_id: UUID) -> str:
    """Who would be a good mentor for somebody, and why."""
    return _pair_page(team_member(person_id), Form(PairFormSchema()))


@bp.post("/pair/<uuid:person_id>")
@guard(MENTORING_PAIR)
def pair(person_id: UUID) -> Response | tuple[str, int]:
    """Propose a pair; when the asker is the mentee's manager, it begins at once."""
    uow, principal, form = current_uow(), current_principal(), Form(PairFormSchema())
    mentee = team_member(person_id)
    if form.validate():
        try:
            mentor = get_person(uow.session, form.data["mentor_id"])
            plan = get_plan(uow.session, form.data["plan_id"])
            made = commands.propose(uow, mentee, mentor, plan, actor=principal, now=now())
            at_once = manages(uow.session, principal, mentee.id)
            if at_once:
                uow.session.flush()  # Confirming counts the mentor's load with this one in it.
                commands.confirm(uow, made, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            if at_once:
                flash(
                    _("%(mentor)s is now the mentor of %(mentee)s.", mentor=mentor.name, mentee=mentee.name),
                    "eligible",
                )
            else:
                flash(_("Proposed. The manager of %(mentee)s confirms it.", mentee=mentee.name), "eligible")
            return redirect(f"/training/mentoring/{made.id}", 303)
    return _pair_page(mentee, form), 422


@bp.post("/<uuid:mentorship_id>/confirm")
@guard(MENTORING_MANAGE)
def confirm(mentorship_id: UUID) -> Response:
    """Let a proposed mentorship begin."""
    commands.confirm(current_uow(), managed(mentorship_id), actor=current_principal(), now=now())
    flash(_("The mentorship has begun."), "eligible")
    return redirect(f"/training/mentoring/{mentorship_id}", 303)


@bp.post("/<uuid:mentorship_id>/end")
@guard(MENTORING_MANAGE)
def end(mentorship_id: UUID) -> Response:
    """End a mentorship, or decline a proposal."""
    form = Form(MentorshipEndSchema())
    if not form.validate():
        raise InvalidInput(N_("Please choose a reason"))
    mentorship = managed(mentorship_id)
    reason = EndReason(form.data["reason"])
    commands.end(current_uow(), mentorship, reason, actor=current_principal(), now=now())
    flash(_("The mentorship has ended."), "eligible")
    if reason is EndReason.OTHER:
        return redirect(f"/training/mentoring/{mentorship_id}", 303)
    return redirect(f"/training/mentoring/pair/{mentorship.mentee_id}", 303)


@bp.get("/plans/new")
@guard(MENTORING_EDIT)
def new_plan() -> str:
    """The form for a new plan."""
    return _plan_page(None, Form(NewPlanFormSchema()))


@bp.post("/plans/new")
@guard(MENTORING_EDIT)
def add_plan() -> Response | tuple[str, int]:
    """Create a plan."""
    form = Form(NewPlanFormSchema())
    if form.validate():
        try:
            create_plan(
                current_uow(), code=form.data["code"], actor=current_principal(), now=now(), **_plan_of(form)
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The plan is kept."), "eligible")
            return redirect("/training/mentoring/overview", 303)
    return _plan_page(None, form), 422


@bp.get("/plans/<uuid:plan_id>")
@guard(MENTORING_EDIT)
def plan_page(plan_id: UUID) -> str:
    """The form for a plan that exists."""
    plan = get_plan(current_uow().session, plan_id)
    values = {
        "title_zh": plan.title.zh,
        "title_en": plan.title.en,
        "zh": plan_text(plan.plan, "zh"),
        "en": plan_text(plan.plan, "en"),
        "course_id": str(plan.course_id or ""),
    }
    return _plan_page(plan, Form(PlanFormSchema(), values))


@bp.post("/plans/<uuid:plan_id>")
@guard(MENTORING_EDIT)
def save_plan(plan_id: UUID) -> Response | tuple[str, int]:
    """Change a plan for the mentorships to come."""
    form, plan = Form(PlanFormSchema()), get_plan(current_uow().session, plan_id)
    if form.validate():
        try:
            change_plan(current_uow(), plan, actor=current_principal(), now=now(), **_plan_of(form))
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The plan is kept. Mentorships under way go on by theirs."), "eligible")
            return redirect("/training/mentoring/overview", 303)
    return _plan_page(plan, form), 422


def _waits_for_manager(row: dict[str, Any]) -> bool:
    one: Mentorship = row["mentorship"]
    return (
        one.status is MentorshipStatus.ACTIVE
        and row["done"] == row["total"]
        and one.manager_signed_by is None
        and one.mentor_id != current_principal().person_id
    )


def _plan_of(form: Form) -> dict[str, Any]:
    return {
        "title": LocalizedText(zh=form.data["title_zh"], en=form.data["title_en"]),
        "items": parse_plan(form.data["zh"], form.data["en"]),
        "course_id": form.data["course_id"],
    }


def _overview(form: Form) -> str:
    session, wanted = current_uow().session, request.args.get("status", "")
    condition = visible_mentorships(current_principal())
    status = MentorshipStatus(wanted) if wanted in list(MentorshipStatus) else None
    page = list_mentorships(session, condition, status=status, cursor=request.args.get("cursor"))
    return render_template(
        "training/mentoring_overview.html",
        rows=mentorship_rows(list(page.items)),
        next_cursor=page.next_cursor,
        counts=queries.count_statuses(session, condition),
        status=status,
        statuses=STATUS_WORDS,
        plans=list_plans(session),
        edits=allows(MENTORING_EDIT),
        form=form,
    )


def _pair_page(mentee: DirectoryPerson, form: Form) -> str:
    session = current_uow().session
    ranked = queries.list_candidates(session, mentee, local_date(now()))
    before = queries.find_handed_on(session, mentee.id)
    return render_template(
        "training/mentoring_pair.html",
        mentee=mentee,
        ranked=ranked,
        people=queries.people_by_id(session, [one.person.id for one in ranked]),
        plans=list_plans(session),
        before=before,
        before_name=names_of(session, [before.mentor_id]).get(before.mentor_id) if before else None,
        at_once=manages(session, current_principal(), mentee.id),
        words=WORDS,
        form=form,
    )


def _plan_page(plan: MentoringPlan | None, form: Form) -> str:
    kept = plan.course_id if plan is not None else None
    courses = list_with_part(current_uow().session, PartKind.CHECKLIST, kept)
    labels = {
        "code": _("Code"),
        "title_zh": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "zh": _("Plan in Chinese"),
        "en": _("Plan in English"),
        "course_id": _("Course"),
    }
    return render_template(
        "training/mentoring_plan.html", plan=plan, form=form, courses=courses, labels=labels
    )
