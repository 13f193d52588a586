"""Pages on which trainers describe entries, write drafts with files, publish and retire them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.library.commands import (
    create_entry,
    describe_entry,
    edit_draft,
    publish_version,
    retire_entry,
    start_draft,
)
from services.training.library.models import LibraryEntry, LibraryVersion
from services.training.library.queries import find_version, get_audience, get_entry, visible_entries
from services.training.library.rules import (
    KIND_WORDS,
    Content,
    EntryFile,
    EntryKind,
    VersionStatus,
    links_text,
)
from services.training.library.schemas import (
    DescriptionFormSchema,
    DraftFormSchema,
    audience_of,
    content_of_form,
    description_form,
    description_of_form,
)
from services.training.permissions import LIBRARY_EDIT
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_
from shared.files import FileKind, clean_name
from shared.messages.people import Position, ProductLine, Region
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.uploads import file_store, takes_upload, uploaded

bp = Blueprint("training_librarian", __name__, url_prefix="/training/library")

MAX_FILE = 200 * 2**20
_ALLOWED = frozenset(FileKind) - {FileKind.SVG}
_LINES, _REGIONS, _POSITIONS = (
    [(one.value, one.label) for one in kind] for kind in (ProductLine, Region, Position)
)


@bp.get("/new")
@guard(LIBRARY_EDIT)
def new_entry() -> str:
    """The form for a new entry."""
    kind = request.args.get("kind", "")
    chosen = kind if kind in list(EntryKind) else EntryKind.PRODUCT.value
    return _description_page(Form(DescriptionFormSchema(), {"kind": chosen}), None)


@bp.post("/new")
@guard(LIBRARY_EDIT)
def create() -> Response | tuple[str, int]:
    """Create an entry and go on to its first draft."""
    form, uow, principal = Form(DescriptionFormSchema()), current_uow(), current_principal()
    if form.validate():
        try:
            entry = create_entry(
                uow,
                description_of_form(form.data),
                audience=audience_of(form.data, "audience_"),
                owner_id=principal.person_id,
                actor=principal,
                now=now(),
            )
            start_draft(uow, entry, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The entry is there. Now write its first version."), "eligible")
            return redirect(f"/training/library/{entry.id}/draft", 303)
    return _description_page(form, None), 422


@bp.get("/<uuid:entry_id>/describe")
@guard(LIBRARY_EDIT)
def describe_page(entry_id: UUID) -> str:
    """The form for what an entry is called and whom it is for."""
    entry = _entry(entry_id)
    audience = get_audience(current_uow().session, entry)
    return _description_page(
        Form(DescriptionFormSchema(), description_form(entry.description, audience)), entry
    )


@bp.post("/<uuid:entry_id>/describe")
@guard(LIBRARY_EDIT)
def describe(entry_id: UUID) -> Response | tuple[str, int]:
    """Change what an entry is called and whom it is for."""
    form, uow, entry = Form(DescriptionFormSchema()), current_uow(), _entry(entry_id)
    before = get_audience(uow.session, entry)
    if form.validate():
        # Conditions that this form does not show, such as a date of hire, stay as they are.
        shown = audience_of(form.data, "audience_")
        audience = replace(
            before,
            positions=shown.positions,
            regions=shown.regions,
            product_lines=shown.product_lines,
        )
        try:
            describe_entry(
                uow,
                entry,
                description_of_form(form.data),
                audience=audience,
                actor=current_principal(),
                now=now(),
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The entry is described anew."), "eligible")
            return redirect(f"/training/library/{entry_id}", 303)
    return _description_page(form, entry), 422


@bp.post("/<uuid:entry_id>/draft/new")
@guard(LIBRARY_EDIT)
def begin_draft(entry_id: UUID) -> Response:
    """Begin the next version of an entry."""
    start_draft(current_uow(), _entry(entry_id), actor=current_principal(), now=now())
    return redirect(f"/training/library/{entry_id}/draft", 303)


@bp.get("/<uuid:entry_id>/draft")
@guard(LIBRARY_EDIT)
def draft_page(entry_id: UUID) -> str:
    """The form in which a draft is written."""
    entry, draft = _draft(entry_id)
    content = draft.content
    values = {
        "text_zh": content.text.zh,
        "text_en": content.text.en,
        "links": links_text(content.links),
        "source": content.source,
        "source_on": content.source_on.isoformat() if content.source_on else "",
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
    }
    return _draft_page(entry, draft, Form(DraftFormSchema(), values))


@bp.post("/<uuid:entry_id>/draft")
@guard(LIBRARY_EDIT)
@takes_upload(MAX_FILE)
def save_draft(entry_id: UUID) -> Response | tuple[str, int]:
    """Save a draft with the file chosen; with the button "publish", publish it as well."""
    entry, draft = _draft(entry_id)
    form, uow, principal = Form(DraftFormSchema()), current_uow(), current_principal()
    publish = request.form.get("then") == "publish"
    if form.validate():
        try:
            edit_draft(uow, draft, _content(form, draft.content), actor=principal, now=now())
            if publish:
                publish_version(uow, entry, draft, actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            if publish:
                flash(_("Version %(number)s is published.", number=draft.number), "eligible")
                return redirect(f"/training/library/{entry_id}", 303)
            flash(_("The draft is saved."), "eligible")
            return redirect(f"/training/library/{entry_id}/draft", 303)
    return _draft_page(entry, draft, form), 422


@bp.post("/<uuid:entry_id>/retire")
@guard(LIBRARY_EDIT)
def retire(entry_id: UUID) -> Response:
    """Take an entry out of the library."""
    retire_entry(current_uow(), _entry(entry_id), actor=current_principal(), now=now())
    flash(_("The entry was taken out of the library."), "eligible")
    return redirect(f"/training/library/{entry_id}", 303)


def _entry(entry_id: UUID) -> LibraryEntry:
    session = current_uow().session
    return get_entry(session, entry_id, visible_entries(session, current_principal()), drafts=True)


def _draft(entry_id: UUID) -> tuple[LibraryEntry, LibraryVersion]:
    entry = _entry(entry_id)
    draft = find_version(current_uow().session, entry_id, VersionStatus.DRAFT)
    if draft is None:
        raise NotFound(N_("This entry has no draft; begin a new version first"))
    return entry, draft


def _content(form: Form, before: Content) -> Content:
    """Return what the form makes of a draft: the files there were, without those taken out, and the one chosen."""
    kept = tuple(one for one in before.files if f"remove-{one.sha256}" not in request.form)
    chosen = uploaded()
    if chosen is not None:
        stored = file_store().keep(
            current_uow(), chosen.stream, allow=_ALLOWED, max_bytes=MAX_FILE, now=now()
        )
        locale = request.form.get("file_locale", "")
        name = clean_name(chosen.filename or "", stored.kind)
        file = EntryFile(stored.sha256, name, locale if locale in ("zh", "en") else "")
        kept = (*(one for one in kept if one.sha256 != file.sha256), file)
    return content_of_form(form.data, kept)


def _description_page(form: Form, entry: LibraryEntry | None) -> str:
    return render_template(
        "training/library_description.html",
        form=form,
        entry=entry,
        kinds=KIND_WORDS,
        lines=_LINES,
        regions=_REGIONS,
        positions=_POSITIONS,
        labels={
            "kind": _("Kind"),
            "title_zh": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "summary_zh": _("Summary in Chinese"),
            "summary_en": _("Summary in English"),
            "tags": _("Tags"),
        },
    )


def _draft_page(entry: LibraryEntry, draft: LibraryVersion, form: Form) -> str:
    return render_template(
        "training/library_draft.html",
        entry=entry,
        draft=draft,
        files=draft.content.files,
        form=form,
        labels=_draft_labels(),
    )


def _draft_labels() -> dict[str, Any]:
    return {
        "text_zh": _("Text in Chinese"),
        "text_en": _("Text in English"),
        "file": _("File"),
        "links": _("Links"),
        "source": _("Source"),
        "source_on": _("Date of the source"),
        "valid_until": _("Valid until"),
    }
