"""Changing what a learning path says: shown first, then made; and the editor by which that is done."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.training.assignments.rules import AssignmentStatus
from services.training.curricula.models import Curriculum, CurriculumRevision
from services.training.curricula.queries import content_of, find_revision_at, get_curriculum
from services.training.curricula.rules import Item, PathContent
from services.training.revisions.commands import confirm, propose
from services.training.revisions.models import CurriculumProposal, ProposalChange
from services.training.revisions.rules import ChangeKind, ProposalStatus
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.principals import Role
from shared.core.zones import local_date
from shared.directory import Audience
from tests.harness import Harness, assert_page
from tests.services.training.factories import (
    ACTOR,
    AFTER_30,
    assignments,
    create_active,
    create_published,
    hire,
    open_assignment,
    stated,
    take,
)

A = AssignmentStatus


def propose_change(h: Harness, curriculum_id: UUID, **changes: Any) -> UUID:
    """Propose the path as it is but for some of what it says; return the proposal's id."""
    with h.write("training") as uow:
        curriculum = get_curriculum(uow.session, curriculum_id)
        said = content_of(uow.session, curriculum)
        values = {"title": said.title, "audience": said.audience, "due": said.due, "items": said.items}
        content = PathContent(**values | changes)
        return propose(uow, curriculum, content, actor=ACTOR, now=h.clock.now()).id


def confirm_change(h: Harness, proposal_id: UUID) -> None:
    """Confirm it and let the job run."""
    with h.write("training") as uow:
        confirm(uow, uow.session.get_one(CurriculumProposal, proposal_id), actor=ACTOR, now=h.clock.now())
    h.suite.runner.run_due("training")


def changes(h: Harness, proposal_id: UUID) -> dict[tuple[UUID, ChangeKind], Any]:
    """Return what a proposal would change: the due date then, by person and kind."""
    with h.read("training") as uow:
        found = uow.session.scalars(select(ProposalChange).where(ProposalChange.proposal_id == proposal_id))
        return {(one.person_id, one.kind): one.due_after for one in found}


def test_a_narrower_audience_shows_whom_it_lets_go_and_changes_nobody_before_it_is_confirmed(
    h: Harness,
) -> None:
    path = create_active(h)
    rep, supervisor = hire(h), hire(h, position="supervisor")
    before = len(h.events("training"))
    proposal = propose_change(h, path.id, audience=Audience(positions=("rep",)))
    assert changes(h, proposal) == {(supervisor.person_id, ChangeKind.CANCEL): None}
    assert len(h.events("training")) == before
    confirm_change(h, proposal)
    assert open_assignment(h, rep.person_id).status is A.ASSIGNED
    (gone,) = assignments(h, supervisor.person_id)
    assert gone.status is A.CANCELLED
    (changed,) = h.events("training", "training.curriculum.changed.v1")
    with h.read("training") as uow:
        kept = uow.session.get_one(CurriculumProposal, proposal)
        assert kept.impact_sha256 is not None
        assert changed.message().impact_sha256 == kept.impact_sha256.hex()
        assert (kept.people, kept.counts["cancel"], kept.counts["assign"]) == (1, 1, 0)


def test_another_number_of_days_moves_due_dates_but_not_what_a_manager_gave(h: Harness) -> None:
    path = create_active(h)
    person = hire(h)
    made = open_assignment(h, person.person_id)
    proposal = propose_change(h, path.id, due=AFTER_30.__class__(AFTER_30.kind, 10))
    moved_to = made.due_on - timedelta(days=20)
    assert changes(h, proposal) == {(person.person_id, ChangeKind.MOVE): moved_to}
    confirm_change(h, proposal)
    assert open_assignment(h, person.person_id).due_on == moved_to
    assert len(stated(h, "training_overdue", person.person_id)) == 1


def test_nobody_is_made_late_by_a_change_of_what_is_asked(h: Harness) -> None:
    path = create_active(h)
    person = hire(h)
    due_on = open_assignment(h, person.person_id).due_on
    h.clock.advance(timedelta(days=20))
    proposal = propose_change(h, path.id, due=AFTER_30.__class__(AFTER_30.kind, 10))
    assert changes(h, proposal) == {}
    confirm_change(h, proposal)
    assert open_assignment(h, person.person_id).due_on == due_on


