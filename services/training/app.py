"""Training as the suite sees it."""

from pathlib import Path

from services.training.acknowledgements.models import Acknowledgement
from services.training.acknowledgements.pages import bp as acknowledgements_pages
from services.training.agenda.pages import bp as agenda_pages
from services.training.assigning.api import blp as assigning_api
from services.training.assigning.pages import bp as assigning_pages
from services.training.assignments.api import blp as assignments_api
from services.training.assignments.models import Assignment, AssignmentExtension, CompletionRetraction
from services.training.assignments.pages import bp as assignments_pages
from services.training.attempts.api import blp as attempts_api
from services.training.attempts.models import Attempt, PartProgress
from services.training.attempts.pages import bp as attempts_pages
from services.training.attendance.api import blp as attendance_api
from services.training.attendance.pages import bp as attendance_pages
from services.training.badges.api import blp as badges_api
from services.training.badges.models import Badge
from services.training.badges.pages import bp as badges_pages
from services.training.base import Base
from services.training.bookings.api import blp as sessions_api
from services.training.bookings.api import bookings_blp as bookings_api
from services.training.bookings.models import Booking, BookingNotice
from services.training.calendars.models import CalendarFeed
from services.training.calendars.pages import bp as calendars_pages
from services.training.careers.api import blp as careers_api
from services.training.careers.models import CareerSignOff, CareerStep, PromotionRequest
from services.training.careers.pages import bp as careers_pages
from services.training.certificates.api import blp as certificates_api
from services.training.certificates.models import Certificate, CertificateDocument
from services.training.certificates.pages import bp as certificates_pages
from services.training.certifications.api import blp as periods_api
from services.training.certifications.models import CertificationPeriod
from services.training.corrections.api import blp as corrections_api
from services.training.corrections.pages import bp as corrections_pages
from services.training.courses.api import blp as courses_api
from services.training.courses.models import Course, CourseVersion
from services.training.courses.pages import bp as courses_pages
from services.training.curricula.models import Curriculum, CurriculumRevision
from services.training.curricula.seed import seed_company
from services.training.demo import load_demo
from services.training.designing.pages import bp as designing_pages
from services.training.designs.models import Design, DesignChoice, DesignVersion
from services.training.desk.pages import bp as desk_pages
from services.training.drafts.pages import bp as drafts_pages
from services.training.enrolment.pages import bp as enrolment_pages
from services.training.enrolment.pages import periods_bp as periods_pages
from services.training.equivalents.api import blp as equivalents_api
from services.training.equivalents.pages import bp as equivalents_pages
from services.training.evidence.models import Evidence
from services.training.evidence.pages import bp as evidence_pages
from services.training.exceptions.api import blp as exceptions_api
from services.training.exceptions.models import DueException
from services.training.exceptions.pages import bp as exceptions_pages
from services.training.feedback.models import SessionFeedback
from services.training.feedback.pages import bp as feedback_pages
from services.training.handlers import (
    EXCEPTIONS_JOB,
    JOBS,
    PEOPLE_HANDLERS,
    REMINDERS_JOB,
    SESSIONS_JOB,
    SITTINGS_JOB,
)
from services.training.history.api import blp as history_api
from services.training.history.commands import FOLLOW_JOB
from services.training.history.pages import bp as history_pages
from services.training.imports.api import blp as imports_api
from services.training.imports.api import completions_blp as earlier_api
from services.training.imports.models import LegacyCompletion, LegacyImport
from services.training.imports.pages import bp as imports_pages
from services.training.imports.pages import evidence_bp as earlier_pages
from services.training.interchange.models import QuestionImport
from services.training.interchange.pages import bp as interchange_pages
from services.training.invigilation.pages import bp as invigilation_pages
from services.training.ladder.pages import bp as ladder_pages
from services.training.librarian.pages import bp as librarian_pages
from services.training.library.api import blp as library_api
from services.training.library.models import LibraryEntry, LibraryReading, LibraryVersion
from services.training.library.pages import bp as library_pages
from services.training.materials.pages import bp as materials_pages
from services.training.mentoring.api import blp as mentorships_api
from services.training.mentoring.models import (
    MentoringNote,
    MentoringPlan,
    MentoringTick,
    MentoringVisit,
    Mentorship,
)
from services.training.mentoring.pages import bp as mentoring_pages
from services.training.mentorless.commands import MENTORLESS_JOB
from services.training.notices.api import blp as notices_api
from services.training.notices.pages import bp as notices_pages
from services.training.orders.pages import bp as orders_pages
from services.training.pairfiles.pages import bp as pairfiles_pages
from services.training.pairing.api import blp as pairing_api
from services.training.pairing.commands import LEAVERS_JOB
from services.training.pairing.models import MentorLimit
from services.training.pairing.pages import bp as pairing_pages
from services.training.permissions import (
    CERTIFICATES_READ,
    COURSES_READ,
    CURRICULA_READ,
    EVIDENCE_DECIDE,
    IMPORT,
    LIBRARY_READ,
    MENTORING_MANAGE,
    MENTORING_OWN,
    OWN_TRAINING,
    PERMISSIONS,
    PROMOTION_DECIDE,
    QUESTIONS_EDIT,
    RELIEF_READ,
    REMINDER_PLAN,
    SESSIONS_EDIT,
    SESSIONS_READ,
    TEAM_READ,
)
from services.training.planning.api import blp as planning_api
from services.training.planning.pages import bp as planning_pages
from services.training.player.pages import bp as player_pages
from services.training.printing.api import blp as documents_api
from services.training.printing.api import verify_blp as verify_api
from services.training.printing.commands import RENDER_MANY_JOB
from services.training.printing.pages import bp as printing_pages
from services.training.questions.api import blp as questions_api
from services.training.questions.models import Question, QuestionRevision, Topic
from services.training.questions.pages import bp as questions_pages
from services.training.reissues.api import blp as reissues_api
from services.training.reissues.models import Reissue
from services.training.reissues.pages import bp as reissues_pages
from services.training.relief.api import blp as relief_api
from services.training.relief.pages import bp as relief_pages
from services.training.reminders.api import blp as reminders_api
from services.training.reminders.pages import bp as reminders_pages
from services.training.reports.api import blp as reports_api
from services.training.reports.pages import bp as reports_pages
from services.training.revisions.api import blp as paths_api
from services.training.revisions.pages import bp as revisions_pages
from services.training.seminars.models import SeminarCase
from services.training.seminars.pages import bp as seminars_pages
from services.training.sessions.models import TrainingSession
from services.training.sittings.api import blp as sittings_api
from services.training.sittings.models import Sitting, SittingAnswer
from services.training.sittings.pages import bp as sittings_pages
from services.training.team.pages import bp as team_pages
from services.training.topics.pages import bp as topics_pages
from services.training.waivers.models import CourseCredit, Equivalence, Waiver
from services.training.watching.pages import bp as watching_pages
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.base import PlatformBase
from shared.db.migrate import Schema
from shared.directory import DirectoryBase
from shared.files import FilesBase
from shared.jobs import Schedule
from shared.mail import MailBase
from shared.web.service import NavigationItem, Service

