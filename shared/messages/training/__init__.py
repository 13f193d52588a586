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
    AssignmentSatisfied,
    AssignmentStarted,
    ExtensionGiven,
)
from shared.messages.training.attempts import (
    AttemptLaunched,
    AttemptPageRead,
    AttemptSubmitted,
)
from shared.messages.training.careers import (
    CareerSignedOff,
    CareerSignOffWithdrawn,
    CareerStepChanged,
    CareerStepEnded,
    PromotionDecided,
    PromotionRequested,
    PromotionSubmitted,
    PromotionWithdrawn,
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
    CourseCreated,
    CourseDrafted,
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
from shared.messages.training.exceptions import (
    DueExceptionGranted,
    DueExceptionRefused,
    DueExceptionRequested,
    DueExceptionWithdrawn,
)
from shared.messages.training.reminders import (
    NoticeGiven,
    ReminderPlanChanged,
    ReminderSent,
)
from shared.messages.training.waivers import (
    CreditEnded,
    CreditGiven,
    EquivalenceEnded,
    EquivalenceMade,
    WaiverGranted,
    WaiverRefused,
    WaiverRequested,
    WaiverRevoked,
    WaiverWithdrawn,
)

__all__ = [
    "AssignmentCancelled",
    "AssignmentCompleted",
    "AssignmentExempted",
    "AssignmentExtended",
    "AssignmentMade",
    "AssignmentMoved",
    "AssignmentRegrouped",
    "AssignmentReleased",
    "AssignmentSatisfied",
    "AssignmentStarted",
    "AttemptLaunched",
    "AttemptPageRead",
    "AttemptSubmitted",
    "CareerSignOffWithdrawn",
    "CareerSignedOff",
    "CareerStepChanged",
    "CareerStepEnded",
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
    "CourseCreated",
    "CourseDrafted",
    "CoursePublished",
    "CourseRetired",
    "CreditEnded",
    "CreditGiven",
    "CurriculumActivated",
    "CurriculumArchived",
    "CurriculumChanged",
    "CurriculumDrafted",
    "CurriculumRevised",
    "DueExceptionGranted",
    "DueExceptionRefused",
    "DueExceptionRequested",
    "DueExceptionWithdrawn",
    "EquivalenceEnded",
    "EquivalenceMade",
    "ExtensionGiven",
    "NoticeGiven",
    "PromotionDecided",
    "PromotionRequested",
    "PromotionSubmitted",
    "PromotionWithdrawn",
    "ReminderPlanChanged",
    "ReminderSent",
    "WaiverGranted",
    "WaiverRefused",
    "WaiverRequested",
    "WaiverRevoked",
    "WaiverWithdrawn",
]
