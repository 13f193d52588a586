"""Pages of courses: for everybody what is published, for trainers drafts as well."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.courses.commands import create_course, edit_draft, publish_version, start_draft
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import (
    find_version,
    get_course,
    list_courses,
    list_versions,
    versions_of,
)
from services.training.courses.rules import (
    CATEGORY_WORDS,
    MAX_QUESTIONS,
    STATUS_WORDS,
    Category,
    VersionStatus,
    pages_of,
)
from services.training.courses.schemas import NewCourseSchema, content_of, draft_schema, form_values
from services.training.permissions import COURSES_EDIT, COURSES_READ
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_, LocalizedText
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code

bp = Blueprint("training_courses", __name__, url_prefix="/training/courses")

# Empty places for questions below those there are; saving gives the next ones.
_SPARE = 2


@bp.get("")
@guard(COURSES_READ)
def course_list() -> str:
    """The courses, by code; trainers see those without a published version too."""
    session = current_uow().session
    wanted = request.args.get("category", "")
    category = Category(wanted) if wanted in list(Category) else None
    edits = allows(COURSES_EDIT)
    page = list_courses(session, category=category, drafts=edits, cursor=request.args.get("cursor"))
    versions = versions_of(
        session, [one.id for one in page.items], VersionStatus.PUBLISHED, VersionStatus.DRAFT
    )
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
        category=wanted,
        categories=CATEGORY_WORDS,
        edits=edits,
    )


@bp.get("/new")
@guard(COURSES_EDIT)
def new_course() -> str:
    """The form for a new course."""
    return _new_course_page(Form(NewCourseSchema(), {"category": Category.PRODUCT.value}))


@bp.post("/new")
@guard(COURSES_EDIT)
def create() -> Response | tuple[str, int]:
    """Create a course and go on to its draft."""
    form = Form(NewCourseSchema())
    principal = current_principal()
    if form.validate():
        try:
            course = create_course(
                current_uow(),
                code=form.data["code"],
                title=LocalizedText(zh=form.data["title_zh"], en=form.data["title_en"]),
                category=Category(form.data["category"]),
                owner_id=principal.person_id,
                actor=principal,
                now=now(),
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The course is there. Now write its first version."), "eligible")
            return redirect(f"/training/courses/{course.id}/draft", 303)
    return _new_course_page(form), 422


@bp.get("/<uuid:course_id>")
@guard(COURSES_READ)
def course_page(course_id: UUID) -> str:
    """One course, to be leafed through; trainers may look at any version."""
    session = current_uow().session
    edits = allows(COURSES_EDIT)
    course = get_course(session, course_id, drafts=edits)
    versions = list_versions(session, course_id) if edits else []
    version = _chosen(versions) or find_version(session, course_id, VersionStatus.PUBLISHED)
    pages = pages_of(version.body.pick(locale_code())) if version is not None else []
    number = min(max(request.args.get("page", 1, int), 1), max(len(pages), 1))
    return render_template(
        "training/course.html",
        course=course,
        version=version,
        versions=versions,
        pages=pages,
        number=number,
        edits=edits,
        draft=next((one for one in versions if one.status is VersionStatus.DRAFT), None),
        category_word=CATEGORY_WORDS[course.category],
        status_words=STATUS_WORDS,
    )


@bp.post("/<uuid:course_id>/draft/new")
@guard(COURSES_EDIT)
def begin_draft(course_id: UUID) -> Response:
    """Begin the next version of a course."""
    uow = current_uow()
    start_draft(uow, get_course(uow.session, course_id), actor=current_principal(), now=now())
    return redirect(f"/training/courses/{course_id}/draft", 303)


@bp.get("/<uuid:course_id>/draft")
@guard(COURSES_EDIT)
def draft_page(course_id: UUID) -> str:
    """The form in which a draft is written."""
    course, draft = _draft(course_id)
    places = min(len(draft.quiz) + _SPARE, MAX_QUESTIONS)
    form = Form(draft_schema(places), form_values(draft.content, places))
    return _draft_page(course, draft, form, places)


@bp.post("/<uuid:course_id>/draft")
@guard(COURSES_EDIT)
def save_draft(course_id: UUID) -> Response | tuple[str, int]:
    """Save a draft; with the button "publish", publish it as well."""
    course, draft = _draft(course_id)
    places = min(max(request.form.get("questions", 0, int), 0), MAX_QUESTIONS)
    form = Form(draft_schema(places))
    uow, principal = current_uow(), current_principal()
    publish = request.form.get("then") == "publish"
    if form.validate():
        try:
            edit_draft(uow, draft, content_of(form.data, places), actor=principal, now=now())
            if publish:
                publish_version(uow, draft, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            if publish:
                flash(_("Version %(number)s is published.", number=draft.number), "eligible")
                return redirect(f"/training/courses/{course_id}", 303)
            flash(_("The draft is saved."), "eligible")
            return redirect(f"/training/courses/{course_id}/draft", 303)
    return _draft_page(course, draft, form, places), 422


def _chosen(versions: list[CourseVersion]) -> CourseVersion | None:
    wanted = request.args.get("version", type=int)
    return next((one for one in versions if one.number == wanted), None)


def _draft(course_id: UUID) -> tuple[Course, CourseVersion]:
    session = current_uow().session
    course = get_course(session, course_id)
    draft = find_version(session, course_id, VersionStatus.DRAFT)
    if draft is None:
        raise NotFound(N_("This course has no draft; begin a new version first"))
    return course, draft


def _new_course_page(form: Form) -> str:
    return render_template(
        "training/course_new.html", form=form, labels=_labels(0), categories=CATEGORY_WORDS
    )


def _draft_page(course: Course, draft: CourseVersion, form: Form, places: int) -> str:
    return render_template(
        "training/course_draft.html",
        course=course,
        draft=draft,
        form=form,
        places=places,
        labels=_labels(places),
    )


def _labels(places: int) -> dict[str, Any]:
    """Return what the summary of errors calls each field."""
    labels = {
        "code": _("Code"),
        "title_zh": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "category": _("Category"),
        "text_zh": _("Text in Chinese"),
        "text_en": _("Text in English"),
        "minutes": _("Minutes"),
        "pass_mark": _("Pass mark in percent"),
        "valid_months": _("Certificate valid for (months)"),
    }
    for number in range(1, places + 1):
        question = _("Question %(number)s", number=number)
        for part in ("question_zh", "question_en", "options_zh", "options_en", "answer"):
            labels[f"{part}-{number}"] = question
    return labels
