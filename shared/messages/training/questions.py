"""The question bank."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.question_topic.added.v1")
@dataclass(frozen=True)
class QuestionTopicAdded:
    """The bank has a topic more; `feedback` is what its learners are told after handing in."""

    topic_id: UUID
    code: str
    feedback: str


@message("training.question_topic.changed.v1")
@dataclass(frozen=True)
class QuestionTopicChanged:
    """A topic is called differently, or its learners are told something else."""

    topic_id: UUID
    feedback: str


@message("training.question.added.v1")
@dataclass(frozen=True)
class QuestionAdded:
    """The bank has a question more."""

    question_id: UUID
    topic_id: UUID
    code: str


@message("training.question.revised.v1")
@dataclass(frozen=True)
class QuestionRevised:
    """From here on the question reads so; the digest is over its text, its options, its key and its points."""

    question_id: UUID
    revision_id: UUID
    number: int
    kind: str
    body_sha256: str


@message("training.question.retired.v1")
@dataclass(frozen=True)
class QuestionRetired:
    """It is in no version published from now on."""

    question_id: UUID


@message("training.question.restored.v1")
@dataclass(frozen=True)
class QuestionRestored:
    """It may be drawn again."""

    question_id: UUID


@message("training.question_import.checked.v1")
@dataclass(frozen=True)
class QuestionImportChecked:
    """A file of questions was looked at; the bank is as it was."""

    import_id: UUID
    file_sha256: str
    rows: int


@message("training.question_import.applied.v1")
@dataclass(frozen=True)
class QuestionImportApplied:
    """What was right in it was taken into the bank, each question with its own event."""

    import_id: UUID
    added: int
    revised: int
