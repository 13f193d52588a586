"""Revoking and replacing certificates, each with a reason and the file that shows it."""

import base64
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from shared.core.principals import Role
from shared.directory import DirectoryPerson
from tests.harness import Harness, assert_page
from tests.services.training.factories import open_assignment, stated, take
from tests.services.training.test_certificates import earn
from tests.shared.documents.pdf_parts import make_png

PNG = make_png()


def evidence(content: bytes = PNG, name: str = "确认.png") -> dict[str, Any]:
    return {"evidence": (BytesIO(content), name)}


def as_json(content: bytes = PNG) -> dict[str, Any]:
    return {
        "reason": "The name was misspelt",
        "evidence": {"name": "id.png", "content": base64.b64encode(content).decode()},
    }


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_revocation_needs_a_reason_and_a_file_and_shows_them_to_those_who_may_see_them(
    h: Harness, locale: str
) -> None:
    person_id, certificate = earn(h)
    url = f"/training/certificates/{certificate.id}"
    browser = h.client(Role.TRAINER, locale=locale)
    reason = {"reason": "代答，经本人确认"}
    assert_page(browser.submit(f"{url}/revoke", evidence(), form_of=url), status=422)
    text = assert_page(browser.submit(f"{url}/revoke", reason, form_of=url), status=422)
    assert "代答，经本人确认" in text, "what was typed is kept"
    wrong = evidence(b"MZ\x00\x00not a picture", "x.png")
    assert_page(browser.submit(f"{url}/revoke", reason | wrong, form_of=url), status=422)
    assert browser.submit(f"{url}/revoke", reason | evidence(), form_of=url).status_code == 303
    assert "确认.png" in assert_page(browser.get(url))
    for reader in (browser, h.client(Role.AUDITOR)):
        with reader.get(f"{url}/evidence") as response:
            assert response.data == PNG
    assert "确认" not in assert_page(browser.get("/training/certificates?state=revoked&search=T"))
    rep = h.client(Role.REP, person_id=person_id)
    assert rep.get(f"{url}/evidence").status_code == 403
    assert "确认.png" not in assert_page(rep.get(url))
    (revoked,) = h.events("training", "training.certificate.revoked.v1")
    assert len(revoked.message().evidence_sha256) == 64


def test_a_certificate_with_a_wrong_name_is_replaced_and_nothing_else_changes(h: Harness) -> None:
    person_id, certificate = earn(h)
    with h.write("training") as uow:
        uow.session.get_one(DirectoryPerson, person_id).name = "李微"
    h.clock.advance(timedelta(days=3))
    url = f"/training/certificates/{certificate.id}"
    browser = h.client(Role.TRAINER)
    assert "李微" in assert_page(browser.get(f"{url}/replace"))
    assert_page(browser.submit(f"{url}/replace", {"reason": "no file"}, form_of=f"{url}/replace"), status=422)
    done = browser.submit(f"{url}/replace", {"reason": "姓名有误"} | evidence(), form_of=f"{url}/replace")
    assert done.status_code == 303
    with h.read("training") as uow:
        old = uow.session.get_one(Certificate, certificate.id)
        (anew,) = uow.session.query(Certificate).filter(Certificate.replaces_id == old.id)
        anew_id, number = anew.id, anew.number
        assert old.status is CertificateStatus.SUPERSEDED
        assert anew.holder_name == "李微"
        assert old.holder_name == "李薇", "what was issued stays as it was issued"
        same = (
            "valid_from",
            "valid_until",
            "score",
            "course_id",
            "assignment_id",
            "renewal_id",
            "version_number",
        )
        assert [getattr(anew, name) for name in same] == [getattr(old, name) for name in same]
        assert anew.number != old.number
        ends = {str(old.id): stated(h, "certificate_expired", person_id)[str(old.id)],
                str(anew.id): stated(h, "certificate_expired", person_id)[str(anew.id)]}  # fmt: skip
        assert ends[str(old.id)] == []
        assert len(ends[str(anew.id)]) == 1
    assert done.location == f"/training/certificates/{anew_id}"
    assert "已被新证书取代" in assert_page(h.client().get(f"/training/verify/{certificate.number}"))
    assert "有效 · Valid" in assert_page(h.client().get(f"/training/verify/{number}"))
    assert_page(browser.get(url))
    assert_page(browser.get(done.location))
    rep = h.client(Role.REP, person_id=person_id)
    assert number in assert_page(rep.get("/training/my"))


def test_what_was_replaced_cannot_be_replaced_or_revoked_again(h: Harness) -> None:
    _, certificate = earn(h)
    api = h.api(Role.TRAINER)
    url = f"/training/v1/certificates/{certificate.id}"
    made = api.post(f"{url}/replace", json=as_json())
    assert made.status_code == 201
    assert made.json["replaces_id"] == str(certificate.id)
    assert api.get(made.headers["Location"]).json["state"] == "valid"
    assert api.post(f"{url}/replace", json=as_json()).status_code == 409
    assert api.post(f"{url}/revoke", json=as_json()).status_code == 409
    assert (
        api.post(f"/training/v1/certificates/{made.json['id']}/revoke", json=as_json()).json["state"]
        == "revoked"
    )


def test_a_replaced_certificate_is_renewed_like_any_other(h: Harness) -> None:
    person_id, certificate = earn(h)
    api = h.api(Role.TRAINER)
    anew = api.post(f"/training/v1/certificates/{certificate.id}/replace", json=as_json()).json
    h.clock.advance(timedelta(days=340))
    take(h, open_assignment(h, person_id).id)
    later = h.api(Role.TRAINER)
    assert later.get(f"/training/v1/certificates/{anew['id']}").json["state"] == "superseded"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "no"}, "reason"),
        ({"evidence": {"name": "a.png", "content": "%%%"}}, "evidence.content"),
        ({"evidence": {"name": "a.png", "content": base64.b64encode(b"GIF89a").decode()}}, "evidence"),
        ({"evidence": {"name": "a.png"}}, "evidence.content"),
    ],
)
def test_bad_evidence_is_refused_and_nothing_changes(h: Harness, change: dict[str, Any], field: str) -> None:
    _, certificate = earn(h)
    url = f"/training/v1/certificates/{certificate.id}"
    refused = h.api(Role.TRAINER).post(f"{url}/revoke", json=as_json() | change)
    assert refused.status_code == 422
    assert field in refused.json["errors"]
    assert h.api(Role.TRAINER).get(url).json["state"] == "valid"


def test_nobody_but_a_trainer_revokes_or_replaces(h: Harness) -> None:
    person_id, certificate = earn(h)
    url = f"/training/v1/certificates/{certificate.id}"
    for role in (Role.REP, Role.MANAGER, Role.AUDITOR, Role.COMPLIANCE):
        api = h.api(role, person_id=person_id)
        assert api.post(f"{url}/revoke", json=as_json()).status_code == 403
        assert api.post(f"{url}/replace", json=as_json()).status_code == 403
