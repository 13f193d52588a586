"""Reading what enrolment has to do."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import had_by
from services.training.assignments.rules import OPEN
from services.training.courses.queries import courses_by_id
from services.training.curricula.models import Curriculum, Requirement, RequirementGroup
from services.training.curricula.queries import content_of, get_curriculum
from services.training.curricula.rules import CurriculumStatus, Item, Opens
from services.training.enrolment.rules import unmet_before
from services.training.waivers.models import CourseCredit
from services.training.waivers.queries import credits_of
from shared.core.text import LocalizedText


def asks_anything(session: Session) -> bool:
    """Say whether anything is or was asked of anybody: without that, news of people change no assignment."""
    active = exists().where(Curriculum.status == CurriculumStatus.ACTIVE)
    return bool(session.scalar(select(or_(active, exists(select(Assignment.id))))))


def unmet_titles(session: Session, assignment: Assignment) -> list[LocalizedText]:
    """Return the titles of what has to be done before an assignment may be begun, and is not (blocked by).

    One query where nothing has to be done first, as for most.
    """
    opens = session.scalar(
        select(RequirementGroup.opens)
        .join(Requirement, Requirement.group_id == RequirementGroup.id)
        .where(Requirement.id == assignment.requirement_id)
    )
    if opens is None or opens is Opens.AT_ONCE or assignment.curriculum_id is None:
        return []
    content = content_of(session, get_curriculum(session, assignment.curriculum_id))
    missing = unmet_before(content.items, assignment.course_id, _met(session, assignment.person_id))
    courses = courses_by_id(session, [course for item in missing for course in item.courses])
    return [_title(item, [courses[course].title for course in item.courses]) for item in missing]


def _met(session: Session, person_id: UUID) -> set[UUID]:
    had = had_by(session, Assignment.person_id == person_id).get(person_id, [])
    credited = credits_of(session, CourseCredit.person_id == person_id).get(person_id, [])
    done = {one.course_id for one in had if one.status not in OPEN}
    return done | {one.course_id for one in credited}


def _title(item: Item, titles: list[LocalizedText]) -> LocalizedText:
    if len(titles) == 1:
        return titles[0]
    zh, en = " / ".join(one.zh for one in titles), " / ".join(one.en for one in titles)
    return LocalizedText(zh=f"{zh}（任选 {item.need} 门）", en=f"{en} (any {item.need})")
