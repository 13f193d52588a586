"""Asking for a waiver, the queue in which it is decided, and exempting somebody."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import AssignmentDetail, get_detail
from services.training.courses.queries import courses_by_id
from services.training.permissions import (
    EXEMPT,
    OWN_TRAINING,
    RELIEF_DECIDE,
    RELIEF_READ,
    visible,
    visible_team,
)
from services.training.relief import commands
from services.training.relief.schemas import (
    ExemptSchema,
    ReliefReasonSchema,
    WaiverFormSchema,
    WaiverGrantSchema,
)
from services.training.standing.rules import assignment_url
from services.training.waivers.commands import Evidence, request_waiver, withdraw_waiver
from services.training.waivers.models import CourseCredit, Waiver
from services.training.waivers.queries import (
    WaiverDetail,
    count_waivers,
    get_credit,
    get_waiver,
    list_waivers,
)
from services.training.waivers.rules import STATUS_WORDS, WaiverStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.directory import names_of
from shared.files import FileKind, clean_name, get_file
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.uploads import file_store, send_file, uploaded

Answer = Response | tuple[str, int]

EVIDENCE_KINDS = (FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.WEBP, FileKind.DOCX)
MAX_EVIDENCE = 10 * 1024 * 1024

bp = Blueprint("training_relief", __name__, url_prefix="/training")


@bp.get("/assignments/<uuid:assignment_id>/waiver")
@guard(OWN_TRAINING)
def request_page(assignment_id: UUID) -> str:
    """The form by which a waiver is asked for, or entered by a trainer."""
    return _request_page(_waivable(assignment_id), Form(WaiverFormSchema()))


@bp.post("/assignments/<uuid:assignment_id>/waiver")
@guard(OWN_TRAINING)
def request_one(assignment_id: UUID) -> Answer:
    """Ask for a waiver with evidence; entered by a trainer for somebody else, it is granted at once."""
    detail, form = _waivable(assignment_id), Form(WaiverFormSchema())
    uow, principal = current_uow(), current_principal()
    own = detail.person.id == principal.person_id

    def change() -> None:
        evidence, until, reason = _evidence(), form.data["until"], form.data["reason"]
        if own:
            request_waiver(
                uow, detail.person.id, detail.course, reason, until=until, evidence=evidence, actor=principal,
                now=now(),
            )  # fmt: skip
        else:
            commands.enter_waiver(
                uow, detail.person, detail.course, reason, until=until, evidence=evidence, actor=principal,
                now=now(),
            )  # fmt: skip

    if not form.carry_out(change):
        return _request_page(detail, form), 422
    if own:
        flash(_("Your request awaits a decision. Until then the training stays due."), "notice")
    else:
        flash(_("The waiver is granted."), "eligible")
    return redirect(assignment_url(assignment_id), 303)


@bp.get("/waivers")
@guard(RELIEF_READ)
def queue() -> str:
    """Waivers, the one that has waited longest first."""
    session = current_uow().session
    condition = visible(current_principal(), Waiver.person_id)
    status = request.args.get("status", "")
    wanted = WaiverStatus(status) if status in set(WaiverStatus) else WaiverStatus.REQUESTED
    page = list_waivers(session, condition, status=wanted, cursor=request.args.get("cursor"))
    counts = count_waivers(session, condition)
    courses = courses_by_id(session, [one.course_id for one in page.items])
    names = names_of(session, [one.person_id for one in page.items])
    return render_template(
        "training/waivers.html",
        rows=[
            {"waiver": one, "course": courses[one.course_id], "name": names.get(one.person_id, "")}
            for one in page.items
        ],
        next_cursor=page.next_cursor,
        wanted=wanted,
        tabs=[(one, STATUS_WORDS[one], counts.get(one, 0)) for one in WaiverStatus],
    )


@bp.get("/waivers/<uuid:waiver_id>")
@guard(OWN_TRAINING)
def waiver_page(waiver_id: UUID) -> str:
    """One waiver, and the decision on it."""
    detail = _visible(waiver_id)
    return _decision_page(detail, Form(WaiverGrantSchema(), {"until": detail.waiver.until}))


@bp.get("/waivers/<uuid:waiver_id>/evidence")
@guard(OWN_TRAINING)
def evidence(waiver_id: UUID) -> Response:
    """The file that was handed in."""
    waiver = _visible(waiver_id).waiver
    if waiver.evidence_sha256 is None:
        raise NotFound(N_("There is no such file"))
    stored = get_file(current_uow().session, waiver.evidence_sha256)
    return send_file(stored, name=waiver.evidence_name or "evidence")


@bp.post("/waivers/<uuid:waiver_id>/grant")
@guard(RELIEF_DECIDE)
def grant(waiver_id: UUID) -> Answer:
    """Let the evidence count."""
    detail, form = _visible(waiver_id), Form(WaiverGrantSchema())

    def change() -> None:
        commands.grant(
            current_uow(), detail.waiver, until=form.data["until"], reason=form.data["reason"],
            actor=current_principal(), now=now(),
        )  # fmt: skip

    return _decide(detail, form, change, _("The waiver is granted."))


@bp.post("/waivers/<uuid:waiver_id>/refuse")
@guard(RELIEF_DECIDE)
def refuse(waiver_id: UUID) -> Answer:
    """Say that the evidence does not count."""
    detail, form = _visible(waiver_id), Form(WaiverGrantSchema())

    def change() -> None:
        commands.refuse(
            current_uow(), detail.waiver, form.data["reason"], actor=current_principal(), now=now()
        )

    return _decide(detail, form, change, _("The waiver is refused."))


@bp.post("/waivers/<uuid:waiver_id>/revoke")
@guard(RELIEF_DECIDE)
def revoke(waiver_id: UUID) -> Answer:
    """Let a granted waiver count for nothing from now on."""
    detail, form = _visible(waiver_id), Form(ReliefReasonSchema())

    def change() -> None:
        commands.revoke(
            current_uow(), detail.waiver, form.data["reason"], actor=current_principal(), now=now()
        )

    return _decide(detail, form, change, _("The waiver is revoked."))


@bp.post("/waivers/<uuid:waiver_id>/withdraw")
@guard(OWN_TRAINING)
def withdraw(waiver_id: UUID) -> Response:
    """Take one's own request back."""
    detail, principal = _visible(waiver_id), current_principal()
    if detail.person.id != principal.person_id:
        raise NotFound(N_("There is no such waiver"))
    withdraw_waiver(current_uow(), detail.waiver, actor=principal, now=now())
    flash(_("The request is withdrawn."), "notice")
    return redirect("/training/my", 303)


