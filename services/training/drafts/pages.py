"""Pages on which a draft is written: the version as a whole, its parts in their order, each with its own form."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.courses.commands import edit_draft, publish_version, start_draft
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import find_version, get_course
from services.training.courses.rules import (
    MAX_PARTS,
    VersionStatus,
    check_publishable,
    count_pages,
    pages_of,
)
from services.training.drafts.commands import (
    MAX_DOCUMENT,
    MAX_VIDEO,
    retire_course,
    take_document,
    take_video,
    write_parts,
)
from services.training.drafts.rules import (
    Change,
    PartChange,
    changes,
    move_part,
    new_part,
    put_part,
    remove_part,
)
from services.training.drafts.schemas import (
    DRAWS,
    SettingsSchema,
    part_of,
    part_schema,
    part_values,
    settings_of,
    settings_values,
)
from services.training.parts.rules import (
    KIND_WORDS,
    AssessmentPart,
    DocumentPart,
    Part,
    PartKind,
    VideoPart,
    find_part,
)
from services.training.permissions import COURSES_EDIT
from services.training.questions.queries import count_questions, list_topics
from shared.core.errors import DomainError, InvalidInput, NotFound
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code, say
from shared.web.markdown import render_markdown
from shared.web.uploads import file_store, takes_upload, uploaded

bp = Blueprint("training_drafts", __name__, url_prefix="/training/courses/<uuid:course_id>")


@bp.post("/draft/new")
@guard(COURSES_EDIT)
def begin(course_id: UUID) -> Response:
    """Begin the next version of a course."""
    uow = current_uow()
    start_draft(uow, get_course(uow.session, course_id), actor=current_principal(), now=now())
    return redirect(_here(course_id), 303)


@bp.get("/draft")
@guard(COURSES_EDIT)
def draft_page(course_id: UUID) -> str:
    """The draft: what it says as a whole, and its parts."""
    course, draft = _draft(course_id)
    return _draft_page(course, draft, Form(SettingsSchema(), settings_values(draft.content)))


@bp.post("/draft")
@guard(COURSES_EDIT)
def save(course_id: UUID) -> Response | tuple[str, int]:
    """Save what a draft says as a whole; with the button "publish", publish it as well."""
    course, draft = _draft(course_id)
    form = Form(SettingsSchema())
    uow, principal = current_uow(), current_principal()
    publish = request.form.get("then") == "publish"
    if form.validate():
        try:
            edit_draft(uow, draft, settings_of(draft.content, form.data), actor=principal, now=now())
            if publish:
                publish_version(uow, draft, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            if publish:
                flash(_("Version %(number)s is published.", number=draft.number), "eligible")
                return redirect(f"/training/courses/{course_id}", 303)
            flash(_("The draft is saved."), "eligible")
            return redirect(_here(course_id), 303)
    return _draft_page(course, draft, form), 422


@bp.get("/draft/parts/new")
@guard(COURSES_EDIT)
def new_part_page(course_id: UUID) -> str:
    """The form for a part that is not there yet."""
    course, draft = _draft(course_id)
    part = _blank(draft)
    return _part_page(course, draft, part, Form(part_schema(part.kind), part_values(part)))


@bp.post("/draft/parts/new")
@guard(COURSES_EDIT)
@takes_upload(MAX_VIDEO)
def add_part(course_id: UUID) -> Response | tuple[str, int]:
    """Add a part at the end."""
    course, draft = _draft(course_id)
    return _save_part(course, draft, _blank(draft))


@bp.get("/draft/parts/<part_id>")
@guard(COURSES_EDIT)
def part_page(course_id: UUID, part_id: str) -> str:
    """The form for a part."""
    course, draft = _draft(course_id)
    part = _part(draft, part_id)
    return _part_page(course, draft, part, Form(part_schema(part.kind), part_values(part)))


@bp.post("/draft/parts/<part_id>")
@guard(COURSES_EDIT)
@takes_upload(MAX_VIDEO)
def save_part(course_id: UUID, part_id: str) -> Response | tuple[str, int]:
    """Save a part."""
    course, draft = _draft(course_id)
    return _save_part(course, draft, _part(draft, part_id))


@bp.post("/draft/parts/<part_id>/move")
@guard(COURSES_EDIT)
def move(course_id: UUID, part_id: str) -> Response:
    """Move a part up or down."""
    draft = _draft(course_id)[1]
    by = -1 if request.form.get("to") == "up" else 1
    parts = move_part(draft.content.parts, part_id, by)
    write_parts(current_uow(), draft, parts, actor=current_principal(), now=now())
    return redirect(f"{_here(course_id)}#part-{part_id}", 303)


@bp.post("/draft/parts/<part_id>/remove")
@guard(COURSES_EDIT)
def remove(course_id: UUID, part_id: str) -> Response:
    """Take a part out."""
    draft = _draft(course_id)[1]
    parts = remove_part(draft.content.parts, part_id)
    write_parts(current_uow(), draft, parts, actor=current_principal(), now=now())
    flash(_("The part is taken out."), "notice")
    return redirect(_here(course_id), 303)


@bp.get("/draft/changes")
@guard(COURSES_EDIT)
def changes_page(course_id: UUID) -> str:
    """What is different from the version published now."""
    course, draft = _draft(course_id)
    published = find_version(current_uow().session, course_id, VersionStatus.PUBLISHED)
    before = published.content.parts if published is not None else ()
    return render_template(
        "training/draft_changes.html",
        course=course,
        draft=draft,
        published=published,
        rows=[_change_row(one) for one in changes(before, draft.content.parts, locale_code())],
    )


@bp.post("/retire")
@guard(COURSES_EDIT)
def retire(course_id: UUID) -> Response:
    """Retire a course that nothing needs any more."""
    uow = current_uow()
    retire_course(uow, get_course(uow.session, course_id), actor=current_principal(), now=now())
    flash(_("The course is retired."), "notice")
    return redirect(f"/training/courses/{course_id}", 303)


def _here(course_id: UUID) -> str:
    return f"/training/courses/{course_id}/draft"


def _draft(course_id: UUID) -> tuple[Course, CourseVersion]:
    session = current_uow().session
    course = get_course(session, course_id)
    draft = find_version(session, course_id, VersionStatus.DRAFT)
    if draft is None:
        raise NotFound(N_("This course has no draft; begin a new version first"))
    return course, draft


def _part(draft: CourseVersion, part_id: str) -> Part:
    found = find_part(draft.content.parts, part_id)
    if found is None:
        raise NotFound(N_("There is no such part of this course"))
    return found


def _blank(draft: CourseVersion) -> Part:
    kind = request.args.get("kind", "")
    if kind not in list(PartKind):
        raise NotFound(N_("There is no such kind of part"))
    return new_part(PartKind(kind), draft.content.parts)


def _save_part(course: Course, draft: CourseVersion, part: Part) -> Response | tuple[str, int]:
    form = Form(part_schema(part.kind))
    if not form.validate():
        return _part_page(course, draft, part, form), 422
    written = part_of(part, form.data)
    if request.form.get("then") == "preview":
        return _part_page(course, draft, written, form, preview=True), 200
    uow, principal = current_uow(), current_principal()
    try:
        written = _with_files(written)
        parts = put_part(draft.content.parts, written)
        if len(parts) > MAX_PARTS:
            raise InvalidInput(N_("At most %(n)s parts", n=MAX_PARTS))
        write_parts(uow, draft, parts, actor=principal, now=now())
    except DomainError as error:
        form.reject(error)
        return _part_page(course, draft, part, form), 422
    flash(_("“%(part)s” is saved.", part=say(written.title) or say(KIND_WORDS[written.kind])), "eligible")
    return redirect(f"{_here(course.id)}#part-{written.id}", 303)


def _with_files(part: Part) -> Part:
    """Return the part with the files that were chosen, and without those to be taken out."""
    uow, store, principal = current_uow(), file_store(), current_principal()
    if isinstance(part, VideoPart):
        file = uploaded("file")
        return take_video(uow, store, part, file.stream, now=now()) if file is not None else part
    if not isinstance(part, DocumentPart):
        return part
    for locale in ("zh", "en"):
        file = uploaded(f"file_{locale}")
        if file is not None:
            part = take_document(uow, store, part, locale, file.stream, actor=principal, now=now())
        elif request.form.get(f"drop_{locale}"):
            gone: dict[str, Any] = {f"file_{locale}": "", f"pages_{locale}": 0}
            part = replace(part, **gone)
    return part


def _draft_page(course: Course, draft: CourseVersion, form: Form) -> str:
    content = draft.content
    problems: dict[str, list[str]] = {}
    try:
        check_publishable(content, first=draft.number == 1)
    except InvalidInput as error:
        problems = {name: [say(one) for one in found] for name, found in error.fields.items()}
    # What publishing refused stands on top; what a part still needs stands beside it in any case.
    problems |= {name: found for name, found in form.errors.items() if name.startswith("part-")}
    rows = [
        {
            "part": one,
            "kind": KIND_WORDS[one.kind],
            "detail": _detail(one),
            "problems": problems.get(f"part-{one.id}", []),
        }
        for one in content.parts
    ]
    labels = {
        "minutes": _("Minutes"),
        "valid_months": _("Certificate valid for (months)"),
        "retrain": _("The already certified take it, too"),
        "retrain_days": _("Within how many days"),
        "parts": _("Parts"),
    }
    labels |= {f"part-{one.id}": say(one.title) or say(KIND_WORDS[one.kind]) for one in content.parts}
    return render_template(
        "training/draft.html",
        course=course,
        draft=draft,
        form=form,
        rows=rows,
        ready=not problems,
        kinds=KIND_WORDS,
        labels=labels,
        here=_here(course.id),
    )


def _detail(part: Part) -> str:
    """Return what a list says of a part besides its title."""
    if isinstance(part, DocumentPart):
        named = ((_("Chinese"), part.file_zh, part.pages_zh), (_("English"), part.file_en, part.pages_en))
        return ", ".join(
            _("%(language)s, %(pages)s pages", language=language, pages=pages)
            for language, file, pages in named
            if file
        )
    if isinstance(part, VideoPart) and part.file:
        return str(_("%(minutes)s min %(seconds)s s", minutes=part.seconds // 60, seconds=part.seconds % 60))
    if isinstance(part, AssessmentPart):
        asked = sum(one.count for one in part.blueprint.draws)
        return str(_("%(asked)s questions, %(mark)s %% to pass", asked=asked, mark=part.blueprint.pass_mark))
    pages = count_pages(part, locale_code())
    return _("%(pages)s pages", pages=pages) if pages else ""


def _part_page(course: Course, draft: CourseVersion, part: Part, form: Form, *, preview: bool = False) -> str:
    session = current_uow().session
    topics: list[tuple[str, str]] = []
    if part.kind is PartKind.ASSESSMENT:
        counts = count_questions(session)
        topics = [("", "—")] + [
            (str(one.id), f"{say(one.title)} ({counts.get(one.id, 0)})") for one in list_topics(session)
        ]
    return render_template(
        "training/draft_part.html",
        course=course,
        draft=draft,
        part=part,
        kind=part.kind.value,
        kind_word=KIND_WORDS[part.kind],
        form=form,
        topics=topics,
        draws=DRAWS,
        preview=_preview(part) if preview else [],
        labels=_labels(),
        here=_here(course.id),
        most=MAX_DOCUMENT // 2**20,
        most_video=MAX_VIDEO // 2**20,
    )


def _preview(part: Part) -> list[dict[str, Any]]:
    """Return the pages of a text as learners would see them, in both languages."""
    text = getattr(part, "text", None)
    if text is None:
        return []
    return [
        {"language": word, "lang": locale, "heading": page.title, "text": render_markdown(page.text)}
        for locale, word in (("zh", _("Chinese")), ("en", _("English")))
        for page in pages_of(getattr(text, locale))
    ]


def _change_row(one: PartChange) -> dict[str, Any]:
    part = one.after or one.before
    assert part is not None
    rows = [{"kind": kind.value, "before": before, "after": after} for kind, before, after in one.lines]
    said = [row for row in rows if row["kind"] != Change.SAME]
    return {
        "part": part,
        "kind": KIND_WORDS[part.kind],
        "change": one.change.value,
        "rows": rows if said else [],
    }


def _labels() -> dict[str, str]:
    """Return what the summary of errors calls each field."""
    labels = {
        "title_zh": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "text_zh": _("Text in Chinese"),
        "text_en": _("Text in English"),
        "url": _("Address"),
        "statement_zh": _("What is signed, in Chinese"),
        "statement_en": _("What is signed, in English"),
        "hint_zh": _("What is to be handed in, in Chinese"),
        "hint_en": _("What is to be handed in, in English"),
        "file": _("Video"),
        "file_zh": _("PDF in Chinese"),
        "file_en": _("PDF in English"),
        "pass_mark": _("Pass mark in percent"),
        "max_attempts": _("Attempts"),
        "wait_hours": _("Waiting time between two attempts (hours)"),
        "minutes": _("Time limit (minutes)"),
    }
    for number in range(1, DRAWS + 1):
        labels |= {
            f"topic-{number}": _("Topic %(number)s", number=number),
            f"count-{number}": _("Questions from topic %(number)s", number=number),
        }
    return labels
