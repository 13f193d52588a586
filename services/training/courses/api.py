"""Courses for programs: what is published."""

from typing import Any
from uuid import UUID

from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import (
    CourseFilter,
    find_version,
    get_course,
    list_courses,
    versions_of,
)
from services.training.courses.rules import Category, VersionStatus, count_pages
from services.training.courses.schemas import CoursePageSchema, CourseSchema, CoursesQuerySchema
from services.training.parts.rules import AssessmentPart, LinkPart, Part, VideoPart, parts_from_json
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
    wanted = CourseFilter(category, query["tag"], query["search"])
    page = list_courses(session, wanted, cursor=query["cursor"], limit=query["limit"])
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
    return {
        "id": course.id,
        "code": course.code,
        "title": course.title,
        "description": course.description,
        "category": course.category,
        "tags": course.tags,
        "owner_id": course.owner_id,
        "retired_at": course.retired_at,
        "published": _version_json(version) if version is not None else None,
    }


def _version_json(version: CourseVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "number": version.number,
        "minutes": version.minutes,
        "parts": [_part_json(one) for one in parts_from_json(version.parts)],
        "certifies": version.certifies,
        "valid_months": version.valid_months,
        "retrain": version.retrain,
        "retrain_days": version.retrain_days,
        "published_at": version.published_at,
        "content_sha256": version.content_sha256.hex() if version.content_sha256 else None,
    }


def _part_json(part: Part) -> dict[str, Any]:
    blueprint = part.blueprint if isinstance(part, AssessmentPart) else None
    return {
        "id": part.id,
        "kind": part.kind,
        "title": part.title,
        "pages": count_pages(part, "zh"),
        "seconds": part.seconds if isinstance(part, VideoPart) else None,
        "url": part.url if isinstance(part, LinkPart) else None,
        "questions": sum(one.count for one in blueprint.draws) if blueprint else None,
        "pass_mark": blueprint.pass_mark if blueprint else None,
    }
