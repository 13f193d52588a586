"""The trainer's pages: writing and publishing, paths, exemptions, revoking."""

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.training.assignments.models import Assignment
from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import VersionStatus, content_digest
from services.training.parts.rules import AssessmentPart, PartKind
from shared.core.ids import new_id
from shared.core.principals import Role
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import (
    AFTER_30,
    create_active,
    create_published,
    create_questions,
    follow,
    hire,
    open_assignment,
)

LOCALES = ("zh", "en")


NEGOTIATION = {"title_zh": "谈判", "title_en": "Negotiation", "category": "skill", "tags": "谈判, 大客户"}
SETTINGS = {"minutes": "15", "certifies": "1", "valid_months": "12"}


def add(browser: Browser, draft: str, kind: str, **fields: str) -> TestResponse:
    """Add a part of a kind to a draft."""
    return follow(browser, f"{draft}/parts/new?kind={kind}", fields)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_trainer_writes_a_course_and_publishes_it_and_then_it_never_changes(
    h: Harness, locale: str
) -> None:
    trainer = h.person(name="孙悦")
    browser = h.client(Role.TRAINER, person_id=trainer.id, locale=locale)
    assert_page(browser.get("/training/courses"))
    refused = follow(
        browser, "/training/courses/new", {**NEGOTIATION, "code": "wrong code", "owner": "nobody"}
    )
    assert_page(refused, status=422)
    fields = {**NEGOTIATION, "code": "negotiation", "owner": trainer.employee_no}
    draft = follow(browser, "/training/courses/new", fields).location
    assert_page(browser.get(draft))
    empty = follow(browser, draft, {**SETTINGS, "then": "publish"})
    assert ("请添加一个部分" if locale == "zh" else "add a part") in assert_page(empty, status=422)
    assert_page(browser.get(f"{draft}/parts/new?kind=text"))
    text = {
        "title_zh": "课文",
        "title_en": "Text",
        "text_zh": "# 一\n\n<b>粗</b>",
        "text_en": "# One\n\n# Two",
    }
    add(browser, draft, "text", **text)
    uneven = assert_page(follow(browser, draft, {**SETTINGS, "then": "publish"}), status=422)
    assert ("英文有 2 页" if locale == "zh" else "the English one 2") in uneven
    text["text_en"] = "# One\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://x/y.png)"
    shown = assert_page(follow(browser, f"{draft}/parts/text-1", {**text, "then": "preview"}))
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "y.png" not in shown.split("preview-heading")[1]
    follow(browser, f"{draft}/parts/text-1", text)
    published = follow(browser, draft, {**SETTINGS, "then": "publish"})
    course_url = published.location
    assert "<script>alert" not in assert_page(browser.get(course_url))
    assert browser.get(draft).status_code == 404
    assert browser.submit(draft, SETTINGS, form_of="/training/my").status_code == 404
    with h.read("training") as uow:
        version = uow.session.scalars(select(CourseVersion)).one()
        assert version.status is VersionStatus.PUBLISHED
        assert version.content_sha256 is not None
        assert version.content_sha256.hex() == content_digest(version.content)
        first_id, first = version.id, version.content
    browser.submit(f"{course_url}/draft/new", form_of=course_url)
    assert browser.submit(f"{course_url}/draft/new", form_of=course_url + "/draft").status_code == 409
    follow(browser, f"{draft}/parts/text-1", {**text, "title_zh": "Better", "title_en": "Better"})
    assert "Better" in assert_page(browser.get(f"{draft}/changes"))
    follow(browser, draft, {**SETTINGS, "minutes": "30", "then": "publish"})
    with h.read("training") as uow:
        old = uow.session.get_one(CourseVersion, first_id)
        assert (old.status, old.content) == (VersionStatus.RETIRED, first)
        assert old.content_sha256 is not None
        assert old.content_sha256.hex() == content_digest(old.content)
    assert_page(h.client(Role.REP, person_id=new_id(), locale=locale).get(course_url))


