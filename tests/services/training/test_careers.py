"""Careers over a database: who is ready, who may say so, and requests whose evidence stays as it was."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from services.training.careers.commands import create_step
from services.training.careers.models import CareerStep, PromotionRequest
from services.training.careers.queries import list_candidates
from services.training.careers.rules import Criteria, RequestStatus, evidence_digest
from services.training.careers.seed import STEPS, seed_steps
from services.training.courses.models import Course
from shared.core.principals import SYSTEM, Principal, Role
from shared.core.text import N_
from shared.directory import DirectoryPerson
from shared.messages.people import Position
from tests.databases import count_statements
from tests.harness import Harness, assert_page
from tests.services.training.factories import create_active, hire, open_assignment, take

HOME = "/training/careers"


def make_team(h: Harness) -> tuple[UUID, UUID]:
    """Hire a manager and a rep of theirs who holds the one certificate that is asked for."""
    create_active(h)
    manager = hire(h, position="district_manager").person_id
    rep = hire(h, manager_id=manager).person_id
    take(h, open_assignment(h, rep).id)
    return manager, rep


def make_step(h: Harness, **overrides: object) -> UUID:
    """Open a way from rep to supervisor."""
    with h.write("training") as uow:
        course = uow.session.scalars(select(Course)).one()
        values = {"months": 12, "courses": (course.id,), "clean_days": 30, "sign_off": True} | overrides
        step = create_step(
            uow,
            Position.REP,
            Position.SUPERVISOR,
            Criteria(**values),  # type: ignore[arg-type]
            actor=SYSTEM,
            now=h.clock.now(),
        )
        return step.id


def the_request(h: Harness) -> PromotionRequest:
    with h.read("training") as uow:
        found = uow.session.scalars(select(PromotionRequest)).one()
        uow.session.expunge(found)
    return found


def test_a_rep_sees_what_is_missing_asks_and_is_promoted_by_the_next_manager(h: Harness) -> None:
    director = hire(h, position="regional_manager").person_id
    manager, rep = make_team(h)
    with h.write("training") as uow:
        uow.session.get_one(DirectoryPerson, manager).manager_id = director
    step = make_step(h)
    mine = h.client(Role.REP, person_id=rep)
    page = assert_page(mine.get(f"{HOME}/me"), title="Am I ready?")
    assert "1 criterion missing" in page
    way = f"{HOME}/people/{rep}/steps/{step}"
    answer = mine.submit(f"{way}/request", {"reason": "Two good years"}, form_of=way)
    assert answer.status_code == 303
    here = answer.headers["Location"]
    assert "It cannot be submitted yet" in assert_page(mine.get(here))
    mine.submit(f"{here}/submit", form_of=here)
    assert the_request(h).status is RequestStatus.DRAFT

    above = h.client(Role.MANAGER, person_id=manager)
    assert above.submit(f"{way}/sign-off", {"note": "Ready for a team"}, form_of=way).status_code == 303
    mine.submit(f"{here}/submit", form_of=here)
    request = the_request(h)
    assert request.status is RequestStatus.SUBMITTED
    assert request.evidence is not None
    assert request.evidence_sha256 == evidence_digest(request.evidence)

    boss = h.client(Role.MANAGER, person_id=director)
    decided = boss.submit(f"{here}/decide", {"reason": "Well earned", "outcome": "approve"}, form_of=here)
    assert decided.status_code == 303
    assert the_request(h).status is RequestStatus.APPROVED
    assert "Well earned" in assert_page(mine.get(here))
    kinds = [one.type for one in h.events("training") if "promotion" in one.type or "signed" in one.type]
    assert kinds == [
        "training.promotion.requested.v1",
        "training.career.signed_off.v1",
        "training.promotion.submitted.v1",
        "training.promotion.decided.v1",
    ]


def test_the_evidence_of_a_submitted_request_outlives_a_change_of_the_criteria(h: Harness) -> None:
    manager, rep = make_team(h)
    step = make_step(h, sign_off=False)
    api = h.api(Role.REP, person_id=rep)
    made = api.post("/training/v1/careers/requests", json={"step_id": str(step), "reason": "It is time"})
    assert made.status_code == 201, made.text
    here = made.headers["Location"]
    assert api.post(f"{here}/submit").json["status"] == "submitted"
    digest = the_request(h).evidence_sha256
    trainer = h.client(Role.TRAINER)
    form = f"{HOME}/steps/{step}"
    saved = trainer.submit(form, {"months": "60", "clean_days": "0"}, form_of=form)
    assert saved.status_code == 303, saved.text
    with h.read("training") as uow:
        assert uow.session.get_one(CareerStep, step).criteria == Criteria(60, (), 0, False)
    assert the_request(h).evidence_sha256 == digest
    assert "As it was on" in assert_page(
        h.client(Role.MANAGER, person_id=manager).get(f"{HOME}/requests/{the_request(h).id}")
    )


def test_nobody_signs_off_or_decides_for_themselves_or_for_strangers(h: Harness) -> None:
    manager, rep = make_team(h)
    step = make_step(h, sign_off=False)
    stranger = hire(h, position="district_manager").person_id
    made = h.api(Role.MANAGER, person_id=manager).post(
        "/training/v1/careers/requests",
        json={"person_id": str(rep), "step_id": str(step), "reason": "She leads already"},
    )
    here = made.headers["Location"]
    body = {"approve": True, "reason": "Of course"}
    asker = h.api(Role.MANAGER, person_id=manager)
    assert asker.post(f"{here}/submit").status_code == 200
    assert asker.post(f"{here}/decide", json=body).status_code == 403
    assert h.api(Role.MANAGER, person_id=stranger).post(f"{here}/decide", json=body).status_code == 404
    assert h.api(Role.REP, person_id=rep).post(f"{here}/decide", json=body).status_code == 403
    assert h.api(Role.HR, person_id=stranger).post(f"{here}/decide", json=body).status_code == 200
    assert the_request(h).status is RequestStatus.APPROVED


def test_a_second_request_for_the_same_step_is_refused_while_one_is_pending(h: Harness) -> None:
    _, rep = make_team(h)
    step = make_step(h)
    api = h.api(Role.REP, person_id=rep)
    body = {"step_id": str(step), "reason": "It is time"}
    first = api.post("/training/v1/careers/requests", json=body)
    assert api.post("/training/v1/careers/requests", json=body).status_code == 409
    assert api.post(f"{first.headers['Location']}/withdraw").json["status"] == "withdrawn"
    assert api.post("/training/v1/careers/requests", json=body).status_code == 201


def test_whoever_was_overdue_has_to_wait_until_enough_clean_days_have_passed(h: Harness) -> None:
    create_active(h)
    rep = hire(h).person_id
    step = make_step(h, courses=(), months=0, sign_off=False)
    h.clock.advance(timedelta(days=40))
    take(h, open_assignment(h, rep).id)
    api = h.api(Role.REP, person_id=rep)

    def ready() -> bool:
        (way,) = api.get("/training/v1/careers/readiness").json["ways"]
        assert way["step_id"] == str(step)
        return bool(way["ready"])

    assert not ready()
    h.clock.advance(timedelta(days=29))
    api = h.api(Role.REP, person_id=rep)
    assert not ready()
    h.clock.advance(timedelta(days=1))
    api = h.api(Role.REP, person_id=rep)
    assert ready()


def test_a_manager_sees_the_team_nearest_first_and_nobody_else(h: Harness) -> None:
    manager, rep = make_team(h)
    hire(h, manager_id=manager, name="新人", position_since=date(2026, 9, 1))
    hire(h, name="陌生人")
    make_step(h)
    page = assert_page(h.client(Role.MANAGER, person_id=manager).get(f"{HOME}/team"), title="Who is ready")
    assert "陌生人" not in page
    assert page.index("李薇") < page.index("新人")
    assert h.client(Role.MANAGER, person_id=manager).get(f"{HOME}/people/{rep}").status_code == 200
    assert h.client(Role.REP, person_id=rep).get(f"{HOME}/people/{manager}").status_code in (403, 404)


def test_a_team_of_fifty_takes_as_many_queries_as_one_of_two(h: Harness) -> None:
    create_active(h)
    make_step(h)
    people = [h.person() for _ in range(50)]
    counts = []
    for some in (people[:2], people):
        with h.read("training") as uow:
            rows = list(
                uow.session.scalars(
                    select(DirectoryPerson).where(DirectoryPerson.id.in_([one.id for one in some]))
                )
            )
            with count_statements(uow.session) as counted:
                list_candidates(uow.session, rows, h.clock.now())
            counts.append(len(counted))
    assert counts[0] == counts[1] == 5


def test_a_trainer_writes_a_step_and_is_told_what_is_wrong(h: Harness) -> None:
    trainer = h.client(Role.TRAINER)
    new = f"{HOME}/steps/new"
    wrong = trainer.submit(
        new, {"source": "director", "target": "rep", "months": "500", "clean_days": "1"}, form_of=new
    )
    assert wrong.status_code == 422
    down = trainer.submit(
        new, {"source": "director", "target": "rep", "months": "5", "clean_days": "1"}, form_of=new
    )
    assert "does not lead down" in assert_page(down, status=422)
    good = {"source": "rep", "target": "marketing", "months": "24", "clean_days": "90", "mentored": "1"}
    assert trainer.submit(new, good, form_of=new).status_code == 303
    assert trainer.submit(new, good, form_of=new).status_code == 422
    ladder = assert_page(trainer.get(f"{HOME}/steps"), title="The ladder")
    assert "Marketing" in ladder
    assert "A mentorship was signed off by mentor and manager" in ladder
    assert "Standing is judged here by training alone" in ladder


def test_the_ladder_ships_and_is_seeded_once(h: Harness) -> None:
    for expected in (len(STEPS), 0):
        with h.write("training") as uow:
            assert seed_steps(uow, now=h.clock.now()) == expected


def test_an_account_that_belongs_to_nobody_is_told_so(h: Harness) -> None:
    actor: Principal = h.principal(Role.TRAINER)
    page = assert_page(h.client(principal=actor, locale="en").get(f"{HOME}/me"), title="My career")
    assert N_("Your account belongs to nobody on the roster").msgid in page
