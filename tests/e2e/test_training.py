"""From a course that a trainer writes to the certificate that its learner holds, each step by whose it is."""

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from shared.core.zones import COMPANY_ZONE, local_date
from tests.e2e.person import PASSWORD, Person
from tests.e2e.test_gate import questions, read_and_answer

pytestmark = pytest.mark.browser
# A place is booked by hand before the session begins, which takes no longer.
TO_BOOK = timedelta(seconds=8)


def test_a_trainers_courses_are_read_signed_answered_attended_and_certified(
    visit: Callable[..., Person], data_folder: Path
) -> None:
    trainer, rep = visit("trainer", locale="zh"), visit("rep2")
    talk = write_course(trainer, "journey-talk", "导管室观摩", "A day in the lab", "session")
    assign(trainer, talk, person_id(data_folder, "王磊"))
    session, begins = announce(trainer, talk)
    rep.go(session)
    rep.press("Book a place")
    assert "Give up my place" in rep.status()

    reading = write_course(
        trainer, "journey-rules", "样机管理", "Handling demo units", "text", "acknowledgement"
    )
    assign(trainer, reading, person_id(data_folder, "王磊"))
    extend(visit("manager", locale="zh", width=360), rep, "样机管理", "Handling demo units")
    take(rep)
    expect(rep.page.locator("main")).to_contain_text("GS-")

    quiz = write_course(trainer, "journey-quiz", "样机考核", "Demo units, the test", "text", "assessment")
    assign(trainer, quiz, person_id(data_folder, "王磊"))
    open_mine(rep, "Demo units, the test")
    rep.press("Begin")
    read_and_answer(rep, questions(data_folder))
    rep.follow("Back to the course")
    rep.check_page("journey-passed")
    expect(rep.page.locator("main")).to_contain_text("GS-")

    trainer.page.wait_for_timeout(max(0.0, (begins - datetime.now(UTC)).total_seconds() * 1000))
    take_roll(trainer, session)
    open_mine(rep, "A day in the lab")
    rep.check_page("journey-attended")
    expect(rep.page.locator("main")).to_contain_text("GS-")
    correct_roll(trainer, session)
    open_mine(rep, "A day in the lab")
    rep.check_page("journey-taken-back")
    assert "never came" in rep.status()


def person_id(folder: Path, name: str) -> UUID:
    """Return the id of a persona."""
    connection = sqlite3.connect(folder / "training.db")
    try:
        found = connection.execute("SELECT id FROM directory_person WHERE name = ?", (name,)).fetchone()
    finally:
        connection.close()
    return UUID(found[0])


def write_course(trainer: Person, code: str, zh: str, en: str, *kinds: str) -> str:
    """Write a course with these parts, look at it as learners will, publish it; return its address."""
    page = trainer.go("/training/courses/new")
    for name, value in (("code", code), ("title_zh", zh), ("title_en", en)):
        page.locator(f"#field-{name}").fill(value)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/training/courses/[0-9a-f-]{36}"))
    course = re.sub(r"(courses/[0-9a-f-]{36}).*", r"\1", page.url)
    for kind in kinds:
        trainer.go(f"{course}/draft/parts/new?kind={kind}")
        for language, title in (("zh", f"{zh}：{kind}"), ("en", f"{en}: {kind}")):
            page.locator(f"#field-title_{language}").fill(title)
            for name in ("text", "statement"):
                field = page.locator(f"#field-{name}_{language}")
                if field.count():
                    field.fill(
                        "# 一\n\n样机不得赠送。\n\n# 二\n\n用后归还。"
                        if name == "text"
                        else "我已阅读并理解。"
                    )
        if kind == "assessment":
            page.locator("#field-topic-1").select_option(index=1)
            page.locator("#field-count-1").fill("2")
        trainer.press("保存这一部分")
    page.locator("#field-minutes").fill("15")
    page.locator("#field-certifies").check()
    trainer.press("保存草稿")
    trainer.follow("预览")
    assert zh in trainer.status()
    trainer.go(f"{course}/draft")
    trainer.press("保存并发布")
    page.wait_for_url(re.compile(r"/training/courses/[0-9a-f-]{36}$"))
    return course


