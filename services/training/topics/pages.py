"""Topics: what they are called, what their learners are told, and how their questions fare taken together."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.analysis.queries import figures_of_topics
from services.training.analysis.rules import FLAG_WORDS
from services.training.permissions import QUESTIONS_EDIT
from services.training.questions.commands import add_topic, change_topic
from services.training.questions.models import Topic
from services.training.questions.pages import XLSX, download, figures_cells, figures_headers
from services.training.questions.queries import count_questions, get_topic, list_topics
from services.training.questions.rules import FEEDBACK_WORDS, Feedback
from services.training.questions.schemas import TopicFormSchema
from shared.core.errors import DomainError
from shared.core.text import LocalizedText
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code

bp = Blueprint("training_topics", __name__, url_prefix="/training/questions/topics")

HOME = "/training/questions/topics"


@bp.get("")
@guard(QUESTIONS_EDIT)
def topic_list() -> str:
    """All topics."""
    session = current_uow().session
    return render_template(
        "training/topic_list.html",
        rows=list_topics(session),
        counts=count_questions(session),
        figures=figures_of_topics(session),
        feedback_words=FEEDBACK_WORDS,
        flag_words=FLAG_WORDS,
    )


@bp.get("/analysis.csv")
@guard(QUESTIONS_EDIT)
def analysis_csv() -> Response:
    """How each topic fares, as CSV."""
    return download(write_csv(_headers(), _lines()), "text/csv", "topic-analysis.csv")


@bp.get("/analysis.xlsx")
@guard(QUESTIONS_EDIT)
def analysis_xlsx() -> Response:
    """The same as a workbook."""
    return download(write_xlsx(_headers(), _lines(), sheet="topics"), XLSX, "topic-analysis.xlsx")


@bp.get("/new")
@guard(QUESTIONS_EDIT)
def new_topic() -> str:
    """The form for a new topic."""
    return _form_page(Form(TopicFormSchema(), {"feedback": Feedback.EXPLANATIONS.value}), None)


@bp.post("/new")
@guard(QUESTIONS_EDIT)
def create() -> Response | tuple[str, int]:
    """Add a topic and go on to its first question."""
    form = Form(TopicFormSchema())
    if form.validate():
        try:
            topic = add_topic(
                current_uow(),
                code=form.data["code"],
                title=_title(form),
                feedback=Feedback(form.data["feedback"]),
                actor=current_principal(),
                now=now(),
            )
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The topic is there. Now write its first question."), "eligible")
            return redirect(f"/training/questions/new?topic={topic.id}", 303)
    return _form_page(form, None), 422


@bp.get("/<uuid:topic_id>")
@guard(QUESTIONS_EDIT)
def edit_topic(topic_id: UUID) -> str:
    """The form of a topic."""
    topic = get_topic(current_uow().session, topic_id)
    values = {
        "code": topic.code,
        "title_zh": topic.title.zh,
        "title_en": topic.title.en,
        "feedback": topic.feedback.value,
    }
    return _form_page(Form(TopicFormSchema(), values), topic)


@bp.post("/<uuid:topic_id>")
@guard(QUESTIONS_EDIT)
def change(topic_id: UUID) -> Response | tuple[str, int]:
    """Change what a topic is called and what its learners are told; its code stays."""
    topic = get_topic(current_uow().session, topic_id)
    form = Form(TopicFormSchema(exclude=("code",)))
    if form.validate():
        change_topic(
            current_uow(),
            topic,
            title=_title(form),
            feedback=Feedback(form.data["feedback"]),
            actor=current_principal(),
            now=now(),
        )
        flash(_("The topic is saved."), "eligible")
        return redirect(HOME, 303)
    return _form_page(form, topic), 422


def _title(form: Form) -> LocalizedText:
    return LocalizedText(zh=form.data["title_zh"], en=form.data["title_en"])


def _form_page(form: Form, topic: Topic | None) -> str:
    return render_template(
        "training/topic_form.html",
        form=form,
        topic=topic,
        feedback_words=FEEDBACK_WORDS,
        labels={
            "code": _("Code"),
            "title_zh": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "feedback": _("What learners are told after handing in"),
        },
    )


def _headers() -> list[str]:
    return [_("Code"), _("Topic"), _("Number of questions"), *figures_headers()]


def _lines() -> Iterator[list[object]]:
    session = current_uow().session
    counts, figures = count_questions(session), figures_of_topics(session)
    for one in list_topics(session):
        name = one.title.pick(locale_code())
        yield [one.code, name, counts.get(one.id, 0), *figures_cells(figures.get(one.id))]
