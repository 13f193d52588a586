"""Pages of re-issues: what would be printed anew, with one sample; and how far it is."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.courses.queries import list_courses
from services.training.designs.queries import (
    contents_of,
    current_versions,
    list_designs,
    version_numbers,
)
from services.training.designs.rules import STANDARD_NAME, DesignStatus
from services.training.permissions import DESIGNS_EDIT, DESIGNS_READ
from services.training.printing.commands import draw, pictures_of, printed_of
from services.training.reissues.commands import (
    check_printable,
    resume_reissue,
    start_reissue,
    stop_reissue,
)
from services.training.reissues.queries import (
    count_printed,
    count_to_print,
    get_reissue,
    list_reissues,
    select_to_print,
)
from services.training.reissues.rules import STATUS_WORDS, Chosen
from services.training.reissues.schemas import ReissueFormSchema
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_, LocalizedText
from shared.db.paging import MAX_LIMIT
from shared.documents import page_picture
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.forms import Form
from shared.web.guards import allows, guard

bp = Blueprint("training_reissues", __name__, url_prefix="/training/certificates/reissues")

_PICTURE_WIDTH = 1000


@bp.get("")
@guard(DESIGNS_READ)
def reissue_list() -> str:
    """What was printed anew, the newest first."""
    session = current_uow().session
    page = list_reissues(session, cursor=request.args.get("cursor"))
    return render_template(
        "training/reissue_list.html",
        rows=page.items,
        done=count_printed(session, [one.id for one in page.items]),
        names=_design_names(),
        next_cursor=page.next_cursor,
        status_words=STATUS_WORDS,
        edits=allows(DESIGNS_EDIT),
    )


@bp.get("/new")
@guard(DESIGNS_EDIT)
def new_reissue() -> str:
    """Choosing which certificates, and by which design."""
    return _new_page(Form(ReissueFormSchema()))


@bp.post("/new")
@guard(DESIGNS_EDIT)
def start() -> Response | tuple[str, int]:
    """Show how many there are and one of them; or, with the button "start", begin."""
    form, uow = Form(ReissueFormSchema()), current_uow()
    if form.validate():
        version_id, chosen = form.data["design_version_id"], _chosen(form)
        try:
            chosen.check()
            if request.form.get("then") == "start":
                reissue = start_reissue(uow, version_id, chosen, actor=current_principal(), now=now())
                flash(_("The certificates are being printed anew; you may leave this page."), "eligible")
                return redirect(f"/training/certificates/reissues/{reissue.id}", 303)
            check_printable(uow, version_id)
        except DomainError as error:
            form.reject(error)
        else:
            return _new_page(form, count=count_to_print(uow.session, chosen, version_id)), 200
    return _new_page(form), 422


@bp.get("/sample.png")
@guard(DESIGNS_EDIT)
def sample() -> Response:
    """One of the certificates that would be printed anew, by the design that was chosen."""
    form, uow, settings = Form(ReissueFormSchema()), current_uow(), this_app().settings
    form.data = form.schema.load({key: value for key, value in request.args.items() if value})
    version_id = form.data["design_version_id"]
    check_printable(uow, version_id)
    found = uow.session.scalars(select_to_print(_chosen(form), version_id).limit(1)).first()
    if found is None:
        raise NotFound(N_("No certificate is chosen like this"))
    content = contents_of(uow.session, {version_id})[version_id]
    pictures = pictures_of(uow, content, settings)
    pdf = draw([printed_of(found)], content, pictures, "both", settings.base_url)[0]
    return Response(page_picture(pdf, width=_PICTURE_WIDTH), mimetype="image/png")


@bp.get("/<uuid:reissue_id>")
@guard(DESIGNS_READ)
def reissue_page(reissue_id: UUID) -> str:
    """How far a re-issue is; it can be stopped and gone on with."""
    session = current_uow().session
    reissue = get_reissue(session, reissue_id)
    return render_template(
        "training/reissue.html",
        reissue=reissue,
        chosen=reissue.choice,
        course=next((one for one in _courses() if one.id == reissue.choice.course_id), None),
        done=count_printed(session, [reissue.id]).get(reissue.id, 0),
        name=_design_names().get(reissue.design_version_id),
        status_words=STATUS_WORDS,
        edits=allows(DESIGNS_EDIT),
    )


@bp.post("/<uuid:reissue_id>/stop")
@guard(DESIGNS_EDIT)
def stop(reissue_id: UUID) -> Response:
    """Stop it after the chunk under way."""
    uow = current_uow()
    stop_reissue(uow, get_reissue(uow.session, reissue_id), actor=current_principal(), now=now())
    flash(_("It stops after the certificates under way. What is printed stays."), "notice")
    return redirect(f"/training/certificates/reissues/{reissue_id}", 303)


@bp.post("/<uuid:reissue_id>/resume")
@guard(DESIGNS_EDIT)
def resume(reissue_id: UUID) -> Response:
    """Go on with what is left."""
    uow = current_uow()
    resume_reissue(uow, get_reissue(uow.session, reissue_id), actor=current_principal(), now=now())
    flash(_("It goes on with the certificates that are left."), "eligible")
    return redirect(f"/training/certificates/reissues/{reissue_id}", 303)


def _chosen(form: Form) -> Chosen:
    numbers = tuple(dict.fromkeys(re.split(r"[\s,，;；、]+", form.data["employee_numbers"].strip())))
    return Chosen(
        form.data["course_id"],
        form.data["issued_from"],
        form.data["issued_until"],
        tuple(filter(None, numbers)),
    )


def _courses() -> list[Any]:
    return list(list_courses(current_uow().session, drafts=True, limit=MAX_LIMIT).items)


def _design_names() -> dict[UUID | None, LocalizedText]:
    """Return the name of the design, with its version, by the version's id."""
    session = current_uow().session
    names = {one.id: one.name for one in list_designs(session)}
    found: dict[UUID | None, LocalizedText] = {None: STANDARD_NAME}
    for version_id, design_id, number in version_numbers(session):
        name = names[design_id]
        found[version_id] = LocalizedText(zh=f"{name.zh} {number}", en=f"{name.en} {number}")
    return found


def _new_page(form: Form, count: int | None = None) -> str:
    session = current_uow().session
    published = {
        one.id
        for (_design, status), one in current_versions(session).items()
        if status is DesignStatus.PUBLISHED
    }
    asked = {key: value for key, value in form.values.items() if value}
    return render_template(
        "training/reissue_new.html",
        form=form,
        labels={
            "design_version_id": _("Design"), "course_id": _("Course"), "issued_from": _("Issued from"),
            "issued_until": _("Issued until"), "employee_numbers": _("Employee numbers"),
        },
        designs=[(key, name) for key, name in _design_names().items() if key is None or key in published],
        courses=_courses(),
        count=count,
        asked=asked,
    )  # fmt: skip
