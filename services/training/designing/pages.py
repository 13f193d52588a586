"""Pages of designs: the list with which courses take which, the editor, and the preview."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.courses.queries import courses_by_id, list_courses
from services.training.courses.rules import CATEGORY_WORDS, Category
from services.training.designing.commands import MAX_PICTURE, PLACES, preview, take_pictures
from services.training.designing.schemas import (
    ChoiceSchema,
    NewDesignSchema,
    content_of,
    draft_schema,
    form_values,
)
from services.training.designs.commands import (
    choose_design,
    create_design,
    edit_draft,
    publish_version,
    start_draft,
)
from services.training.designs.models import Design, DesignVersion
from services.training.designs.queries import (
    current_versions,
    find_version,
    get_design,
    list_choices,
    list_designs,
    list_versions,
)
from services.training.designs.rules import (
    MAX_SIGNATORIES,
    PLACEHOLDER_WORDS,
    STANDARD,
    STANDARD_NAME,
    STATUS_WORDS,
    DesignContent,
    DesignStatus,
    check_content,
)
from services.training.permissions import DESIGNS_EDIT, DESIGNS_READ
from services.training.printing.rules import LANGUAGES
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_, LocalizedText
from shared.db.paging import MAX_LIMIT
from shared.documents import page_picture
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.uploads import file_store, takes_upload, uploaded

bp = Blueprint("training_designs", __name__, url_prefix="/training/certificates/designs")

_PICTURE_WIDTH = 1200


@bp.get("")
@guard(DESIGNS_READ)
def design_list() -> str:
    """All designs, and by which one certificates of which courses are printed."""
    return _list_page(Form(NewDesignSchema()), Form(ChoiceSchema()))


@bp.post("/new")
@guard(DESIGNS_EDIT)
def create() -> Response | tuple[str, int]:
    """Create a design, which begins as the standard one, and go on to its draft."""
    form = Form(NewDesignSchema())
    if not form.validate():
        return _list_page(form, Form(ChoiceSchema())), 422
    name = LocalizedText(zh=form.data["name_zh"], en=form.data["name_en"])
    design = create_design(current_uow(), name, STANDARD, actor=current_principal(), now=now())
    flash(_("The design is there, as a copy of the standard one. Change it as you like."), "eligible")
    return redirect(f"/training/certificates/designs/{design.id}/draft", 303)


@bp.post("/choose")
@guard(DESIGNS_EDIT)
def choose() -> Response | tuple[str, int]:
    """Have the certificates of a course, of a category, or all others printed by a design from now on."""
    form = Form(ChoiceSchema())
    if form.validate():
        kind, _slash, value = form.data["scope"].partition("/")
        try:
            choose_design(
                current_uow(), form.data["design_id"], course_id=UUID(value) if kind == "course" else None,
                category=Category(value) if kind == "category" else None, actor=current_principal(), now=now(),
            )  # fmt: skip
        except ValueError:
            form.errors = {"scope": [_("There is no such course")]}
        except DomainError as error:
            form.reject(error)
        else:
            flash(
                _("New certificates are printed like this from now on; those that were issued stay."),
                "eligible",
            )
            return redirect("/training/certificates/designs", 303)
    return _list_page(Form(NewDesignSchema()), form), 422


@bp.get("/<uuid:design_id>")
@guard(DESIGNS_READ)
def design_page(design_id: UUID) -> str:
    """One design: its versions, the chosen one as a picture of the real page."""
    session = current_uow().session
    versions = list_versions(session, design_id)
    design = get_design(session, design_id)
    wanted = request.args.get("version", type=int)
    return render_template(
        "training/design.html",
        design=design,
        versions=versions,
        version=next((one for one in versions if one.number == wanted), versions[0]),
        draft=next((one for one in versions if one.status is DesignStatus.DRAFT), None),
        status_words=STATUS_WORDS,
        languages=LANGUAGES,
        edits=allows(DESIGNS_EDIT),
    )


@bp.post("/<uuid:design_id>/draft/new")
@guard(DESIGNS_EDIT)
def begin_draft(design_id: UUID) -> Response:
    """Begin the next version of a design."""
    uow = current_uow()
    start_draft(uow, get_design(uow.session, design_id), actor=current_principal(), now=now())
    return redirect(f"/training/certificates/designs/{design_id}/draft", 303)


@bp.get("/<uuid:design_id>/draft")
@guard(DESIGNS_EDIT)
def draft_page(design_id: UUID) -> str:
    """The form in which a draft is written, with its preview."""
    design, draft = _draft(design_id)
    return _draft_page(design, draft, Form(draft_schema(), form_values(draft.value)))


@bp.post("/<uuid:design_id>/draft")
@guard(DESIGNS_EDIT)
@takes_upload(len(PLACES) * MAX_PICTURE)
def save_draft(design_id: UUID) -> Response | tuple[str, int]:
    """Save a draft; with the button "publish", publish it as well."""
    design, draft = _draft(design_id)
    form, publish = Form(draft_schema()), request.form.get("then") == "publish"
    uow, principal = current_uow(), current_principal()
    if form.validate():
        try:
            # The texts before the pictures: what is wrong with several is said at once, and nothing kept for naught.
            check_content(content_of(form.data, {}))
            edit_draft(uow, draft, _content(form, draft.value), actor=principal, now=now())
            if publish:
                publish_version(uow, draft, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            if publish:
                flash(_("Version %(number)s is published.", number=draft.number), "eligible")
                return redirect(f"/training/certificates/designs/{design_id}", 303)
            flash(_("The draft is saved; the preview shows it."), "eligible")
            return redirect(f"/training/certificates/designs/{design_id}/draft", 303)
    return _draft_page(design, draft, form), 422


@bp.get("/standard/preview.<any(pdf, png):kind>")
@guard(DESIGNS_READ)
def standard_preview(kind: str) -> Response:
    """The standard design, drawn."""
    return _preview(STANDARD, kind)


@bp.get("/<uuid:design_id>/<int:number>/preview.<any(pdf, png):kind>")
@guard(DESIGNS_READ)
def version_preview(design_id: UUID, number: int, kind: str) -> Response:
    """A version of a design, drawn as its certificates are."""
    versions = list_versions(current_uow().session, design_id)
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        raise NotFound(N_("There is no such design"))
    return _preview(version.value, kind)


def _preview(content: DesignContent, kind: str) -> Response:
    language = request.args.get("language", "both")
    language = language if language in LANGUAGES else "both"
    pdf = preview(current_uow(), content, language, this_app().settings)
    if kind == "pdf":
        return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": "inline"})
    return Response(page_picture(pdf, width=_PICTURE_WIDTH), mimetype="image/png")


def _content(form: Form, before: DesignContent) -> DesignContent:
    given = {place: file.stream for place in PLACES if (file := uploaded(place)) is not None}
    dropped = {place: bool(form.data[f"drop_{place}"]) for place in PLACES}
    pictures = take_pictures(current_uow(), file_store(), before, given, dropped, now=now())
    return content_of(form.data, pictures)


def _draft(design_id: UUID) -> tuple[Design, DesignVersion]:
    session = current_uow().session
    design = get_design(session, design_id)
    draft = find_version(session, design_id, DesignStatus.DRAFT)
    if draft is None:
        raise NotFound(N_("This design has no draft; begin a new version first"))
    return design, draft


def _list_page(new: Form, choice: Form) -> str:
    session = current_uow().session
    versions = current_versions(session)
    designs = list_designs(session)
    choices = [one for one in list_choices(session) if one.design_id is not None]
    return render_template(
        "training/design_list.html",
        rows=[
            {
                "design": one,
                "published": versions.get((one.id, DesignStatus.PUBLISHED)),
                "draft": versions.get((one.id, DesignStatus.DRAFT)),
            }
            for one in designs
        ],
        standard=STANDARD_NAME,
        choices=choices,
        chosen_courses=courses_by_id(session, [one.course_id for one in choices if one.course_id]),
        courses=list_courses(session, drafts=True, limit=MAX_LIMIT).items,
        categories=CATEGORY_WORDS,
        by_id={one.id: one for one in designs},
        publishable=[one for one in designs if (one.id, DesignStatus.PUBLISHED) in versions],
        new=new,
        choice=choice,
        labels={"name_zh": _("Name in Chinese"), "name_en": _("Name in English")},
        choice_labels={"scope": _("Certificates of"), "design_id": _("Design")},
        edits=allows(DESIGNS_EDIT),
    )


def _draft_page(design: Design, draft: DesignVersion, form: Form) -> str:
    return render_template(
        "training/design_draft.html",
        design=design,
        draft=draft,
        form=form,
        labels=_labels(),
        placeholders=PLACEHOLDER_WORDS,
        signatories=range(1, MAX_SIGNATORIES + 1),
        pictures=draft.value.pictures,
        places={"logo": _("Logo"), "seal": _("Seal"), "background": _("Background")},
    )


def _labels() -> dict[str, Any]:
    """Return what the form and the summary of errors call each field."""
    zh, en = _("in Chinese"), _("in English")
    names = {
        "brand": _("Organisation"),
        "heading": _("Heading"),
        "statement": _("Sentence without a score"),
        "scored": _("Sentence with a score"),
        "note": _("Note at the foot"),
    }
    tags = (("zh", zh), ("en", en))
    labels = {f"{code}_{tag}": f"{name} {word}" for code, name in names.items() for tag, word in tags}
    for number in range(1, MAX_SIGNATORIES + 1):
        for code, name in (("name", _("Name")), ("role", _("Position"))):
            for tag, word in tags:
                labels[f"{code}_{tag}-{number}"] = (
                    f"{_('Signatory %(number)s', number=number)}: {name} {word}"
                )
    return labels | {
        "accent": _("Colour"), "logo": _("Logo"), "seal": _("Seal"), "background": _("Background"),
    }  # fmt: skip