@bp.get("/assignments/<uuid:assignment_id>/exempt")
@guard(EXEMPT)
def exempt_page(assignment_id: UUID) -> str:
    """The form by which a trainer exempts somebody."""
    return _exempt_page(_team(assignment_id), Form(ExemptSchema()))


@bp.post("/assignments/<uuid:assignment_id>/exempt")
@guard(EXEMPT)
def exempt(assignment_id: UUID) -> Answer:
    """Exempt somebody, with a reason, until a day or for good."""
    detail, form = _team(assignment_id), Form(ExemptSchema())

    def change() -> None:
        commands.exempt(
            current_uow(), detail.person, detail.course, form.data["reason"], until=form.data["until"],
            actor=current_principal(), now=now(),
        )  # fmt: skip

    if not form.carry_out(change):
        return _exempt_page(detail, form), 422
    flash(_("The exemption holds."), "eligible")
    return redirect(assignment_url(assignment_id), 303)


@bp.get("/exemptions/<uuid:credit_id>/end")
@guard(EXEMPT)
def end_page(credit_id: UUID) -> str:
    """The form by which an exemption ends before its time."""
    return _end_page(_exemption(credit_id), Form(ReliefReasonSchema()))


@bp.post("/exemptions/<uuid:credit_id>/end")
@guard(EXEMPT)
def end(credit_id: UUID) -> Answer:
    """End an exemption, with a reason."""
    credit, form = _exemption(credit_id), Form(ReliefReasonSchema())

    def change() -> None:
        commands.end_exemption(
            current_uow(), credit, form.data["reason"], actor=current_principal(), now=now()
        )

    if not form.carry_out(change):
        return _end_page(credit, form), 422
    flash(_("The exemption has ended."), "notice")
    return redirect("/training/waivers", 303)


