"""Pages: read a policy; write, review and publish its versions."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _

from services.compliance import permissions as p
from services.compliance.policies import commands, queries
from services.compliance.policies.rules import blocks
from services.compliance.policies.schemas import PolicyFormSchema, TextFormSchema
from shared.core.errors import DomainError, InvalidInput, NotFound
from shared.core.text import LOCALES, N_, LocalizedText
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code

pages = Blueprint("policies", __name__, url_prefix="/compliance/policies")

_WRITING = {
    "submit": (
        commands.submit_version,
        N_("The version was put forward. A second person can approve it now."),
    ),
    "publish": (commands.publish_version, N_("The version is in force.")),
}
_REVIEW = {
    "approve": (commands.approve_version, N_("The version was approved. It can be published now.")),
    "return": (commands.return_version, N_("The version was returned for changes.")),
}


@pages.get("")
@guard(p.HANDBOOK_READ)
def index() -> str:
    """List the policies: those in force for everybody, all of them for those who write and approve."""
    session = current_uow().session
    works = allows(p.POLICY_APPROVE)
    return render_template(
        "compliance/policies.html",
        published=queries.list_published(session),
        policies=queries.list_policies(session) if works else [],
        works=works,
        may_write=allows(p.POLICY_WRITE),
    )


@pages.get("/<uuid:policy_id>")
@guard(p.HANDBOOK_READ)
def show(policy_id: UUID) -> str:
    """Show the text in force, in the language asked for, and the versions."""
    session = current_uow().session
    document = queries.get_policy(session, policy_id)
    language = asked_language()
    current = queries.find_published(session, policy_id)
    works = allows(p.POLICY_APPROVE)
    versions = queries.list_versions(session, policy_id, public=not works)
    if not versions:
        raise NotFound(N_("There is no such policy"))  # Never in force: not there for this reader.
    return render_template(
        "compliance/policy.html", document=document, current=current, language=language, versions=versions,
        blocks=list(blocks(current.text_in(language))) if current else [], may_write=allows(p.POLICY_WRITE),
    )  # fmt: skip


@pages.get("/versions/<uuid:version_id>")
@guard(p.HANDBOOK_READ)
def show_version(version_id: UUID) -> str:
    """Show one version in both languages, with what can be done with it."""
    session = current_uow().session
    version = queries.get_version(session, version_id, public=not allows(p.POLICY_APPROVE))
    return render_template(
        "compliance/policy_version.html",
        document=queries.get_policy(session, version.document_id),
        version=version,
        texts={language: list(blocks(version.text_in(language))) for language in LOCALES},
        may_write=allows(p.POLICY_WRITE),
        may_review=allows(p.POLICY_APPROVE),
    )


@pages.post("/versions/<uuid:version_id>/writing")
@guard(p.POLICY_WRITE)
def take_writing_step(version_id: UUID) -> Any:
    """Submit or publish."""
    return _take(version_id, _WRITING)


@pages.post("/versions/<uuid:version_id>/review")
@guard(p.POLICY_APPROVE)
def take_review_step(version_id: UUID) -> Any:
    """Approve or return."""
    return _take(version_id, _REVIEW)


@pages.route("/new", methods=["GET", "POST"])
@guard(p.POLICY_WRITE)
def create() -> Any:
    """Write a new policy."""
    form = Form(PolicyFormSchema())
    if request.method == "POST" and form.validate():
        data = form.data
        try:
            made = commands.create_policy(
                current_uow(), current_principal(), now(), code=data["code"], text=_text(data),
                title=LocalizedText(zh=data["title_zh"], en=data["title_en"]),
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            return _to_version(made.id, _("The draft was saved."))
    return _editor(form, _("New policy"), is_new=True)


@pages.route("/<uuid:policy_id>/versions/new", methods=["GET", "POST"])
@guard(p.POLICY_WRITE)
def draft(policy_id: UUID) -> Any:
    """Write the next version, beginning with the text in force."""
    session = current_uow().session
    document = queries.get_policy(session, policy_id)
    current = queries.find_published(session, policy_id)
    form = Form(TextFormSchema(), {"zh": current.zh, "en": current.en} if current else {})
    if request.method == "POST" and form.validate():
        try:
            made = commands.draft_version(
                current_uow(),
                current_principal(),
                now(),
                document.id,
                _text(form.data),
                form.data["change_note"],
            )
        except DomainError as error:
            form.reject(error)
        else:
            return _to_version(made.id, _("The draft was saved."))
    return _editor(form, _("New version"), document=document)


@pages.route("/versions/<uuid:version_id>/edit", methods=["GET", "POST"])
@guard(p.POLICY_WRITE)
def edit(version_id: UUID) -> Any:
    """Change the texts of a version that is not in review."""
    session = current_uow().session
    version = queries.get_version(session, version_id)
    document = queries.get_policy(session, version.document_id)
    form = Form(TextFormSchema(), {"zh": version.zh, "en": version.en, "change_note": version.change_note})
    if request.method == "POST" and form.validate():
        try:
            commands.edit_version(
                current_uow(),
                current_principal(),
                now(),
                version_id,
                _text(form.data),
                form.data["change_note"],
            )
        except DomainError as error:
            form.reject(error)
        else:
            return _to_version(version_id, _("The draft was saved."))
    return _editor(form, _("Edit version %(number)s", number=version.number), document=document)


def asked_language() -> str:
    """Return the language in which a text is asked for: the URL's, else the reader's."""
    asked = request.args.get("language")
    return asked if asked in LOCALES else locale_code()


def _take(version_id: UUID, steps: dict[str, Any]) -> Response:
    step = steps.get(request.form.get("step", ""))
    if step is None:
        raise InvalidInput(N_("There is no such step"))
    command, done = step
    command(current_uow(), current_principal(), now(), version_id)
    return _to_version(version_id, _(done.msgid))


def _text(data: dict[str, Any]) -> LocalizedText:
    return LocalizedText(zh=data["zh"], en=data["en"])


def _editor(form: Form, title: str, *, document: Any = None, is_new: bool = False) -> Any:
    page = render_template(
        "compliance/policy_editor.html", form=form, title=title, document=document, is_new=is_new
    )
    return page, 422 if form.errors else 200


def _to_version(version_id: UUID, message: str) -> Response:
    flash(message, "eligible")
    return redirect(f"/compliance/policies/versions/{version_id}", 303)  # type: ignore[return-value]
