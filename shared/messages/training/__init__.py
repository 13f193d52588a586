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
    AttemptLaunched,
    AttemptPageRead,
    AttemptSubmitted,
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
from shared.messages.training.reminders import (
    ReminderSent,
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
    "AssignmentStarted",
    "AttemptLaunched",
    "AttemptPageRead",
    "AttemptSubmitted",
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
    "CurriculumActivated",
    "CurriculumArchived",
    "CurriculumChanged",
    "CurriculumDrafted",
    "CurriculumRevised",
    "ReminderSent",
]
