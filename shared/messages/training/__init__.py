"""What training publishes besides standing, one file per capability.

Ids, codes and digests only: titles, names, reasons and answers stay in training's own tables.
"""

from shared.messages.training.assignments import (
    AssignmentCancelled,
    AssignmentCompleted,
    AssignmentExempted,
    AssignmentExtended,
    AssignmentMade,
    AssignmentReleased,
    AssignmentStarted,
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
from shared.messages.training.courses import (
    CourseCreated,
    CourseDrafted,
    CoursePublished,
    CourseRetired,
)
from shared.messages.training.curricula import (
    CurriculumActivated,
    CurriculumArchived,
    CurriculumDrafted,
)
from shared.messages.training.library import (
    LibraryEntryDescribed,
    LibraryVersionDrafted,
    LibraryVersionPublished,
    LibraryVersionRead,
    LibraryVersionRetired,
    LibraryVersionSuperseded,
)
from shared.messages.training.mentoring import (
    MentoringItemReopened,
    MentoringItemTicked,
    MentoringNoteWritten,
    MentoringPlanWritten,
    MentoringVisitRecorded,
    MentorLimitSet,
    MentorshipCompleted,
    MentorshipConfirmed,
    MentorshipEnded,
    MentorshipProposed,
    MentorshipRated,
    MentorshipSigned,
)
from shared.messages.training.reminders import (
    ReminderSent,
)

__all__ = [
    "AssignmentCancelled",
    "AssignmentCompleted",
    "AssignmentExempted",
    "AssignmentExtended",
    "AssignmentMade",
    "AssignmentReleased",
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
    "CourseCreated",
    "CourseDrafted",
    "CoursePublished",
    "CourseRetired",
    "CurriculumActivated",
    "CurriculumArchived",
    "CurriculumDrafted",
    "LibraryEntryDescribed",
    "LibraryVersionDrafted",
    "LibraryVersionPublished",
    "LibraryVersionRead",
    "LibraryVersionRetired",
    "LibraryVersionSuperseded",
    "MentorLimitSet",
    "MentoringItemReopened",
    "MentoringItemTicked",
    "MentoringNoteWritten",
    "MentoringPlanWritten",
    "MentoringVisitRecorded",
    "MentorshipCompleted",
    "MentorshipConfirmed",
    "MentorshipEnded",
    "MentorshipProposed",
    "MentorshipRated",
    "MentorshipSigned",
    "PromotionDecided",
    "PromotionRequested",
    "PromotionSubmitted",
    "PromotionWithdrawn",
    "ReminderSent",
]