def test_a_course_that_is_added_is_asked_of_everybody_and_one_that_is_taken_out_of_nobody(h: Harness) -> None:
    path = create_active(h, courses=("one", "two"))
    person = hire(h)
    with h.write("training") as uow:
        third = create_published(uow, h.clock.now(), code="three")[0].id
        first = content_of(uow.session, get_curriculum(uow.session, path.id)).items[0]
    proposal = propose_change(h, path.id, items=(first, Item((third,))))
    assert {kind for _, kind in changes(h, proposal)} == {ChangeKind.ASSIGN, ChangeKind.CANCEL}
    confirm_change(h, proposal)
    found = {one.course_id: one.status for one in assignments(h, person.person_id)}
    assert found[third] is A.ASSIGNED
    assert sorted(found.values()) == [A.ASSIGNED, A.ASSIGNED, A.CANCELLED]
    h.suite.runner.run_due("training")
    assert len(assignments(h, person.person_id)) == 3


def test_what_is_done_stays_done_whatever_the_path_says_later(h: Harness) -> None:
    path = create_active(h, certifies=False)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    proposal = propose_change(h, path.id, due=AFTER_30.__class__(AFTER_30.kind, 5))
    assert changes(h, proposal) == {}
    confirm_change(h, proposal)
    assert [one.status for one in assignments(h, person.person_id)] == [A.COMPLETED]


def test_a_single_course_that_becomes_a_choice_is_stated_once_with_the_others(h: Harness) -> None:
    path = create_active(h, courses=("one", "two"))
    person = hire(h)
    with h.read("training") as uow:
        items = content_of(uow.session, get_curriculum(uow.session, path.id)).items
    both = Item(items[0].courses + items[1].courses)
    confirm_change(h, propose_change(h, path.id, items=(both,)))
    found = assignments(h, person.person_id)
    assert [one.status for one in found] == [A.ASSIGNED, A.ASSIGNED]
    assert len({one.choice_id for one in found}) == 1
    open_ones = {
        key: value for key, value in stated(h, "training_overdue", person.person_id).items() if value
    }
    assert list(open_ones) == [str(found[0].choice_id)]


def test_a_revision_is_kept_with_what_it_said_and_can_be_asked_for_by_its_day(h: Harness) -> None:
    path = create_active(h)
    activated = h.clock.now()
    h.clock.advance(timedelta(days=3))
    confirm_change(h, propose_change(h, path.id, audience=Audience(positions=("rep",))))
    with h.read("training") as uow:
        then = find_revision_at(uow.session, path.id, activated + timedelta(days=1))
        now = find_revision_at(uow.session, path.id, h.clock.now())
        assert then is not None
        assert now is not None
        assert (then.number, then.path.audience) == (1, Audience())
        assert (now.number, now.path.audience) == (2, Audience(positions=("rep",)))
        assert find_revision_at(uow.session, path.id, activated - timedelta(days=1)) is None
        assert len(uow.session.scalars(select(CurriculumRevision)).all()) == 2


def test_of_two_who_change_a_path_at_once_the_second_has_to_look_again(h: Harness) -> None:
    path = create_active(h)
    first = propose_change(h, path.id, audience=Audience(positions=("rep",)))
    second = propose_change(h, path.id, audience=Audience(regions=("east",)))
    confirm_change(h, first)
    with pytest.raises(Conflict):
        confirm_change(h, second)
    with pytest.raises(IllegalTransition):
        confirm_change(h, first)


def test_what_was_counted_yesterday_is_counted_again_before_it_is_confirmed(h: Harness) -> None:
    path = create_active(h)
    proposal = propose_change(h, path.id, audience=Audience(positions=("rep",)))
    h.clock.advance(timedelta(days=1))
    with pytest.raises(Conflict):
        confirm_change(h, proposal)


def test_a_change_that_changes_nothing_is_refused(h: Harness) -> None:
    path = create_active(h)
    with pytest.raises(InvalidInput):
        propose_change(h, path.id)


