"""Earning a certificate again: when its time comes, late, and after it was revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.training.assignments.rules import AssignmentStatus
from services.training.certificates.commands import revoke_certificate
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.corrections.commands import revoke_and_ask_again
from shared.core.errors import Conflict, IllegalTransition
from shared.core.zones import end_of_day
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    YEARLY,
    assignments,
    create_active,
    day,
    hire,
    open_assignment,
    stated,
    take,
)

A = AssignmentStatus


def test_the_next_time_waits_for_its_window_and_renewing_then_extends_from_the_old_expiry(h: Harness) -> None:
    create_active(h, due=YEARLY)
    person = hire(h, hired_on=day("2026-08-01"))
    take(h, open_assignment(h, person.person_id).id)
    again = open_assignment(h, person.person_id)
    assert (again.opens_on, again.due_on) == (day("2027-09-01"), day("2027-11-30"))
    with pytest.raises(Conflict):
        take(h, again.id)
    h.clock.advance(timedelta(days=360))
    outcome = take(h, again.id)
    assert outcome.completion is not None
    assert outcome.completion.certificate is not None
    # The first ran to the common date, 30 November 2027; a year more from there, not from 16 September.
    assert outcome.completion.certificate.valid_until == day("2028-11-30")
    with h.read("training") as uow:
        rows = uow.session.scalars(select(Certificate).order_by(Certificate.issued_at)).all()
        assert [one.status for one in rows] == [CertificateStatus.SUPERSEDED, CertificateStatus.ISSUED]
        old = str(rows[0].id)
    assert stated(h, "certificate_expired", person.person_id)[old] == []


def test_a_late_renewal_leaves_the_gap_in_which_there_was_no_certificate(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    first = next(iter(stated(h, "certificate_expired", person.person_id)))
    h.clock.advance(timedelta(days=400))
    take(h, open_assignment(h, person.person_id).id)
    assert stated(h, "certificate_expired", person.person_id)[first] == [
        (end_of_day(day("2027-09-21")), h.clock.now())
    ]


def test_a_revoked_certificate_impedes_from_then_on_and_may_be_earned_again_at_once(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=10))
    revoked_at = h.clock.now()
    with h.write("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        revoke_certificate(uow, certificate, reason="taken by somebody else", actor=ACTOR, now=revoked_at)
    reference = str(certificate.id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, None)]
    h.clock.advance(timedelta(days=2))
    take(h, open_assignment(h, person.person_id).id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, h.clock.now())]
    with h.read("training") as uow:
        old, new = uow.session.scalars(select(Certificate).order_by(Certificate.issued_at)).all()
        assert (old.status, new.status) == (CertificateStatus.REVOKED, CertificateStatus.ISSUED)
        # What was revoked gives no days to the next one.
        assert new.valid_until == day("2027-10-03")


def test_revoking_what_does_not_run_out_asks_for_the_course_again(h: Harness) -> None:
    create_active(h, valid_months=None)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    assert [one.status for one in assignments(h, person.person_id)] == [A.COMPLETED]
    h.clock.advance(timedelta(days=10))
    revoked_at = h.clock.now()
    with h.write("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        revoke_and_ask_again(uow, certificate, "taken by somebody else", actor=ACTOR, now=revoked_at)
    reference = str(certificate.id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, None)]
    again = open_assignment(h, person.person_id)
    last = h.events("training", "training.impediment.stated.v1")[-1].message()
    assert (last.reference, last.cure_url) == (reference, f"/training/assignments/{again.id}")
    h.clock.advance(timedelta(days=1))
    take(h, again.id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, h.clock.now())]


def test_a_certificate_is_not_revoked_twice(h: Harness) -> None:
    create_active(h)
    take(h, open_assignment(h, hire(h).person_id).id)
    for expected in (None, IllegalTransition):
        with h.write("training") as uow:
            certificate = uow.session.scalars(select(Certificate)).one()
            if expected is None:
                revoke_certificate(uow, certificate, reason="mistaken", actor=ACTOR, now=h.clock.now())
            else:
                with pytest.raises(expected):
                    revoke_certificate(uow, certificate, reason="mistaken", actor=ACTOR, now=h.clock.now())