def _decide(detail: WaiverDetail, form: Form, change: Callable[[], object], done: str) -> Answer:
    if not form.carry_out(change):
        return _decision_page(detail, form), 422
    flash(done, "eligible")
    return redirect("/training/waivers", 303)


def _evidence() -> Evidence | None:
    """Keep the file that was handed in, if one was."""
    handed_in = uploaded("evidence")
    if handed_in is None:
        return None
    stored = file_store().keep(
        current_uow(), handed_in.stream, allow=EVIDENCE_KINDS, max_bytes=MAX_EVIDENCE, now=now(),
        field="evidence",
    )  # fmt: skip
    return Evidence(stored.sha256, clean_name(handed_in.filename or "", stored.kind))


def _waivable(assignment_id: UUID) -> AssignmentDetail:
    """Return an assignment of the caller's own, or, for a trainer, anybody's."""
    principal = current_principal()
    detail = get_detail(current_uow().session, assignment_id, visible(principal, Assignment.person_id))
    if detail.person.id != principal.person_id and not allows(RELIEF_DECIDE):
        raise NotFound(N_("There is no such assignment"))
    return detail


def _team(assignment_id: UUID) -> AssignmentDetail:
    condition = visible_team(current_principal(), Assignment.person_id)
    return get_detail(current_uow().session, assignment_id, condition)


def _exemption(credit_id: UUID) -> CourseCredit:
    return get_credit(current_uow().session, credit_id, visible(current_principal(), CourseCredit.person_id))


def _visible(waiver_id: UUID) -> WaiverDetail:
    return get_waiver(current_uow().session, waiver_id, visible(current_principal(), Waiver.person_id))


def _request_page(detail: AssignmentDetail, form: Form) -> str:
    return render_template(
        "training/waiver_request.html",
        detail=detail,
        form=form,
        mine=detail.person.id == current_principal().person_id,
        labels={"reason": _("What counts"), "until": _("Counts until"), "evidence": _("Evidence")},
    )


def _decision_page(detail: WaiverDetail, form: Form) -> str:
    waiver, principal = detail.waiver, current_principal()
    people = {one for one in (waiver.requested_by, waiver.decided_by) if one is not None}
    mine = waiver.person_id == principal.person_id
    decides = allows(RELIEF_DECIDE) and not mine
    return render_template(
        "training/waiver.html",
        detail=detail,
        waiver=waiver,
        form=form,
        labels={"until": _("Counts until"), "reason": _("Reason")},
        names=names_of(current_uow().session, people),
        status_words=STATUS_WORDS,
        decides=decides and waiver.status is WaiverStatus.REQUESTED,
        revokes=decides and waiver.status is WaiverStatus.GRANTED,
        withdraws=mine and waiver.status is WaiverStatus.REQUESTED,
        queue=allows(RELIEF_READ),
    )


def _exempt_page(detail: AssignmentDetail, form: Form) -> str:
    labels = {"until": _("Exempt until"), "reason": _("Reason")}
    return render_template("training/assignment_exempt.html", detail=detail, form=form, labels=labels)


def _end_page(credit: CourseCredit, form: Form) -> str:
    session = current_uow().session
    return render_template(
        "training/exemption_end.html",
        credit=credit,
        course=courses_by_id(session, [credit.course_id])[credit.course_id],
        name=names_of(session, [credit.person_id]).get(credit.person_id, ""),
        form=form,
        labels={"reason": _("Reason")},
    )
