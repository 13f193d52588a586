"""Keeping where somebody is in a video, and what of it was really played."""

from datetime import datetime

from services.training.assignments.models import Assignment
from services.training.attempts.commands import meet_part
from services.training.attempts.queries import UnderWay
from services.training.enrolment.commands import Completion
from services.training.parts.rules import VideoPart
from services.training.watching.models import VideoWatch
from services.training.watching.rules import add_stretch, believed, first_gap, is_watched
from shared.core.principals import Principal
from shared.db.uow import UnitOfWork


def open_video(uow: UnitOfWork, under_way: UnderWay, part: VideoPart, now: datetime) -> VideoWatch:
    """Return where somebody is in a video; opening it starts the clock against which reports are held."""
    found = uow.session.get(VideoWatch, (under_way.attempt.id, part.id), with_for_update=True)
    if found is None:
        found = VideoWatch(
            attempt_id=under_way.attempt.id,
            part_id=part.id,
            position=0,
            watched=[],
            reported_at=now,
            spare_ms=0,
        )
        uow.session.add(found)
    return found


def report_watched(
    uow: UnitOfWork,
    assignment: Assignment,
    under_way: UnderWay,
    part: VideoPart,
    start: int,
    end: int,
    *,
    actor: Principal,
    now: datetime,
) -> tuple[VideoWatch, Completion | None]:
    """Note that a video was played from `start` to `end`, and meet the part once all of it was.

    More than the time that has passed since the last report is not believed, so jumping does not help.
    """
    under_way.reach(part.id)
    watch = open_video(uow, under_way, part, now)
    passed_ms = int((now - watch.reported_at).total_seconds() * 1_000)
    until, watch.spare_ms = believed(start, end, passed_ms, watch.spare_ms)
    watch.watched = [list(one) for one in add_stretch(watch.watched, start, until, part.seconds)]
    watch.position = min(max(end, 0), part.seconds)
    watch.reported_at = now
    if not is_watched(watch.watched, part.seconds):
        return watch, None
    return watch, meet_part(uow, assignment, under_way, part, part.id, actor=actor, now=now)


def report_to_the_end(
    uow: UnitOfWork,
    assignment: Assignment,
    under_way: UnderWay,
    part: VideoPart,
    *,
    actor: Principal,
    now: datetime,
) -> tuple[VideoWatch, Completion | None]:
    """The same without a player that reports: as much as the time since the video was opened allows."""
    watch = open_video(uow, under_way, part, now)
    start = first_gap(watch.watched)
    return report_watched(uow, assignment, under_way, part, start, part.seconds, actor=actor, now=now)
