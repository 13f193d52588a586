"""Pages of the bank, for trainers: looking for questions, writing them, seeing them as a learner does."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.analysis.queries import common_texts, figures_of_questions, figures_of_revisions
from services.training.analysis.rules import FLAG_WORDS, ItemFigures
from services.training.permissions import QUESTIONS_EDIT
from services.training.questions.commands import (
    add_question,
    restore_question,
    retire_question,
    revise_question,
)
from services.training.questions.models import QuestionRevision
from services.training.questions.queries import (
    BankFilter,
    get_question,
    get_topic,
    list_questions,
    list_revisions,
    list_topics,
)
from services.training.questions.rules import (
    KIND_WORDS,
    MAX_OPTIONS,
    TRUE_FALSE_WORDS,
    WITH_OPTIONS,
    QuestionBody,
    QuestionKind,
)
from services.training.questions.schemas import as_asked, body_of_form, form_schema, form_values
from shared.core.errors import DomainError
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_questions", __name__, url_prefix="/training/questions")

HOME = "/training/questions"
PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# So many empty places for options a new question begins with.
_PLACES = 4


@bp.get("")
@guard(QUESTIONS_EDIT)
def question_list() -> str:
    """The bank, with how each question fares."""
    session, wanted = current_uow().session, _filter()
    page = list_questions(session, wanted, cursor=request.args.get("cursor"), limit=PAGE)
    query = request.query_string.decode()
    return render_template(
        "training/question_list.html",
        rows=page.items,
        next_cursor=page.next_cursor,
        figures=figures_of_questions(session, [one.question.id for one in page.items]),
        topics=list_topics(session),
        wanted=wanted,
        kinds=KIND_WORDS,
        flag_words=FLAG_WORDS,
        csv_url=f"{HOME}/analysis.csv?{query}",
        xlsx_url=f"{HOME}/analysis.xlsx?{query}",
        query=query,
    )


@bp.get("/analysis.csv")
@guard(QUESTIONS_EDIT)
def analysis_csv() -> Response:
    """The item analysis of every question that the filter of the page finds, as CSV."""
    return download(write_csv(_headers(), _lines()), "text/csv", "item-analysis.csv")


@bp.get("/analysis.xlsx")
@guard(QUESTIONS_EDIT)
def analysis_xlsx() -> Response:
    """The same as a workbook."""
    return download(write_xlsx(_headers(), _lines(), sheet="items"), XLSX, "item-analysis.xlsx")


@bp.get("/new")
@guard(QUESTIONS_EDIT)
def new_question() -> str:
    """The form for a new question of the kind chosen."""
    kind = _kind(request.args.get("kind", ""))
    form = Form(form_schema(kind, _PLACES), {"points": 1, "tolerance": "0"})
    return _new_page(form, kind, _PLACES, request.args.get("topic", ""))


@bp.post("/new")
@guard(QUESTIONS_EDIT)
def create() -> Response | tuple[str, int] | str:
    """Add a question; the button “more options” only adds empty places."""
    kind, rows = _kind(request.form.get("kind", "")), _rows()
    form = Form(form_schema(kind, rows))
    topic_id = request.form.get("topic", "")
    is_valid = form.validate()
    if request.form.get("then") == "more":
        form.errors = {}
        return _new_page(form, kind, min(rows + 2, MAX_OPTIONS), topic_id)
    if is_valid:
        try:
            topic = get_topic(current_uow().session, _uuid(topic_id))
            body = body_of_form(kind, form.data, rows)
            revision = add_question(
                current_uow(), topic, body, code=form.data["code"], actor=current_principal(), now=now()
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The question is in the bank."), "eligible")
            return redirect(f"{HOME}/{revision.question_id}", 303)
    return _new_page(form, kind, rows, topic_id), 422


@bp.get("/<uuid:question_id>")
@guard(QUESTIONS_EDIT)
def question_page(question_id: UUID) -> str:
    """A question as a learner sees it, its key, how it fares, and how it read before."""
    session = current_uow().session
    held = get_question(session, question_id)
    revisions = list_revisions(session, question_id)
    shown = next(
        (one for one in revisions if one.number == request.args.get("revision", type=int)), revisions[0]
    )
    figures = figures_of_revisions(session, question_id)
    body = shown.body
    written = (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT)
    return render_template(
        "training/question.html",
        held=held,
        shown=shown,
        body=body,
        revisions=revisions,
        figures=figures,
        asked=as_asked(body),
        choices=_choices(body, figures.get(shown.id)),
        texts=common_texts(session, shown.id) if body.kind in written else [],
        kinds=KIND_WORDS,
        flag_words=FLAG_WORDS,
        is_current=shown.number == held.revision.number,
    )


@bp.get("/<uuid:question_id>/edit")
@guard(QUESTIONS_EDIT)
def edit_question(question_id: UUID) -> str:
    """The form in which a question is revised."""
    held = get_question(current_uow().session, question_id)
    body = held.revision.body
    rows = min(max(len(body.options) + 1, _PLACES), MAX_OPTIONS)
    form = Form(form_schema(body.kind, rows), form_values(held.question.code, body))
    return _edit_page(held.question, held.revision, form, rows)


@bp.post("/<uuid:question_id>/edit")
@guard(QUESTIONS_EDIT)
def revise(question_id: UUID) -> Response | tuple[str, int] | str:
    """Put a new revision in place of the current one."""
    held = get_question(current_uow().session, question_id)
    kind, rows = held.revision.kind, _rows()
    form = Form(form_schema(kind, rows))
    is_valid = form.validate()
    if request.form.get("then") == "more":
        form.errors = {}
        return _edit_page(held.question, held.revision, form, min(rows + 2, MAX_OPTIONS))
    if is_valid:
        try:
            body = body_of_form(kind, form.data, rows)
            revision = revise_question(
                current_uow(), held.question, body, actor=current_principal(), now=now()
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("Revision %(number)s is current.", number=revision.number), "eligible")
            return redirect(f"{HOME}/{question_id}", 303)
    return _edit_page(held.question, held.revision, form, rows), 422


@bp.post("/<uuid:question_id>/retire")
@guard(QUESTIONS_EDIT)
def retire(question_id: UUID) -> Response:
    """Take a question out of what versions published from now on draw from."""
    held = get_question(current_uow().session, question_id)
    retire_question(current_uow(), held.question, actor=current_principal(), now=now())
    flash(_("The question is retired. Versions already published go on asking it."), "eligible")
    return redirect(f"{HOME}/{question_id}", 303)


@bp.post("/<uuid:question_id>/restore")
@guard(QUESTIONS_EDIT)
def restore(question_id: UUID) -> Response:
    """Bring a retired question back."""
    held = get_question(current_uow().session, question_id)
    restore_question(current_uow(), held.question, actor=current_principal(), now=now())
    flash(_("The question may be drawn again."), "eligible")
    return redirect(f"{HOME}/{question_id}", 303)


def download(body: bytes, mimetype: str, name: str) -> Response:
    """Return a file to be kept."""
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def figures_cells(figures: ItemFigures | None) -> list[object]:
    """Return the columns of an item analysis in a file: n, answered, p, r, and what to look at."""
    if figures is None:
        return [0, 0, None, None, ""]
    r = figures.discrimination
    flags = ", ".join(say(FLAG_WORDS[one]) for one in figures.flags)
    return [
        figures.n,
        figures.answered,
        round(figures.difficulty, 3),
        None if r is None else round(r, 3),
        flags,
    ]


def figures_headers() -> list[str]:
    """Return what they are called."""
    return [_("Asked"), _("Answered"), _("Difficulty (p)"), _("Discrimination (r)"), _("To look at")]


def _headers() -> list[str]:
    options = [_("Option %(number)s chosen", number=number) for number in range(1, MAX_OPTIONS + 1)]
    return [_("Code"), _("Topic"), _("Kind of question"), _("Question text"), *figures_headers(), *options]


def _lines() -> Iterator[list[object]]:
    """Yield a line a question, reading a page of them at a time."""
    session, wanted = current_uow().session, _filter()
    cursor: str | None = None
    while True:
        page = list_questions(session, wanted, cursor=cursor, limit=200)
        figures = figures_of_questions(session, [one.question.id for one in page.items])
        for one in page.items:
            found, body = figures.get(one.question.id), one.revision.body
            chosen = list(found.chosen[: max(len(body.options), 2)]) if found else []
            text = body.text.pick(locale_code())
            kind = say(KIND_WORDS[body.kind])
            topic = one.topic.title.pick(locale_code())
            yield [one.question.code, topic, kind, text, *figures_cells(found), *chosen]
        cursor = page.next_cursor
        if cursor is None:
            return


def bank_filter_of(args: Any) -> BankFilter:
    """Read a filter from an address; what is not understood is left out."""
    kind, state = args.get("kind", ""), args.get("state", "")
    try:
        topic_id = UUID(args.get("topic", ""))
    except ValueError:
        topic_id = None
    return BankFilter(
        topic_id=topic_id,
        kind=QuestionKind(kind) if kind in list(QuestionKind) else None,
        text=args.get("search", "").strip()[:100].replace("\x00", ""),
        retired={"retired": True, "all": None}.get(state, False),
    )


def _filter() -> BankFilter:
    return bank_filter_of(request.args)


def _kind(text: str) -> QuestionKind:
    return QuestionKind(text) if text in list(QuestionKind) else QuestionKind.SINGLE


def _rows() -> int:
    return min(max(request.form.get("rows", _PLACES, int), 2), MAX_OPTIONS)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _choices(body: QuestionBody, figures: ItemFigures | None) -> list[dict[str, Any]]:
    """Return each option with whether it is right and who chose it; for ordering, who put it in its place."""
    if body.kind not in WITH_OPTIONS and body.kind is not QuestionKind.TRUE_FALSE:
        return []
    texts = (
        [say(one) for one in TRUE_FALSE_WORDS]
        if body.kind is QuestionKind.TRUE_FALSE
        else [one.pick(locale_code()) for one in body.options]
    )
    return [
        {
            "label": text,
            "right": place in body.right,
            "count": figures.chosen[place] if figures else 0,
            "share": figures.chosen[place] / figures.n if figures else 0,
        }
        for place, text in enumerate(texts)
    ]


def _new_page(form: Form, kind: QuestionKind, rows: int, topic_id: str) -> str:
    topics = list_topics(current_uow().session)
    return render_template(
        "training/question_form.html",
        form=form,
        kind=kind.value,
        kinds=KIND_WORDS,
        rows=rows,
        question=None,
        topics=topics,
        topic_id=topic_id,
        labels=_labels(rows),
        most=MAX_OPTIONS,
    )


def _edit_page(question: Any, revision: QuestionRevision, form: Form, rows: int) -> str:
    return render_template(
        "training/question_form.html",
        form=form,
        kind=revision.kind.value,
        kinds=KIND_WORDS,
        rows=rows,
        question=question,
        revision=revision,
        labels=_labels(rows),
        most=MAX_OPTIONS,
    )


def _labels(rows: int) -> dict[str, str]:
    labels = {
        "code": _("Code"),
        "text_zh": _("Question in Chinese"),
        "text_en": _("Question in English"),
        "options": _("Options"),
        "right": _("What is right"),
        "points": _("Points"),
        "value": _("The right number"),
        "tolerance": _("May differ by"),
        "accepted": _("Answers that are right"),
    }
    for number in range(1, rows + 1):
        for locale in ("zh", "en"):
            labels[f"option_{locale}-{number}"] = _("Option %(number)s", number=number)
    return labels
