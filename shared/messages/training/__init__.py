"""What training publishes besides standing, one file per capability.

Ids, codes and digests only: titles, names, reasons and answers stay in training's own tables.
"""

from shared.messages.training.assignments import (
    AssignmentCancelled,
    AssignmentCompleted,
    AssignmentExempted,
    AssignmentExtended,
    AssignmentMade,
    AssignmentMoved,
    AssignmentRegrouped,
    AssignmentReleased,
    AssignmentStarted,
)
from shared.messages.training.attempts import (
    AcknowledgementSigned,
    AttemptEnded,
    AttemptLaunched,
    EvidenceAccepted,
    EvidenceHandedIn,
    EvidenceReturned,
    PartMet,
    PartPagesShown,
)
from shared.messages.training.certificates import (
    CertificateIssued,
    CertificateReleased,
    CertificateRendered,
    CertificateRevoked,
    CertificateSuperseded,
)
from shared.messages.training.certifications import (
    CertificationArchived,
    CertificationEarned,
    CertificationRenewed,
    CertificationRescheduled,
    CertificationRevoked,
)
from shared.messages.training.courses import (
    CourseClosed,
    CourseCreated,
    CourseDrafted,
    CourseEdited,
    CoursePublished,
    CourseRetired,
)
from shared.messages.training.curricula import (
    CurriculumActivated,
    CurriculumArchived,
    CurriculumChanged,
    CurriculumDrafted,
    CurriculumRevised,
)
from shared.messages.training.questions import (
    QuestionAdded,
    QuestionImportApplied,
    QuestionImportChecked,
    QuestionRestored,
    QuestionRetired,
    QuestionRevised,
    QuestionTopicAdded,
    QuestionTopicChanged,
)
from shared.messages.training.reminders import (
    ReminderSent,
)
from shared.messages.training.sittings import (
    SittingAnswered,
    SittingStarted,
    SittingSubmitted,
    SittingVoided,
)

__all__ = [
    "AcknowledgementSigned",
    "AssignmentCancelled",
    "AssignmentCompleted",
    "AssignmentExempted",
    "AssignmentExtended",
    "AssignmentMade",
    "AssignmentMoved",
    "AssignmentRegrouped",
    "AssignmentReleased",
    "AssignmentStarted",
    "AttemptEnded",
    "AttemptLaunched",
    "CertificateIssued",
    "CertificateReleased",
    "CertificateRendered",
    "CertificateRevoked",
    "CertificateSuperseded",
    "CertificationArchived",
    "CertificationEarned",
    "CertificationRenewed",
    "CertificationRescheduled",
    "CertificationRevoked",
    "CourseClosed",
    "CourseCreated",
    "CourseDrafted",
    "CourseEdited",
    "CoursePublished",
    "CourseRetired",
    "CurriculumActivated",
    "CurriculumArchived",
    "CurriculumChanged",
    "CurriculumDrafted",
    "CurriculumRevised",
    "EvidenceAccepted",
    "EvidenceHandedIn",
    "EvidenceReturned",
    "PartMet",
    "PartPagesShown",
    "QuestionAdded",
    "QuestionImportApplied",
    "QuestionImportChecked",
    "QuestionRestored",
    "QuestionRetired",
    "QuestionRevised",
    "QuestionTopicAdded",
    "QuestionTopicChanged",
    "ReminderSent",
    "SittingAnswered",
    "SittingStarted",
    "SittingSubmitted",
    "SittingVoided",
]
