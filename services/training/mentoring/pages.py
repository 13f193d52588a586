"""Pages of mentoring for the two, and for whoever looks after them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.mentoring import commands, queries
from services.training.mentoring.models import Mentorship
from services.training.mentoring.queries import Part
from services.training.mentoring.rules import (
    CHOOSABLE,
    CUSTOMER_WORDS,
    END_WORDS,
    SIGNER_WORDS,
    STATUS_WORDS,
    CustomerKind,
    EndReason,
    MentorshipStatus,
    Signer,
    week_now,
    weeks_of,
)
from services.training.mentoring.schemas import NoteFormSchema, RatingFormSchema, VisitFormSchema
from services.training.permissions import MENTORING_OWN, MENTORING_READ
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard

bp = Blueprint("training_mentoring", __name__, url_prefix="/training/mentoring")


@bp.get("")
@guard(MENTORING_OWN)
def my_mentoring() -> str:
    """One's own mentorships: as a mentee, and as a mentor with one's record."""
    session, person_id = current_uow().session, current_principal().person_id
    as_mentee = queries.list_of_mentee(session, person_id) if person_id else []
    as_mentor = queries.list_of_mentor(session, person_id) if person_id else []
    return render_template(
        "training/mentoring.html",
        mentee_rows=mentorship_rows(as_mentee),
        mentor_rows=mentorship_rows(as_mentor),
        record=queries.mentor_record(session, person_id) if person_id and as_mentor else None,
        statuses=STATUS_WORDS,
        reasons=END_WORDS,
        oversees=allows(MENTORING_READ),
    )


@bp.get("/<uuid:mentorship_id>")
@guard(MENTORING_OWN)
def mentorship_page(mentorship_id: UUID) -> str:
    """One mentorship: its plan, what is noted, the visits, and the sign-off."""
    return _page(*_mentorship(mentorship_id))


@bp.post("/<uuid:mentorship_id>/tick")
@guard(MENTORING_OWN)
def tick(mentorship_id: UUID) -> Response:
    """Say that an item is done, or that it is not."""
    uow, principal = current_uow(), current_principal()
    mentorship, part = _mentorship(mentorship_id)
    person_id = _one_of_the_two(part)
    item_id = request.form.get("item", "")[:10].replace("\x00", "")
    if request.form.get("done") == "no":
        commands.reopen_item(uow, mentorship, item_id, actor=principal, now=now())
    else:
        commands.tick_item(uow, mentorship, item_id, person_id=person_id, actor=principal, now=now())
    week = next((one.week for one in mentorship.plan if one.id == item_id), 1)
    return redirect(f"/training/mentoring/{mentorship_id}#week-{week}", 303)


@bp.post("/<uuid:mentorship_id>/notes")
@guard(MENTORING_OWN)
def note(mentorship_id: UUID) -> Response | tuple[str, int]:
    """Note something at a check-in."""
    uow, principal, form = current_uow(), current_principal(), Form(NoteFormSchema())
    mentorship, part = _mentorship(mentorship_id)
    if not part.confides or principal.person_id is None:
        raise NotFound(N_("There is no such mentorship"))
    if form.validate():
        author_id, body = principal.person_id, form.data["body"]
        commands.write_note(uow, mentorship, body, author_id=author_id, actor=principal, now=now())
        flash(_("The note is kept. Only the two of you and the manager read it."), "eligible")
        return redirect(f"/training/mentoring/{mentorship_id}", 303)
    return _page(mentorship, part, note=form), 422


@bp.post("/<uuid:mentorship_id>/visits")
@guard(MENTORING_OWN)
def visit(mentorship_id: UUID) -> Response | tuple[str, int]:
    """Record a joint visit."""
    uow, principal, form = current_uow(), current_principal(), Form(VisitFormSchema())
    mentorship, part = _mentorship(mentorship_id)
    person_id = _one_of_the_two(part)
    if form.validate():
        try:
            commands.record_visit(
                uow,
                mentorship,
                visited_on=form.data["visited_on"],
                customer=CustomerKind(form.data["customer"]),
                goal=form.data["goal"],
                outcome=form.data["outcome"],
                author_id=person_id,
                actor=principal,
                now=now(),
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The visit is recorded."), "eligible")
            return redirect(f"/training/mentoring/{mentorship_id}", 303)
    return _page(mentorship, part, visit=form), 422


@bp.post("/<uuid:mentorship_id>/sign")
@guard(MENTORING_OWN)
def sign(mentorship_id: UUID) -> Response:
    """Sign off, as the mentor or as the manager: whichever the asker is."""
    uow, principal = current_uow(), current_principal()
    mentorship, part = _mentorship(mentorship_id)
    signer = signer_of(part)
    if signer is None or principal.person_id is None:
        raise NotFound(N_("There is no such mentorship"))
    commands.sign_off(uow, mentorship, signer, person_id=principal.person_id, actor=principal, now=now())
    if mentorship.status is MentorshipStatus.COMPLETED:
        flash(_("Both have signed off: the mentorship is completed."), "eligible")
    else:
        flash(_("Signed off. The other signature is still missing."), "eligible")
    return redirect(f"/training/mentoring/{mentorship_id}", 303)


@bp.post("/<uuid:mentorship_id>/feedback")
@guard(MENTORING_OWN)
def feedback(mentorship_id: UUID) -> Response | tuple[str, int]:
    """Say how it was, as the mentee."""
    uow, principal, form = current_uow(), current_principal(), Form(RatingFormSchema())
    mentorship, part = _mentorship(mentorship_id)
    if not part.mentee:
        raise NotFound(N_("There is no such mentorship"))
    if form.validate():
        commands.rate(uow, mentorship, form.data["rating"], actor=principal, now=now())
        flash(_("Thank you for your feedback."), "eligible")
        return redirect(f"/training/mentoring/{mentorship_id}", 303)
    return _page(mentorship, part, rating=form), 422


def signer_of(part: Part) -> Signer | None:
    """Return in which part somebody may sign off: the mentor, else whoever manages the mentee."""
    if part.mentor:
        return Signer.MENTOR
    return Signer.MANAGER if part.manager else None


def mentorship_rows(found: list[Mentorship]) -> list[dict[str, Any]]:
    """Return what a list shows of each mentorship (two queries)."""
    session = current_uow().session
    names = names_of(session, [id_ for one in found for id_ in (one.mentee_id, one.mentor_id)])
    ticks = queries.count_ticks(session, {one.thread_id for one in found}) if found else {}
    today = local_date(now())
    return [
        {
            "mentorship": one,
            "mentee": names.get(one.mentee_id, "—"),
            "mentor": names.get(one.mentor_id, "—"),
            "done": ticks.get(one.thread_id, 0),
            "total": len(one.items),
            "late": (
                one.status is MentorshipStatus.ACTIVE
                and one.due_on is not None
                and one.due_on < today
                and ticks.get(one.thread_id, 0) < len(one.items)
            ),
        }
        for one in found
    ]


def _mentorship(mentorship_id: UUID) -> tuple[Mentorship, Part]:
    session, principal = current_uow().session, current_principal()
    condition = queries.visible_mentorships(principal)
    mentorship = queries.get_mentorship(session, mentorship_id, condition)
    return mentorship, queries.part_of(session, principal, mentorship)


def _one_of_the_two(part: Part) -> UUID:
    person_id = current_principal().person_id
    if person_id is None or not (part.mentee or part.mentor):
        raise NotFound(N_("There is no such mentorship"))
    return person_id


def _page(
    mentorship: Mentorship,
    part: Part,
    *,
    note: Form | None = None,
    visit: Form | None = None,
    rating: Form | None = None,
) -> str:
    session = current_uow().session
    ticks = queries.ticks_of(session, mentorship.thread_id)
    notes = queries.list_notes(session, mentorship.thread_id) if part.confides else []
    visits = queries.list_visits(session, mentorship.thread_id) if part.confides else []
    people = [mentorship.mentee_id, mentorship.mentor_id, mentorship.manager_signed_by]
    people += [one.ticked_by for one in ticks.values()]
    people += [one.author_id for one in notes]
    people += [one.author_id for one in visits]
    today = local_date(now())
    signed = mentorship.signatures
    signer = signer_of(part)
    mine = {Signer.MENTOR: signed.mentor_id, Signer.MANAGER: signed.manager_id}
    active = mentorship.status is MentorshipStatus.ACTIVE
    done = sum(one.id in ticks for one in mentorship.plan)
    return render_template(
        "training/mentorship.html",
        mentorship=mentorship,
        part=part,
        active=active,
        weeks=weeks_of(mentorship.plan),
        week=week_now(mentorship.started_on, today) if mentorship.started_on else 0,
        ticks=ticks,
        done=done,
        may_tick=active and (part.mentee or part.mentor) and signed.mentor_id is signed.manager_id is None,
        may_sign=active and signer is not None and mine[signer] is None and done == len(mentorship.items),
        signer=signer,
        notes=notes,
        visits=visits,
        names=names_of(session, [one for one in people if one]),
        note=note or Form(NoteFormSchema()),
        visit=visit or Form(VisitFormSchema(), {"visited_on": today.isoformat()}),
        rating=rating or Form(RatingFormSchema()),
        statuses=STATUS_WORDS,
        end_words=END_WORDS,
        end_reasons=[(one.value, END_WORDS[one]) for one in CHOOSABLE if one is not EndReason.DECLINED],
        signers=SIGNER_WORDS,
        customers=CUSTOMER_WORDS,
        today=today,
    )
