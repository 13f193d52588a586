"""The trainer's pages: writing and publishing, paths, exemptions, revoking."""

import pytest
from sqlalchemy import select

from services.training.assignments.models import Assignment
from services.training.courses.models import CourseVersion
from services.training.courses.rules import VersionStatus, content_digest
from shared.core.ids import new_id
from shared.core.principals import Role
from tests.harness import Harness, assert_page
from tests.services.training.factories import AFTER_30, create_active, follow, hire, open_assignment

LOCALES = ("zh", "en")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_trainer_writes_a_course_and_publishes_it_and_then_it_never_changes(
    h: Harness, locale: str
) -> None:
    browser = h.client(Role.TRAINER, person_id=new_id(), locale=locale)
    assert_page(browser.get("/training/courses"))
    fields = {"code": "wrong code", "title_zh": "谈判", "title_en": "Negotiation", "category": "skill"}
    assert_page(follow(browser, "/training/courses/new", fields), status=422)
    made = follow(browser, "/training/courses/new", {**fields, "code": "negotiation"})
    draft = made.location
    assert_page(browser.get(draft))
    content = {
        "questions": "2", "text_zh": "# 一\n\n<b>粗</b>", "text_en": "# One\n\n<script>alert(1)</script>",
        "minutes": "15", "pass_mark": "80", "certifies": "1", "valid_months": "12",
        "question_zh-1": "问", "question_en-1": "Q", "options_zh-1": "甲\n乙", "options_en-1": "a\nb",
        "answer-1": "2", "answer-2": "1",
    }  # fmt: skip
    uneven = {**content, "options_en-1": "a", "then": "publish"}
    assert_page(follow(browser, draft, uneven), status=422)
    assert follow(browser, draft, {**content, "then": "save"}).location == draft
    published = follow(browser, draft, {**content, "then": "publish"})
    course_url = published.location
    text = assert_page(browser.get(course_url))
    assert "<script>alert" not in text
    assert browser.get(draft).status_code == 404
    assert browser.submit(draft, content, form_of="/training/my").status_code == 404
    with h.read("training") as uow:
        version = uow.session.scalars(select(CourseVersion)).one()
        assert version.status is VersionStatus.PUBLISHED
        assert version.content_sha256 is not None
        assert version.content_sha256.hex() == content_digest(version.content)
        first_id, first = version.id, version.content
    browser.submit(f"{course_url}/draft/new", form_of=course_url)
    assert browser.submit(f"{course_url}/draft/new", form_of=course_url + "/draft").status_code == 409
    follow(browser, draft, {**content, "minutes": "30", "then": "publish"})
    with h.read("training") as uow:
        old = uow.session.get_one(CourseVersion, first_id)
        assert (old.status, old.content) == (VersionStatus.RETIRED, first)
    assert_page(h.client(Role.REP, person_id=new_id(), locale=locale).get(course_url))


def test_a_course_without_a_published_version_does_not_exist_for_learners(h: Harness) -> None:
    browser = h.client(Role.TRAINER)
    fields = {"code": "secret", "title_zh": "秘密", "title_en": "Secret", "category": "skill"}
    made = follow(browser, "/training/courses/new", fields)
    url = made.location.removesuffix("/draft")
    rep = h.client(Role.REP, person_id=new_id())
    assert rep.get(url).status_code == 404
    assert "Secret" not in assert_page(rep.get("/training/courses"))
    assert "Secret" in assert_page(browser.get("/training/courses?category=skill"))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_trainer_archives_a_path_and_sees_whom_it_is_for(h: Harness, locale: str) -> None:
    curriculum = create_active(h, due=AFTER_30)
    person = hire(h)
    browser = h.client(Role.TRAINER, locale=locale)
    assert_page(browser.get("/training/curricula"))
    url = f"/training/curricula/{curriculum.id}"
    assert_page(browser.get(url))
    assert browser.submit(f"{url}/archive", form_of=url).status_code == 303
    assert browser.submit(f"{url}/archive", form_of="/training/my").status_code == 409
    h.suite.runner.run_due("training")
    assert_page(browser.get(url))
    with h.read("training") as uow:
        (row,) = uow.session.scalars(select(Assignment).where(Assignment.person_id == person.person_id))
        assert row.status == "cancelled"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_trainer_exempts_somebody_with_a_reason(h: Harness, locale: str) -> None:
    create_active(h)
    person = hire(h)
    here = f"/training/assignments/{open_assignment(h, person.person_id).id}"
    browser = h.client(Role.TRAINER, locale=locale)
    assert_page(browser.get(f"{here}/exempt"))
    assert_page(follow(browser, f"{here}/exempt", {"reason": ""}), status=422)
    assert follow(browser, f"{here}/exempt", {"reason": "不再从事销售"}).status_code == 303
    assert "不再从事销售" in assert_page(browser.get(here))
