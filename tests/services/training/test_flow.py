"""From hire to certified, and what the log says about it."""

from datetime import timedelta

from services.training.assignments.rules import AssignmentStatus
from shared.core.zones import end_of_day
from tests.harness import Harness
from tests.services.training.factories import (
    AFTER_30,
    assignments,
    create_active,
    day,
    hire,
    open_assignment,
    stated,
    take,
)


def test_a_hire_is_covered_and_asked_and_the_impediment_is_known_ahead(h: Harness) -> None:
    create_active(h, due=AFTER_30)
    person = hire(h, hired_on=day("2026-09-14"))
    (made,) = assignments(h, person.person_id)
    assert made.status is AssignmentStatus.ASSIGNED
    assert made.due_on == day("2026-10-21")
    (covered,) = h.events("training", "training.coverage.stated.v1")
    assert covered.message().kinds == ("training_overdue", "certificate_expired")
    assert stated(h, "training_overdue", person.person_id) == {
        str(made.id): [(end_of_day(made.due_on), None)]
    }


def test_passing_completes_certifies_and_states_when_the_certificate_runs_out(h: Harness) -> None:
    create_active(h, due=AFTER_30)
    person = hire(h)
    before = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=1))
    outcome = take(h, before.id)
    assert outcome.grade.passed
    assert outcome.completion is not None
    certificate = outcome.completion.certificate
    assert certificate is not None
    assert certificate.valid_until == day("2027-09-22")
    assert stated(h, "training_overdue", person.person_id)[str(before.id)] == []
    assert stated(h, "certificate_expired", person.person_id) == {
        str(certificate.id): [(end_of_day(day("2027-09-22")), None)]
    }
    again = open_assignment(h, person.person_id)
    assert (again.opens_on, again.due_on) == (day("2027-06-24"), day("2027-09-22"))
    assert certificate.renewal_id == again.id
