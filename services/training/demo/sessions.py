"""The demo company's sessions: taught by R&D, by clinicians and by the trainer, lately and to come."""

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select, true

from services.training.attendance.commands import call_roll, confirm_roll
from services.training.attendance.rules import Mark
from services.training.bookings.commands import book_many, remind_chunk
from services.training.bookings.queries import list_participants
from services.training.bookings.rules import BookingStatus, Channel, Presence
from services.training.courses.queries import find_by_code
from services.training.demo.session_texts import CASES, COMMENTS, PLANNED, STORIES, TODAY, Story
from services.training.feedback.commands import give_feedback
from services.training.feedback.rules import Answer
from services.training.seminars.commands import close_session, write_case
from services.training.sessions.commands import open_session, plan_session
from services.training.sessions.models import TrainingSession
from services.training.sessions.rules import Details, Instructor, Language, SessionKind, deadlines
from shared.core.principals import Principal, Role
from shared.core.zones import COMPANY_ZONE
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany, DemoPerson
from shared.directory import Audience, DirectoryPerson

_SELLS = ("rep", "supervisor", "district_manager")
_ANNOUNCED = timedelta(days=21)
# What is older than this is closed: its case is in the library.
_CLOSED_AFTER = 10


def load_sessions(database: Database, company: DemoCompany) -> None:
    """Write the sessions with their bookings, rolls, feedback and cases; as many whatever the company's size."""
    people = [one for one in company.here if one.position in _SELLS][:400]
    for number, story in enumerate((*STORIES, TODAY)):
        with database.write() as uow:
            _play(uow, company, story, people, company.random("session", number))
    with database.write() as uow:
        details = _details(uow, company, PLANNED)
        plan_session(uow, details, actor=_trainer(company), now=company.now - timedelta(days=1))
        remind_chunk(uow, now=company.now)


def _play(
    uow: UnitOfWork, company: DemoCompany, story: Story, people: list[DemoPerson], chance: Random
) -> None:
    trainer, details = _trainer(company), _details(uow, company, story)
    opened = min(details.starts_at - _ANNOUNCED, company.now - timedelta(days=5))
    session = plan_session(uow, details, actor=trainer, now=opened)
    open_session(uow, session, actor=trainer, now=opened + timedelta(hours=1))
    uow.session.flush()  # It is locked, and so read back, before each booking.
    wanting = _wanting(company, story, people, chance)
    found = {
        one.id: one
        for one in uow.session.scalars(select(DirectoryPerson).where(DirectoryPerson.id.in_(wanting)))
    }
    asking = [found[one] for one in wanting if one in found]
    for first, days in ((0, 1), (len(asking) // 2, 3)):
        some = asking[first : len(asking) // 2 if first == 0 else None]
        at = opened + timedelta(days=days)
        book_many(uow, session.id, some, Channel.SELF, actor=trainer, now=at)
        uow.session.flush()  # Those who ask later come after those who asked before.
    if story.day < 0:
        _hold(uow, company, story, session, trainer, chance)


def _hold(
    uow: UnitOfWork,
    company: DemoCompany,
    story: Story,
    session: TrainingSession,
    trainer: Principal,
    chance: Random,
) -> None:
    """Let a session of the past take place: its roll, what people said of it, and its case."""
    uow.session.flush()
    roll = [one.booking for one in list_participants(uow.session, session.id, true())]
    known = {company.persona(name).id for name in ("rep", "rep2", "manager")}
    marks = [
        Mark(
            one.id,
            Presence.PRESENT
            if one.person_id in known
            else chance.choices(tuple(Presence), weights=(84, 8, 8))[0],
        )
        for one in roll
        if one.status is BookingStatus.BOOKED
    ]
    after = session.ends_at + timedelta(minutes=20)
    call_roll(uow, session.id, marks, actor=trainer, now=session.ends_at)
    uow.session.flush()
    if story.day <= -3:
        confirm_roll(uow, session.id, actor=trainer, now=after)
    for one in roll:
        if one.status is BookingStatus.ATTENDED and one.person_id not in known and chance.random() < 0.55:
            ratings = [chance.choices((3, 4, 5), weights=(2, 5, 6))[0] for _ in range(3)]
            comment = chance.choice(COMMENTS) if chance.random() < 0.3 else ""
            give_feedback(
                uow,
                session,
                one,
                Answer(ratings[0], ratings[1], ratings[2], comment),
                now=after + timedelta(hours=3),
            )
    case = CASES.get(story.title.zh)
    if case is not None:
        write_case(uow, session, story.title, case, [], actor=trainer, now=after)
    if story.day <= -_CLOSED_AFTER:
        uow.session.flush()  # The case and the roll are read back.
        close_session(uow, session.id, actor=trainer, now=after + timedelta(days=2))


def _details(uow: UnitOfWork, company: DemoCompany, story: Story) -> Details:
    starts_at = datetime.combine(
        company.today + timedelta(days=story.day),
        time(story.hour, 30 if story.hour == 9 else 0),
        COMPANY_ZONE,
    )
    if story is TODAY:
        # At the next full half hour but one, whatever the time is.
        starts_at = datetime.fromtimestamp(company.now.timestamp() // 1800 * 1800 + 3600, COMPANY_ZONE)
    book_until, cancel_until = deadlines(starts_at, None, None)
    course = find_by_code(uow.session, story.course) if story.course is not None else None
    teaches = company.persona("trainer").id if story.name == company.persona("trainer").name else None
    return Details(
        kind=story.kind,
        course_id=course.id if course is not None else None,
        title=story.title,
        about=story.about,
        instructor=Instructor(story.teacher, story.name, story.affiliation, teaches),
        language=Language.BOTH if story.kind is SessionKind.CASE_SEMINAR else Language.ZH,
        place=story.place,
        link=story.link,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=story.minutes),
        capacity=story.capacity,
        book_until=book_until,
        cancel_until=cancel_until,
        audience=Audience(product_lines=(story.line,) if story.line is not None else ()),
    )


def _wanting(company: DemoCompany, story: Story, people: list[DemoPerson], chance: Random) -> list[UUID]:
    """Return who asks for a place, in their order: the personas come where the story wants them."""
    fitting = [one for one in people if story.line is None or story.line in one.product_lines]
    others = [one for one in fitting if one.persona is None]
    wanting = [one.id for one in chance.sample(others, min(story.asked, len(others)))]
    rep, rep2 = company.persona("rep").id, company.persona("rep2").id
    if story.line == "consumables" and story.day in (-20, 6):
        wanting.insert(0, rep)
        wanting.append(rep2)
    elif story.line is None and story.day == -6:
        wanting[:0] = [rep, rep2]
    return wanting


def _trainer(company: DemoCompany) -> Principal:
    found = company.persona("trainer")
    return Principal(found.account_id, found.name, frozenset({Role.TRAINER}), found.id)
