"""What ships with the product, for a company of its own and for the demo company."""

from pathlib import Path

from sqlalchemy import select

from services.training.app import SERVICE
from services.training.courses.seed import COURSES
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import content_of
from services.training.curricula.rules import CurriculumStatus, Opens
from services.training.curricula.seed import seed_company, shipped
from shared.core.clock import FixedClock
from shared.core.settings import Settings
from shared.web.suite import Suite
from tests.harness import Harness


def test_a_company_of_its_own_finds_the_shipped_paths_as_drafts_once(
    clock: FixedClock, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path, services=("training",), database_template=f"sqlite:///{tmp_path}/{{service}}.db",
        base_url="http://localhost", secret_key="test-secret", feed_token="token", demo=False, testing=True,
    )  # fmt: skip
    suite = Suite((SERVICE,), settings, clock, home="/training/my")
    assert suite.migrate() == ["training"]
    assert suite.migrate() == []
    with suite.databases["training"].read() as uow:
        found = {one.code: one for one in uow.session.scalars(select(Curriculum))}
        assert {
            "onboarding",
            "anti-bribery-yearly",
            "data-security-yearly",
            "data-privacy-yearly",
            "sales-leaders",
        } <= set(found)
        assert {one.status for one in found.values()} == {CurriculumStatus.DRAFT}
        first, second = content_of(uow.session, found["sales-leaders"]).items
        assert (len(first.courses), second.need, second.opens) == (1, 1, Opens.AFTER_BEFORE)
        assert len(second.courses) > 1
    suite.stop()


def test_every_course_that_a_shipped_path_names_is_written_and_every_one_written_is_in_a_path() -> None:
    named = {code for path in shipped() for step in path.steps for code in step.courses}
    assert named == {one.code for one in COURSES}
    # What domain.md lists as ongoing: product, skills, and the compliance refreshers, each of its own.
    assert {
        "new-products", "negotiation", "key-accounts", "tendering", "academic-promotion",
        "anti-bribery", "data-security", "data-privacy",
    } <= named  # fmt: skip


def test_seeding_again_changes_nothing(h: Harness) -> None:
    with h.write("training") as uow:
        seed_company(uow, h.clock.now())
    before = len(h.events("training"))
    with h.write("training") as uow:
        seed_company(uow, h.clock.now())
    assert len(h.events("training")) == before