def test_many_people_are_counted_by_a_job(h: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.training.revisions.commands.AT_ONCE", 2)
    path = create_active(h)
    people = [hire(h) for _ in range(3)]
    proposal = propose_change(h, path.id, audience=Audience(positions=("supervisor",)))
    with h.read("training") as uow:
        assert uow.session.get_one(CurriculumProposal, proposal).status is ProposalStatus.COUNTING
    h.suite.runner.run_due("training")
    assert {person for person, _ in changes(h, proposal)} == {one.person_id for one in people}


def form_of(h: Harness, path: Curriculum, **overrides: str) -> dict[str, str]:
    """Return the editor's fields as they are shown for a path of one course."""
    with h.read("training") as uow:
        (item,) = content_of(uow.session, get_curriculum(uow.session, path.id)).items
    return {
        "title_zh": "年度合规", "title_en": "Yearly compliance", "kind": "after_joining", "days": "30",
        "off_cycle": "days", "basis": "expiry", "window_days": "90", "grace_days": "0", "rows": "1",
        "courses-1": str(item.courses[0]), "need-1": "1", "extra_days-1": "0", "opens-1": "at_once", **overrides,
    }  # fmt: skip


def test_a_trainer_sees_whom_a_change_changes_page_by_page_and_as_a_file_and_confirms_it(h: Harness) -> None:
    path = create_active(h)
    hire(h, position="supervisor", name="王磊")
    browser = h.client(Role.TRAINER)
    edit = f"/training/curricula/{path.id}/edit"
    assert_page(browser.get(edit), title="Change a learning path")
    answer = browser.submit(edit, form_of(h, path, positions="rep"))
    assert answer.status_code == 303
    proposal = answer.headers["Location"]
    text = assert_page(browser.get(proposal), title="Whom this changes")
    assert "王磊" in text
    assert "Cancelled" in text
    listed = browser.get(proposal + ".csv")
    assert "王磊" in listed.get_data(as_text=True)
    assert_page(browser.get(proposal + "?kind=assign"))
    confirmed = browser.submit(proposal + "/confirm", form_of=proposal)
    assert confirmed.status_code == 303
    assert_page(browser.get(confirmed.headers["Location"]), title="Yearly compliance")
    history = assert_page(browser.get(f"/training/curricula/{path.id}/history"), title="History")
    assert "Revision 2" in history
    today = local_date(h.clock.now()) - timedelta(days=400)
    assert "not in force" in assert_page(browser.get(f"/training/curricula/{path.id}/history?on={today}"))


def test_the_editor_adds_moves_and_removes_steps_without_a_script_and_loses_nothing_typed(h: Harness) -> None:
    path = create_active(h)
    browser = h.client(Role.TRAINER)
    edit = f"/training/curricula/{path.id}/edit"
    added = browser.submit(edit, form_of(h, path, do="add", title_en="Half typed"))
    text = assert_page(added)
    assert "Half typed" in text
    assert 'name="courses-2"' in text
    wrong = browser.submit(edit, form_of(h, path, days="soon", title_en="Half typed"))
    assert "Half typed" in assert_page(wrong, status=422)
    removed = browser.submit(edit, form_of(h, path, do="remove-1"))
    assert 'name="courses-1"' not in assert_page(removed)


def test_a_draft_is_written_edited_copied_and_activated(h: Harness) -> None:
    with h.write("training") as uow:
        course = create_published(uow, h.clock.now())[0]
    browser = h.client(Role.TRAINER, locale="zh")
    fields = {
        "code": "sales-basics", "title_zh": "销售基础", "title_en": "Sales basics", "kind": "fixed_date",
        "days": "30", "anchor": "2026-11-30", "off_cycle": "next_cycle", "every_months": "12", "basis": "fixed",
        "window_days": "60", "grace_days": "14", "rows": "1", "courses-1": str(course.id), "need-1": "1",
        "extra_days-1": "0", "opens-1": "at_once", "tags": "key，vip",
    }  # fmt: skip
    bad = browser.submit("/training/curricula/new", {**fields, "code": "Not a code"})
    assert_page(bad, status=422)
    made = browser.submit("/training/curricula/new", fields)
    assert made.status_code == 303, made.get_data(as_text=True)
    url = made.headers["Location"]
    assert_page(browser.get(url), title="销售基础")
    saved = browser.submit(url + "/edit", {**fields, "title_en": "Sales, the basics"})
    assert saved.headers["Location"] == url
    copied = browser.submit(url + "/copy", form_of=url)
    assert_page(browser.get(copied.headers["Location"]), title="编辑草稿")
    with h.read("training") as uow:
        found = {one.code: one for one in uow.session.scalars(select(Curriculum))}
        assert set(found) == {"sales-basics", "sales-basics-2"}
        assert found["sales-basics"].audience.tags == ("key", "vip")
        assert found["sales-basics"].due.grace_days == 14


def test_only_trainers_change_learning_paths(h: Harness) -> None:
    path = create_active(h)
    for role in (Role.REP, Role.MANAGER):
        assert h.client(role).get(f"/training/curricula/{path.id}/edit").status_code == 403
    assert h.client(Role.AUDITOR).get(f"/training/curricula/{path.id}/history").status_code == 200
    assert h.client(Role.AUDITOR).get("/training/curricula/new").status_code == 403
