"""Files at the edge: the form, and the examples in the template."""

from decimal import Decimal

from services.training.questions.rules import QuestionBody, QuestionKind
from shared.core.text import LocalizedText
from shared.web.validation import Schema, Text


class UploadSchema(Schema):
    """The form with which a file is handed in."""

    topic = Text(80, load_default="")


def _text(zh: str, en: str) -> LocalizedText:
    return LocalizedText(zh=zh, en=en)


EXAMPLES = (
    QuestionBody(
        QuestionKind.SINGLE,
        _text("下列哪种颜色是红色与黄色混合而成？", "Which colour do red and yellow make?"),
        (_text("绿色", "Green"), _text("橙色", "Orange"), _text("紫色", "Purple")),
        right=(1,),
        explanation=_text("解析在交卷后显示。", "Explanations are shown after handing in."),
    ),
    QuestionBody(
        QuestionKind.MULTIPLE,
        _text("下列哪些是偶数？", "Which of these are even?"),
        (_text("二", "Two"), _text("三", "Three"), _text("四", "Four")),
        right=(0, 2),
        partial=True,
        points=2,
    ),
    QuestionBody(QuestionKind.TRUE_FALSE, _text("一年有十二个月。", "A year has twelve months."), right=(0,)),
    QuestionBody(
        QuestionKind.ORDERING,
        _text("请按时间先后排列。", "Put these in the order of time."),
        (_text("早晨", "Morning"), _text("中午", "Noon"), _text("夜晚", "Night")),
    ),
    QuestionBody(
        QuestionKind.NUMERIC,
        _text("一小时有多少分钟？", "How many minutes has an hour?"),
        value=Decimal(60),
        unit=_text("分钟", "minutes"),
    ),
    QuestionBody(
        QuestionKind.SHORT_TEXT,
        _text("法国的首都叫什么？", "What is the capital of France called?"),
        accepted=("巴黎", "Paris"),
    ),
)
