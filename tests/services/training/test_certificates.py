"""The document as issued, and what anybody may find out about it for ever."""

import hashlib
from copy import copy
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from services.training.certificates.commands import revoke_certificate
from services.training.certificates.models import Certificate, CertificateDocument
from services.training.printing.commands import freeze_document
from services.training.printing.rules import LANGUAGES
from shared.core.principals import Role
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR, create_active, hire, open_assignment, take
from tests.shared.documents.pdf_parts import embedded_fonts, text_of_objects


def earn(h: Harness) -> tuple[UUID, Certificate]:
    """Let somebody earn a certificate; return the person's id and the certificate."""
    create_active(h)
    person = hire(h)
    outcome = take(h, open_assignment(h, person.person_id).id)
    assert outcome.completion is not None
    assert outcome.completion.certificate is not None
    return person.person_id, outcome.completion.certificate


def test_the_document_has_the_chinese_font_in_it_and_says_whom_it_is_for(h: Harness) -> None:
    person_id, certificate = earn(h)
    response = h.client(Role.REP, person_id=person_id).get(f"/training/certificates/{certificate.id}.pdf")
    assert response.content_type == "application/pdf"
    assert f'filename="{certificate.number}.pdf"' in response.headers["Content-Disposition"]
    names = [font["name"].getDebugName(1) or "" for font in embedded_fonts(response.data)]
    assert any("Noto Sans SC" in name for name in names), names
    assert certificate.number.encode() in text_of_objects(response.data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_later_download_gives_the_bytes_of_the_first(h: Harness, language: str) -> None:
    person_id, certificate = earn(h)
    url = f"/training/certificates/{certificate.id}.pdf?language={language}"
    first = h.client(Role.REP, person_id=person_id).get(url).data
    assert first.startswith(b"%PDF")
    h.clock.advance(timedelta(days=700))
    again = h.client(Role.AUDITOR).get(url).data
    assert hashlib.sha256(again).digest() == hashlib.sha256(first).digest()
    (rendered,) = h.events("training", "training.certificate.rendered.v1")
    assert rendered.message().pdf_sha256 == hashlib.sha256(first).hexdigest()


def test_what_was_frozen_is_given_out_even_when_it_would_be_drawn_otherwise_today(h: Harness) -> None:
    _, certificate = earn(h)
    database = h.suite.databases["training"]
    first = freeze_document(database, certificate.id, "zh", settings=h.settings, now=h.clock.now())
    elsewhere = copy(h.settings)
    object.__setattr__(elsewhere, "base_url", "http://another")
    second = freeze_document(database, certificate.id, "zh", settings=elsewhere, now=h.clock.now())
    assert second == first


def test_the_documents_are_made_soon_after_issue_in_each_language(h: Harness) -> None:
    _, certificate = earn(h)
    h.clock.advance(timedelta(minutes=1))
    h.suite.runner.run_due("training")
    with h.read("training") as uow:
        rows = uow.session.scalars(select(CertificateDocument)).all()
        assert sorted(one.language for one in rows) == sorted(LANGUAGES)
        assert all(hashlib.sha256(one.pdf).digest() == one.sha256 for one in rows)
        assert {one.certificate_id for one in rows} == {certificate.id}


def test_the_public_page_says_valid_then_expired_and_needs_no_account(h: Harness) -> None:
    _, certificate = earn(h)
    url = f"/training/verify/{certificate.number}"
    for locale in ("zh", "en"):
        text = assert_page(h.client(locale=locale).get(url))
        assert "有效 · Valid" in text
        assert certificate.holder_name in text
    assert certificate.valid_until is not None
    h.clock.advance(timedelta(days=366))
    assert "已过期 · Expired" in assert_page(h.client().get(url))


def test_the_public_page_says_superseded_when_a_later_one_was_earned(h: Harness) -> None:
    person_id, certificate = earn(h)
    h.clock.advance(timedelta(days=300))
    take(h, open_assignment(h, person_id).id)
    text = assert_page(h.client().get(f"/training/verify/{certificate.number}"))
    assert "已被新证书取代 · Superseded" in text


def test_the_public_page_says_revoked_and_not_why(h: Harness) -> None:
    _, certificate = earn(h)
    with h.write("training") as uow:
        row = uow.session.get_one(Certificate, certificate.id)
        revoke_certificate(uow, row, reason="secret reason", actor=ACTOR, now=h.clock.now())
    text = assert_page(h.client().get(f"/training/verify/{certificate.number}"))
    assert "已撤销 · Revoked" in text
    assert "secret reason" not in text


def test_a_number_may_be_typed_in_small_letters_without_hyphens(h: Harness) -> None:
    _, certificate = earn(h)
    typed = certificate.number.lower().replace("-", "%20")
    assert certificate.number in assert_page(h.client().get(f"/training/verify/{typed}"))
    asked = h.client().get(f"/training/verify?number={typed}")
    assert asked.location == f"/training/verify/{certificate.number}"


@pytest.mark.parametrize("number", ["GS-2222-2222-2222", "nonsense", "unknown", "%00"])
def test_a_number_that_no_certificate_has_is_not_found(h: Harness, number: str) -> None:
    text = assert_page(h.client().get(f"/training/verify/{number}"), status=404)
    assert "No certificate has this number" in text


def test_the_public_page_shows_the_fingerprints_of_the_document(h: Harness) -> None:
    person_id, certificate = earn(h)
    pdf = h.client(Role.REP, person_id=person_id).get(f"/training/certificates/{certificate.id}.pdf").data
    text = assert_page(h.client().get(f"/training/verify/{certificate.number}"))
    assert hashlib.sha256(pdf).hexdigest() in text
