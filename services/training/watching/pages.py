"""The page on which a video is watched, and what its player reports."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.attempts.queries import get_under_way
from services.training.attempts.rules import part_url
from services.training.materials.queries import material_url
from services.training.parts.rules import VideoPart
from services.training.permissions import OWN_TRAINING
from services.training.player.pages import after_part, go_on_url, own_detail, player, reached
from services.training.standing.rules import assignment_url
from services.training.watching.commands import open_video, report_to_the_end, report_watched
from services.training.watching.models import VideoWatch
from services.training.watching.rules import first_gap, resume_at, seen
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

bp = Blueprint(
    "training_watching", __name__, url_prefix="/training/assignments/<uuid:assignment_id>/parts/<part_id>"
)


@bp.get("/video")
@guard(OWN_TRAINING)
def video_page(assignment_id: UUID, part_id: str) -> str | Response:
    """The video, from where one stopped."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, VideoPart):
        return redirect(assignment_url(assignment_id), 303)
    watch = current_uow().session.get(VideoWatch, (under_way.attempt.id, part.id))
    return render_template(
        "training/video.html",
        **player(detail, under_way, part),
        source=f"{material_url(under_way.version, part)}/video",
        position=resume_at(watch.position, watch.watched, part.seconds) if watch is not None else 0,
        seen=seen(watch.watched) if watch is not None else 0,
        opened=watch is not None,
        next_url=go_on_url(detail.assignment, under_way),
    )


@bp.post("/video/open")
@guard(OWN_TRAINING)
def open_page(assignment_id: UUID, part_id: str) -> Response:
    """Start the clock for a browser that cannot report what it plays."""
    _, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, VideoPart):
        return redirect(assignment_url(assignment_id), 303)
    watch = open_video(current_uow(), under_way, part, now())
    watch.reported_at = now()
    return redirect(f"{part_url(assignment_id, part.id)}/video", 303)


@bp.post("/video/done")
@guard(OWN_TRAINING)
def done(assignment_id: UUID, part_id: str) -> Response:
    """Say that one has watched it, which is believed as far as the time since it was opened allows."""
    detail, under_way, part = reached(assignment_id, part_id)
    if under_way is None or not isinstance(part, VideoPart):
        return redirect(assignment_url(assignment_id), 303)
    watch, completion = report_to_the_end(
        current_uow(), detail.assignment, under_way, part, actor=current_principal(), now=now()
    )
    if part.id in under_way.met:
        return after_part(detail.assignment, under_way, completion)
    left = -((first_gap(watch.watched) - part.seconds) // 60)
    flash(_("The video goes on for about %(left)s more minutes.", left=left), "notice")
    return redirect(f"{part_url(assignment_id, part.id)}/video", 303)


@bp.post("/video/progress")
@guard(OWN_TRAINING)
def progress(assignment_id: UUID, part_id: str) -> Response:
    """What the player has played since its last report, in whole seconds; the answer says what counts."""
    detail = own_detail(assignment_id)
    under_way = get_under_way(current_uow().session, assignment_id)
    part = under_way.reach(part_id)
    if not isinstance(part, VideoPart):
        raise NotFound(N_("There is no such part of this course"))
    start, end = (request.form.get(name, 0, int) for name in ("start", "end"))
    watch, completion = report_watched(
        current_uow(), detail.assignment, under_way, part, start, end,
        actor=current_principal(), now=now(),
    )  # fmt: skip
    is_met = part.id in under_way.met
    goes_on = assignment_url(assignment_id) if completion else go_on_url(detail.assignment, under_way)
    return jsonify(seen=seen(watch.watched), reach=first_gap(watch.watched), met=is_met, next=goes_on)