def assign(trainer: Person, course: str, who: UUID) -> None:
    """Ask a course of somebody, due in five days."""
    page = trainer.go(f"/training/assign?ids={who}")
    page.locator("#field-course_id").select_option(course.rsplit("/", 1)[1])
    page.locator("#field-due_days").fill("5")
    trainer.press("预览")
    trainer.press("指派")


def announce(trainer: Person, course: str) -> tuple[str, datetime]:
    """Announce a session of the course that begins with the next minute for which there is time to book."""
    page = trainer.go("/training/sessions/new")
    begins = (datetime.now(UTC) + TO_BOOK).replace(second=0, microsecond=0) + timedelta(minutes=1)
    here = begins.astimezone(COMPANY_ZONE)
    page.locator("#field-course_id").select_option(course.rsplit("/", 1)[1])
    for name, value in (
        ("title_zh", "观摩导管室"),
        ("title_en", "Watching the lab"),
        ("instructor_name", "韩教授"),
        ("affiliation", "第一人民医院"),
        ("place", "上海培训中心 301"),
        ("starts_at", f"{here:%Y-%m-%dT%H:%M}"),
        ("ends_at", f"{here + timedelta(hours=1):%Y-%m-%dT%H:%M}"),
        ("capacity", "5"),
    ):
        page.locator(f"#field-{name}").fill(value)
    page.locator("main form button[value=open]").click()
    page.wait_for_url(re.compile(r"/training/sessions/[0-9a-f-]{36}$"))
    return page.url, begins


def open_mine(rep: Person, title: str) -> None:
    """Open one's own training of that title."""
    rep.go("/training/my")
    rep.follow(title)


def extend(manager: Person, rep: Person, zh: str, en: str) -> None:
    """The manager gives more time and says why; the rep sees the new date, and begins."""
    open_mine(rep, en)
    new = local_date(datetime.now(UTC)) + timedelta(days=20)
    page = manager.go(rep.page.url)
    assert zh in manager.status()
    page.locator("main a[href$='/extend']").click()
    page.locator("#field-due_on").fill(new.isoformat())
    page.locator("#field-reason").fill("本周随手术跟台，周末补上")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    rep.page.reload()
    assert f"{new:%b} {new.day}, {new.year}" in rep.status()
    assert "本周随手术跟台" in rep.status()


def take(rep: Person) -> None:
    """Read to the end and sign with the password."""
    course = rep.page.url
    rep.press("Begin")
    while rep.page.get_by_role("button", name="Sign", exact=True).count() == 0:
        here = rep.page.url
        rep.page.locator("main form.actions button").first.click()
        rep.page.wait_for_url(lambda url, here=here: url != here)
    rep.check_page("journey-sign")
    rep.press("Sign")
    rep.page.locator("#field-confirm_password").fill(PASSWORD)
    rep.press("Confirm")
    rep.press("Sign")
    rep.page.wait_for_url(re.compile("/training/"))
    rep.go(course)


def take_roll(trainer: Person, session: str) -> None:
    """Everybody was there: the roll is confirmed."""
    page = trainer.go(f"{session}/roll")
    page.locator("input[type=radio][value=present]").first.check()
    trainer.press("保存并确认点名")
    page.wait_for_url(session)


def correct_roll(trainer: Person, session: str) -> None:
    """They were not there after all: whom that concerns is said before it is done."""
    page = trainer.go(f"{session}/roll")
    page.locator("input[type=radio][value=absent]").first.check()
    page.locator("#field-reason").fill("never came，查监控确认")
    trainer.press("保存更正")
    expect(page.locator("#field-take_back")).to_contain_text("王磊")
    trainer.check_page("journey-correction")
    page.locator("main .btn-danger").click()
    page.wait_for_load_state()
