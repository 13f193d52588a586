"""Files of questions, as pages: what a file would change, row by row, before it changes it."""

from collections import Counter
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.interchange.commands import MAX_BYTES, apply_import, check_file
from services.training.interchange.queries import get_import, list_imports, plan_now
from services.training.interchange.rules import (
    COLUMNS,
    EFFECT_WORDS,
    STATUS_WORDS,
    Effect,
    entries_from_json,
    row_of,
)
from services.training.interchange.schemas import EXAMPLES, UploadSchema
from services.training.permissions import QUESTIONS_EDIT
from services.training.qti.rules import write_package
from services.training.questions.pages import XLSX, bank_filter_of, download
from services.training.questions.queries import list_topics, stream_questions
from services.training.questions.rules import KIND_WORDS
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code

bp = Blueprint("training_interchange", __name__, url_prefix="/training/questions/files")

HOME = "/training/questions/files"


@bp.get("")
@guard(QUESTIONS_EDIT)
def file_page() -> str:
    """Where files come in and go out."""
    return _page(Form(UploadSchema()))


@bp.post("")
@guard(QUESTIONS_EDIT)
def check() -> Response | tuple[str, int]:
    """Look at a file, and go on to what it would change."""
    form = Form(UploadSchema())
    if form.validate():
        try:
            chosen = form.file("file")
            if chosen is None:
                said = N_("Please choose a file")
                raise InvalidInput(said, fields={"file": [said]})
            found = check_file(
                current_uow(),
                chosen.stream.read(MAX_BYTES + 1),
                chosen.filename or "",
                topic_code=form.data["topic"],
                actor=current_principal(),
                now=now(),
            )
        except DomainError as error:
            form.reject(error)
        else:
            return redirect(f"{HOME}/{found.id}", 303)
    return _page(form), 422


@bp.get("/<uuid:import_id>")
@guard(QUESTIONS_EDIT)
def import_page(import_id: UUID) -> str:
    """What a file would change now, row by row; after the import, how it differs from the bank since."""
    session = current_uow().session
    found = get_import(session, import_id)
    planned = plan_now(session, entries_from_json(found.entries))
    return render_template(
        "training/question_import.html",
        found=found,
        planned=planned,
        counts=Counter(one.effect for one in planned),
        effects=Effect,
        effect_words=EFFECT_WORDS,
        status_words=STATUS_WORDS,
        kinds=KIND_WORDS,
    )


@bp.post("/<uuid:import_id>")
@guard(QUESTIONS_EDIT)
def take(import_id: UUID) -> Response:
    """Take what is right in the file into the bank."""
    uow = current_uow()
    found = get_import(uow.session, import_id)
    apply_import(uow, found, actor=current_principal(), now=now())
    said = _("%(added)s questions added, %(revised)s revised.", added=found.added, revised=found.revised)
    flash(said, "eligible")
    return redirect(f"{HOME}/{import_id}", 303)


@bp.get("/template.<any(csv, xlsx):ending>")
@guard(QUESTIONS_EDIT)
def template(ending: str) -> Response:
    """A file to fill in, with an example of each kind; its topic exists nowhere, so that none gets into the bank."""
    rows = [row_of("", "example", one) for one in EXAMPLES]
    return _table(ending, rows, "questions-template")


@bp.get("/questions.<any(csv, xlsx):ending>")
@guard(QUESTIONS_EDIT)
def table(ending: str) -> Response:
    """The bank, or what the filter of its page finds, as a file that can be imported again."""
    held = stream_questions(current_uow().session, bank_filter_of(request.args))
    rows = [row_of(one.question.code, one.topic.code, one.revision.body) for one in held]
    return _table(ending, rows, "questions")


@bp.get("/questions.zip")
@guard(QUESTIONS_EDIT)
def qti() -> Response:
    """The same as a QTI 2.1 package."""
    held = stream_questions(current_uow().session, bank_filter_of(request.args))
    items = [(one.question.code, one.topic.code, one.revision.body) for one in held]
    return download(write_package(items), "application/zip", "questions-qti21.zip")


def _table(ending: str, rows: list[list[object]], name: str) -> Response:
    headers = [one.aliases[0 if locale_code() == "zh" else 1] for one in COLUMNS]
    if ending == "csv":
        return download(write_csv(headers, rows), "text/csv", f"{name}.csv")
    return download(write_xlsx(headers, rows, sheet="questions"), XLSX, f"{name}.xlsx")


def _page(form: Form) -> str:
    session = current_uow().session
    return render_template(
        "training/question_files.html",
        form=form,
        imports=list_imports(session),
        topics=list_topics(session),
        status_words=STATUS_WORDS,
        labels={"file": _("File"), "topic": _("Topic")},
    )