_SECTION = N_("Training")

SERVICE = Service(
    name="training",
    title=N_("Training"),
    import_name="services.training",
    schema=Schema(
        "training",
        (PlatformBase.metadata, DirectoryBase.metadata, MailBase.metadata, FilesBase.metadata, Base.metadata),
        Path(__file__).parent / "migrations",
    ),
    permissions=PERMISSIONS,
    apis=(
        courses_api,
        paths_api,
        periods_api,
        assignments_api,
        attempts_api,
        certificates_api,
        documents_api,
        corrections_api,
        badges_api,
        reissues_api,
        verify_api,
        questions_api,
        sittings_api,
        sessions_api,
        planning_api,
        bookings_api,
        attendance_api,
        library_api,
        assigning_api,
        exceptions_api,
        relief_api,
        equivalents_api,
        notices_api,
        reminders_api,
        mentorships_api,
        pairing_api,
        careers_api,
        history_api,
        reports_api,
        imports_api,
        earlier_api,
    ),
    pages=(
        desk_pages,
        team_pages,
        courses_pages,
        enrolment_pages,
        revisions_pages,
        periods_pages,
        assignments_pages,
        attempts_pages,
        player_pages,
        materials_pages,
        watching_pages,
        acknowledgements_pages,
        evidence_pages,
        drafts_pages,
        certificates_pages,
        reports_pages,
        history_pages,
        questions_pages,
        topics_pages,
        interchange_pages,
        sittings_pages,
        invigilation_pages,
        printing_pages,
        corrections_pages,
        badges_pages,
        designing_pages,
        reissues_pages,
        planning_pages,
        agenda_pages,
        attendance_pages,
        feedback_pages,
        seminars_pages,
        calendars_pages,
        library_pages,
        librarian_pages,
        assigning_pages,
        orders_pages,
        exceptions_pages,
        relief_pages,
        equivalents_pages,
        notices_pages,
        reminders_pages,
        pairing_pages,
        pairfiles_pages,
        mentoring_pages,
        careers_pages,
        ladder_pages,
        imports_pages,
        earlier_pages,
    ),
    navigation=(
        NavigationItem(_SECTION, N_("My training"), "/training/my", OWN_TRAINING, 30),
        NavigationItem(_SECTION, N_("Team's training"), "/training/team", TEAM_READ, 31),
        NavigationItem(
            _SECTION,
            N_("Courses"),
            "/training/courses",
            COURSES_READ,
            32,
            first_for=(Role.TRAINER,),
            purpose=N_("Write and publish courses, and see who has completed them."),
        ),
        NavigationItem(
            _SECTION,
            N_("Question bank"),
            "/training/questions",
            QUESTIONS_EDIT,
            35,
            also=("/training/sittings",),
        ),
        NavigationItem(_SECTION, N_("Evidence"), "/training/evidence", EVIDENCE_DECIDE, 36),
        NavigationItem(_SECTION, N_("Sessions"), "/training/sessions", SESSIONS_READ, 32),
        NavigationItem(_SECTION, N_("Plan sessions"), "/training/sessions/plan", SESSIONS_EDIT, 33),
        NavigationItem(_SECTION, N_("Learning paths"), "/training/curricula", CURRICULA_READ, 33),
        NavigationItem(_SECTION, N_("Certificates"), "/training/certificates", CERTIFICATES_READ, 34),
        NavigationItem(_SECTION, N_("Reports"), "/training/reports", TEAM_READ, 36),
        NavigationItem(_SECTION, N_("Who was trained when"), "/training/history", TEAM_READ, 36),
        NavigationItem(_SECTION, N_("Due-date exceptions"), "/training/exceptions", RELIEF_READ, 34),
        NavigationItem(_SECTION, N_("Library"), "/training/library", LIBRARY_READ, 35),
        NavigationItem(_SECTION, N_("Mentoring"), "/training/mentoring", MENTORING_OWN, 36),
        NavigationItem(
            _SECTION, N_("Mentoring in my team"), "/training/mentoring/team", MENTORING_MANAGE, 36
        ),
        NavigationItem(
            _SECTION, N_("Waivers"), "/training/waivers", RELIEF_READ, 34, also=("/training/equivalences",)
        ),
        NavigationItem(_SECTION, N_("Reminders"), "/training/reminders", REMINDER_PLAN, 34),
        NavigationItem(_SECTION, N_("Earlier completions"), "/training/imports", IMPORT, 39),
        NavigationItem(_SECTION, N_("My career"), "/training/careers/me", OWN_TRAINING, 37),
        NavigationItem(_SECTION, N_("Who is ready"), "/training/careers/team", TEAM_READ, 38),
        NavigationItem(_SECTION, N_("Promotions"), "/training/careers/requests", PROMOTION_DECIDE, 38),
    ),
    audited=(
        Course,
        CourseVersion,
        Curriculum,
        CurriculumRevision,
        CertificationPeriod,
        Assignment,
        Attempt,
        PartProgress,
        Acknowledgement,
        Evidence,
        Certificate,
        CertificateDocument,
        Topic,
        Question,
        QuestionRevision,
        QuestionImport,
        Sitting,
        SittingAnswer,
        Design,
        DesignVersion,
        DesignChoice,
        Reissue,
        Badge,
        TrainingSession,
        Booking,
        BookingNotice,
        SessionFeedback,
        SeminarCase,
        CalendarFeed,
        LibraryEntry,
        LibraryVersion,
        LibraryReading,
        AssignmentExtension,
        CompletionRetraction,
        Waiver,
        CourseCredit,
        Equivalence,
        DueException,
        LegacyImport,
        LegacyCompletion,
        MentoringPlan,
        Mentorship,
        MentoringTick,
        MentoringNote,
        MentoringVisit,
        MentorLimit,
        CareerStep,
        CareerSignOff,
        PromotionRequest,
    ),
    handlers={"people": PEOPLE_HANDLERS},
    jobs=JOBS,
    schedules=(
        Schedule(REMINDERS_JOB, minute="0", hour="8"),
        Schedule(SITTINGS_JOB, minute="*/5"),
        Schedule(LEAVERS_JOB, minute="10", hour="1"),
        Schedule(MENTORLESS_JOB, minute="40", hour="7"),
        Schedule(RENDER_MANY_JOB, minute="*"),
        Schedule(SESSIONS_JOB, minute="5", hour="8"),
        Schedule(FOLLOW_JOB, minute="*/5"),
        Schedule(EXCEPTIONS_JOB, minute="30", hour="6"),
    ),
    load_demo=load_demo,
    seed=seed_company,
)