@pytest.mark.parametrize("locale", LOCALES)
def test_parts_of_every_kind_are_added_moved_and_removed_without_a_script(h: Harness, locale: str) -> None:
    with h.write("training") as uow:
        topic = create_questions(uow, h.clock.now(), "bank", 3)
    browser = h.client(Role.TRAINER, person_id=new_id(), locale=locale)
    draft = follow(browser, "/training/courses/new", {**NEGOTIATION, "code": "all"}).location
    for kind in PartKind:
        assert_page(browser.get(f"{draft}/parts/new?kind={kind}"))
    assert browser.get(f"{draft}/parts/new?kind=nothing").status_code == 404
    titles = {"title_zh": "标题", "title_en": "Title"}
    asked = {**titles, "topic-1": str(topic), "count-1": "4", "pass_mark": "80", "shuffle": "1"}
    assert_page(add(browser, draft, "assessment", **{**asked, "pass_mark": "101"}), status=422)
    add(browser, draft, "assessment", **asked)
    add(browser, draft, "link", **titles, url="https://example.com/")
    add(browser, draft, "acknowledgement", **titles, statement_zh="我已阅读", statement_en="I have read")
    for kind in ("session", "checklist"):
        add(browser, draft, kind, **titles)
    add(browser, draft, "evidence", **titles, hint_zh="证书", hint_en="Certificate")
    for _ in range(2):
        browser.submit(f"{draft}/parts/link-1/move", {"to": "up"}, form_of=draft)
    browser.submit(f"{draft}/parts/assessment-1/move", {"to": "down"}, form_of=draft)
    browser.submit(f"{draft}/parts/session-1/remove", form_of=draft)
    with h.read("training") as uow:
        version = uow.session.scalars(select(CourseVersion)).one()
        ids = [one.id for one in version.content.parts]
    assert ids == ["link-1", "acknowledgement-1", "assessment-1", "checklist-1", "evidence-1"]
    few = assert_page(follow(browser, draft, {**SETTINGS, "then": "publish"}), status=422)
    assert ("题" if locale == "zh" else "the topic has only 3") in few
    follow(browser, f"{draft}/parts/assessment-1", {**asked, "count-1": "2"})
    published = follow(browser, draft, {**SETTINGS, "then": "publish"})
    assert_page(browser.get(published.location))
    with h.read("training") as uow:
        version = uow.session.scalars(select(CourseVersion)).one()
        (part,) = (one for one in version.content.parts if isinstance(one, AssessmentPart))
        assert len(part.blueprint.pool) == 3


def test_a_course_is_found_by_its_words_its_tag_and_its_status(h: Harness) -> None:
    browser = h.client(Role.TRAINER, person_id=new_id())
    with h.write("training") as uow:
        create_published(uow, h.clock.now(), code="published")
    first = follow(browser, "/training/courses/new", {**NEGOTIATION, "code": "tagged"})
    follow(browser, "/training/courses/new", {**NEGOTIATION, "code": "other", "tags": "谈判技巧"})

    def codes(query: str) -> set[str]:
        text = assert_page(browser.get(f"/training/courses?{query}"))
        return {one for one in ("published", "tagged", "other") if f'person-detail">{one}' in text}

    assert codes("") == {"published", "tagged", "other"}
    assert codes("tag=谈判") == {"tagged"}
    assert codes("search=NEGOT+other") == {"other"}
    assert codes("search=100%25_") == set()
    assert codes("category=compliance") == {"published"}
    assert codes("status=published") == {"published"}
    assert codes("status=draft") == {"tagged", "other"}
    url = first.location.removesuffix("/draft")
    assert browser.submit(f"{url}/retire", form_of=url).status_code == 303
    assert codes("") == {"published", "other"}
    assert codes("status=retired") == {"tagged"}


def test_what_a_course_is_called_is_changed_and_told_once(h: Harness) -> None:
    owner = h.person()
    browser = h.client(Role.TRAINER, person_id=new_id())
    made = follow(browser, "/training/courses/new", {**NEGOTIATION, "code": "one"})
    url = made.location.removesuffix("/draft")
    changed = {
        **NEGOTIATION,
        "title_en": "Tendering",
        "description_en": "About tenders",
        "owner": owner.employee_no,
    }
    for _ in range(2):
        assert follow(browser, f"{url}/edit", changed).status_code == 303
    (edited,) = h.events("training", "training.course.edited.v1")
    assert edited.message().owner_id == owner.id
    assert "Tendering" in assert_page(browser.get(url))
    assert "nobody" in assert_page(follow(browser, f"{url}/edit", {**changed, "owner": "nobody"}), status=422)


def test_a_course_that_is_asked_for_cannot_be_retired_and_a_retired_one_is_not_written_on(h: Harness) -> None:
    create_active(h)
    with h.write("training") as uow:
        other, _ = create_published(uow, h.clock.now(), code="unused")
        used = uow.session.scalars(select(Course).where(Course.code == "anti-bribery")).one()
    browser = h.client(Role.TRAINER, person_id=new_id())
    assert browser.submit(f"/training/courses/{used.id}/retire", form_of="/training/my").status_code == 409
    url = f"/training/courses/{other.id}"
    assert browser.submit(f"{url}/retire", form_of=url).status_code == 303
    for act in ("retire", "draft/new"):
        assert browser.submit(f"{url}/{act}", form_of="/training/my").status_code == 409, act
    assert "retired" in assert_page(browser.get(url))
    assert h.client(Role.REP, person_id=new_id()).get(url).status_code == 200


def test_a_course_without_a_published_version_does_not_exist_for_learners(h: Harness) -> None:
    browser = h.client(Role.TRAINER)
    fields = {**NEGOTIATION, "code": "secret", "title_en": "Secret"}
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
