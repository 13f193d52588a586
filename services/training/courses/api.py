"""Courses for programs: what is published."""

from typing import Any
from uuid import UUID

from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import find_version, get_course, list_courses, versions_of
from services.training.courses.rules import Category, VersionStatus
from services.training.courses.schemas import CoursePageSchema, CourseSchema, CoursesQuerySchema
from services.training.permissions import COURSES_READ
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_courses", __name__, url_prefix="/training/v1/courses", description="Courses and what they ask"
)


@blp.get("")
@guard(COURSES_READ)
@blp.arguments(CoursesQuerySchema, location="query")
@blp.response(200, CoursePageSchema)
@blp.problems(401, 403, 422)
def list_published(query: dict[str, Any]) -> dict[str, Any]:
    """List the courses that have a published version, by code."""
    session = current_uow().session
    category = Category(query["category"]) if query["category"] else None
    page = list_courses(session, category=category, cursor=query["cursor"], limit=query["limit"])
    versions = versions_of(session, [one.id for one in page.items], VersionStatus.PUBLISHED)
    items = [as_json(one, versions.get((one.id, VersionStatus.PUBLISHED))) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.get("/<uuid:course_id>")
@guard(COURSES_READ)
@blp.response(200, CourseSchema)
@blp.problems(401, 403, 404)
def get_one(course_id: UUID) -> dict[str, Any]:
    """Get one course."""
    session = current_uow().session
    course = get_course(session, course_id, drafts=False)
    return as_json(course, find_version(session, course_id, VersionStatus.PUBLISHED))


def as_json(course: Course, version: CourseVersion | None) -> dict[str, Any]:
    """Return what CourseSchema writes."""
    published = None
    if version is not None:
        published = {
            "id": version.id,
            "number": version.number,
            "minutes": version.minutes,
            "questions": len(version.quiz),
            "pass_mark": version.pass_mark,
            "certifies": version.certifies,
            "valid_months": version.valid_months,
            "published_at": version.published_at,
        }
    return {
        "id": course.id,
        "code": course.code,
        "title": course.title,
        "category": course.category,
        "published": published,
    }
