"""The demo company's training: its story, and that it is what the service itself would have made."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.training.acknowledgements.models import Acknowledgement
from services.training.app import SERVICE
from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.attempts.models import Attempt
from services.training.attempts.queries import in_full
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateState
from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import VersionStatus, check_publishable, count_pages
from services.training.enrolment.commands import reconcile_person
from services.training.parts.rules import DocumentPart, VideoPart
from shared.core.principals import Role
from shared.demo import DemoCompany
from shared.directory import DirectoryPerson
from shared.eventlog import export_log, load_or_create_key
from shared.eventlog.verify import verify
from tests.harness import Harness, assert_page


@pytest.fixture
def company(h: Harness) -> DemoCompany:
    """A small company, loaded."""
    assert SERVICE.load_demo is not None
    made = DemoCompany(120, now=h.clock.now())
    SERVICE.load_demo(h.suite.databases["training"], made)
    return made


def test_the_rep_is_late_with_the_anti_bribery_training_by_twelve_days_and_with_nothing_else(
    h: Harness, company: DemoCompany
) -> None:
    rep = company.persona("rep")
    with h.read("training") as uow:
        late = uow.session.execute(
            select(Course.code, Assignment.due_on)
            .join(Course, Course.id == Assignment.course_id)
            .where(Assignment.person_id == rep.id, Assignment.status.in_(OPEN))
            .where(Assignment.due_on <= company.today + timedelta(days=21))
        ).all()
        certificates = uow.session.scalars(select(Certificate).where(Certificate.person_id == rep.id)).all()
        states = {one.state(h.clock.now()) for one in certificates}
    assert [tuple(row) for row in late] == [("anti-bribery", company.today - timedelta(days=12))]
    assert states <= {CertificateState.VALID, CertificateState.SUPERSEDED}
    text = assert_page(h.client(Role.REP, person_id=rep.id, locale="zh").get("/training/my"))
    assert "逾期 12 天" in text
    impeded = {
        (one.message().kind, interval.start <= h.clock.now())
        for one in h.events("training", "training.impediment.stated.v1")
        for interval in one.message().intervals
        if one.person_id == rep.id and (interval.until is None or interval.until > h.clock.now())
    }
    assert ("training_overdue", True) in impeded
    assert ("certificate_expired", True) not in impeded


def test_the_manager_has_overdue_people_and_the_trainer_a_draft_to_publish(
    h: Harness, company: DemoCompany
) -> None:
    manager = company.persona("manager")
    browser = h.client(Role.MANAGER, Role.REP, person_id=manager.id, locale="zh")
    text = assert_page(browser.get("/training/team?state=overdue"))
    assert "李薇" in text
    assert "王磊" not in text
    with h.read("training") as uow:
        (draft,) = uow.session.scalars(
            select(CourseVersion).where(CourseVersion.status == VersionStatus.DRAFT)
        )
        check_publishable(draft.content)


def test_nobody_else_who_plays_a_part_is_late(h: Harness, company: DemoCompany) -> None:
    parts = [one.id for one in company.people if one.persona and one.persona != "rep"]
    with h.read("training") as uow:
        late = uow.session.scalar(
            select(func.count()).where(
                Assignment.person_id.in_(parts),
                Assignment.status.in_(OPEN),
                Assignment.due_on < company.today,
            )
        )
    assert late == 0


def test_the_first_thing_that_happens_to_anybody_finds_nothing_to_mend(
    h: Harness, company: DemoCompany
) -> None:
    before = len(h.events("training"))
    with h.write("training") as uow:
        for person in uow.session.scalars(select(DirectoryPerson)):
            changed = reconcile_person(uow, person, joined_on=company.today, now=h.clock.now())
            assert changed == 0, person.employee_no
    assert len(h.events("training")) == before


def test_every_attempt_met_every_part_of_its_version(h: Harness, company: DemoCompany) -> None:
    assert company.size == 120
    with h.read("training") as uow:
        attempts = list(uow.session.scalars(select(Attempt)))
        assert attempts
        for one in attempts[:20]:
            found = in_full(uow.session, one)
            assert found.met == {part.id for part in found.parts}
            assert all(found.pages_of(part) == count_pages(part, "zh") for part in found.parts)
            scores = {row.score for row in found.progress.values() if row.score is not None}
            assert scores == {one.score}
        signed = uow.session.scalars(select(Acknowledgement)).all()
        assert signed
        assert {one.printed_name for one in signed} <= {one.name for one in company.people}


def test_the_log_accounts_for_every_row(h: Harness, company: DemoCompany, tmp_path: Path) -> None:
    assert company.people
    database = h.suite.databases["training"]
    key = load_or_create_key(h.settings.key_dir, "training")
    target = tmp_path / "training.zip"
    export_log(database, target, service="training", audited_models=list(SERVICE.audited), key=key)
    report = verify(str(target))
    assert (report.integrity, report.completeness) == ([], [])


def test_the_same_company_on_any_day_of_the_year_has_the_same_story(h: Harness) -> None:
    """On 1 March of a leap year the date of last year's training falls on another day of the month."""
    assert SERVICE.load_demo is not None
    now = datetime(2028, 3, 12, 2, 0, tzinfo=UTC)
    company = DemoCompany(60, now=now, files_dir=h.settings.files_dir)
    SERVICE.load_demo(h.suite.databases["training"], company)
    rep = company.persona("rep").id
    with h.read("training") as uow:
        late = uow.session.scalars(
            select(Assignment.due_on).where(
                Assignment.person_id == rep, Assignment.status.in_(OPEN), Assignment.due_on < company.today
            )
        ).all()
        parts = [part for one in uow.session.scalars(select(CourseVersion)) for part in one.content.parts]
    assert late == [company.today - timedelta(days=12)]
    (guide,) = (one for one in parts if isinstance(one, DocumentPart))
    (film,) = (one for one in parts if isinstance(one, VideoPart))
    assert (guide.pages_zh, guide.pages_en, film.seconds) == (3, 3, 35)
