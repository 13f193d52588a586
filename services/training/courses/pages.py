"""Pages of courses: for everybody what is published, for trainers drafts as well."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services.training.courses.commands import create_course, edit_course
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import (
    CourseFilter,
    find_version,
    get_course,
    list_courses,
    list_tags,
    list_versions,
    versions_of,
)
from services.training.courses.rules import (
    CATEGORY_WORDS,
    STATUS_WORDS,
    Category,
    Details,
    VersionStatus,
    count_pages,
    pages_of,
    tags_of,
)
from services.training.courses.schemas import CourseFormSchema, NewCourseSchema
from services.training.parts.rules import KIND_WORDS, AssessmentPart, Part, TextPart, parts_from_json
from services.training.permissions import COURSES_EDIT, COURSES_READ
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_, LocalizedText
from shared.directory import find_by_employee_no, find_person, names_of
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code
from shared.web.markdown import render_markdown

bp = Blueprint("training_courses", __name__, url_prefix="/training/courses")


@bp.get("")
@guard(COURSES_READ)
def course_list() -> str:
    """The courses, by code; trainers see those without a published version too."""
    session = current_uow().session
    given = {name: request.args.get(name, "").strip() for name in ("category", "tag", "search", "status")}
    edits = allows(COURSES_EDIT)
    wanted = CourseFilter(
        Category(given["category"]) if given["category"] in list(Category) else None,
        given["tag"],
        given["search"],
        VersionStatus(given["status"]) if edits and given["status"] in list(VersionStatus) else None,
    )
    page = list_courses(session, wanted, drafts=edits, cursor=request.args.get("cursor"))
    ids = [one.id for one in page.items]
    versions = versions_of(session, ids, VersionStatus.PUBLISHED, VersionStatus.DRAFT)
    rows = [
        {
            "course": one,
            "published": versions.get((one.id, VersionStatus.PUBLISHED)),
            "draft": versions.get((one.id, VersionStatus.DRAFT)) if edits else None,
        }
        for one in page.items
    ]
    return render_template(
        "training/course_list.html",
        rows=rows,
        next_cursor=page.next_cursor,
        given=given,
        tags=list_tags(session, drafts=edits),
        owners=names_of(session, [one.owner_id for one in page.items if one.owner_id is not None]),
        categories=CATEGORY_WORDS,
        statuses=STATUS_WORDS,
        edits=edits,
    )


@bp.get("/new")
@guard(COURSES_EDIT)
def new_course() -> str:
    """The form for a new course; whoever writes it looks after it, unless they say otherwise."""
    principal = current_principal()
    values = {"category": Category.PRODUCT.value, "owner": _employee_no(principal.person_id)}
    return _course_form(Form(NewCourseSchema(), values), None)


@bp.post("/new")
@guard(COURSES_EDIT)
def create() -> Response | tuple[str, int]:
    """Create a course and go on to its draft."""
    form = Form(NewCourseSchema())
    uow, principal = current_uow(), current_principal()
    if form.validate():
        try:
            details = _details(form)
            course = create_course(
                uow,
                code=form.data["code"],
                title=details.title,
                category=details.category,
                owner_id=_owner(uow.session, form.data["owner"]),
                description=details.description,
                tags=details.tags,
                actor=principal,
                now=now(),
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The course is there. Now write its first version."), "eligible")
            return redirect(f"/training/courses/{course.id}/draft", 303)
    return _course_form(form, None), 422


@bp.get("/<uuid:course_id>/edit")
@guard(COURSES_EDIT)
def edit_page(course_id: UUID) -> str:
    """The form for what a course is called and where it belongs."""
    course = get_course(current_uow().session, course_id)
    values = {
        "title_zh": course.title.zh,
        "title_en": course.title.en,
        "description_zh": course.description.zh,
        "description_en": course.description.en,
        "category": course.category.value,
        "tags": ", ".join(course.tags),
        "owner": _employee_no(course.owner_id),
    }
    return _course_form(Form(CourseFormSchema(), values), course)


@bp.post("/<uuid:course_id>/edit")
@guard(COURSES_EDIT)
def edit(course_id: UUID) -> Response | tuple[str, int]:
    """Change it."""
    form = Form(CourseFormSchema())
    uow = current_uow()
    course = get_course(uow.session, course_id)
    if form.validate():
        try:
            owner_id = _owner(uow.session, form.data["owner"])
            edit_course(uow, course, _details(form), owner_id, actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The course is changed."), "eligible")
            return redirect(f"/training/courses/{course_id}", 303)
    return _course_form(form, course), 422


@bp.get("/<uuid:course_id>")
@guard(COURSES_READ)
def course_page(course_id: UUID) -> str:
    """One course, part by part; its texts can be leafed through, and trainers may look at any version."""
    session = current_uow().session
    edits = allows(COURSES_EDIT)
    course = get_course(session, course_id, drafts=edits)
    versions = list_versions(session, course_id) if edits else []
    version = _chosen(versions) or find_version(session, course_id, VersionStatus.PUBLISHED)
    parts = parts_from_json(version.parts) if version is not None else ()
    return render_template(
        "training/course.html",
        course=course,
        owner=find_person(session, course.owner_id) if course.owner_id is not None else None,
        version=version,
        versions=versions,
        parts=[_part_row(one) for one in parts],
        reading=_reading(parts),
        edits=edits and course.retired_at is None,
        trains=edits,
        draft=next((one for one in versions if one.status is VersionStatus.DRAFT), None),
        category_word=CATEGORY_WORDS[course.category],
        status_words=STATUS_WORDS,
    )


def _part_row(part: Part) -> dict[str, Any]:
    asked = part.blueprint if isinstance(part, AssessmentPart) else None
    return {
        "part": part,
        "kind": KIND_WORDS[part.kind],
        "pages": count_pages(part, locale_code()),
        "questions": sum(one.count for one in asked.draws) if asked is not None else None,
        "mark": asked.pass_mark if asked is not None else None,
    }


def _reading(parts: tuple[Part, ...]) -> dict[str, Any] | None:
    """Return the page of a text that the address names, or the first page of the first text."""
    texts = [one for one in parts if isinstance(one, TextPart)]
    chosen = next((one for one in texts if one.id == request.args.get("part")), None)
    part = chosen or next(iter(texts), None)
    pages = pages_of(part.text.pick(locale_code())) if part is not None else []
    if part is None or not pages:
        return None
    number = min(max(request.args.get("page", 1, int), 1), len(pages))
    page = pages[number - 1]
    return {
        "part": part,
        "number": number,
        "total": len(pages),
        "heading": page.title,
        "text": render_markdown(page.text),
    }


def _chosen(versions: list[CourseVersion]) -> CourseVersion | None:
    wanted = request.args.get("version", type=int)
    return next((one for one in versions if one.number == wanted), None)


def _details(form: Form) -> Details:
    data = form.data
    return Details(
        LocalizedText(zh=data["title_zh"], en=data["title_en"]),
        LocalizedText(zh=data["description_zh"], en=data["description_en"]),
        Category(data["category"]),
        tags_of(data["tags"]),
    )


def _owner(session: Session, employee_no: str) -> UUID | None:
    """Return whom an employee number names; raise InvalidInput when it names nobody."""
    if not employee_no:
        return None
    found = find_by_employee_no(session, employee_no)
    if found is None:
        said = N_("Nobody on the roster has this employee number")
        raise InvalidInput(said, fields={"owner": [said]})
    return found.id


def _employee_no(person_id: UUID | None) -> str:
    found = find_person(current_uow().session, person_id) if person_id is not None else None
    return found.employee_no if found is not None else ""


def _course_form(form: Form, course: Course | None) -> str:
    labels = {
        "code": _("Code"),
        "title_zh": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "description_zh": _("What it is about, in Chinese"),
        "description_en": _("What it is about, in English"),
        "category": _("Category"),
        "tags": _("Tags"),
        "owner": _("Who looks after it"),
    }
    return render_template(
        "training/course_form.html", form=form, course=course, labels=labels, categories=CATEGORY_WORDS
    )
