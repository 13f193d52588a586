"""A certificate's file: signed PDF/A with its data, and what the public page says of a file that somebody holds."""

import hashlib
from io import BytesIO

import pytest

from services.training.certificates.models import CertificateDocument, SigningKey
from services.training.printing import pages
from services.training.printing.commands import check_file, freeze_documents
from services.training.printing.rules import Outcome
from shared.core.principals import Role
from shared.signing import load_keystore
from shared.signing.pades import Verdict, read_signature
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import create_active, hire, open_assignment, take
from tests.services.training.test_certificates import earn
from tests.shared.documents.pdfa import attached_json, pdfa_problems


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """What a file is does not depend on the engine; test_certificates and test_reissues keep documents on both."""
    return str(request.param)


def document(h: Harness, certificate_id: object) -> bytes:
    return h.client(Role.TRAINER).get(f"/training/certificates/{certificate_id}.pdf").data


def upload(browser: Browser, content: bytes, name: str = "my.pdf", status: int = 200) -> str:
    given = {"pdf": (BytesIO(content), name)}
    return assert_page(browser.submit("/training/verify", given, form_of="/training/verify"), status=status)


def test_the_document_is_a_signed_pdf_a_with_its_data_inside(h: Harness) -> None:
    _, certificate = earn(h)
    pdf = document(h, certificate.id)
    assert pdfa_problems(pdf) == []
    data = attached_json(pdf)
    assert (data["number"], data["revision"], data["holder"]["name"]) == (certificate.number, 1, "李薇")
    keystore = load_keystore(h.settings)
    reading = read_signature(pdf, [keystore.certificate])
    assert (reading.verdict, reading.signed_at) == (Verdict.INTACT, h.clock.now())
    with h.read("training") as uow:
        assert uow.session.get_one(SigningKey, keystore.key_id).pem == keystore.pem


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_public_page_says_that_a_file_is_genuine_whose_it_is_and_what_it_is_worth(
    h: Harness, locale: str
) -> None:
    _, certificate = earn(h)
    text = upload(h.client(locale=locale), document(h, certificate.id))
    assert "真实：与颁发时完全一致 · Genuine: exactly as it was issued" in text
    assert certificate.number in text
    assert "有效 · Valid" in text
    assert "Goodstanding development key" in text
    assert "Development key" in text


def test_the_public_page_says_that_a_file_was_altered_and_not_whose_it_was(h: Harness) -> None:
    _, certificate = earn(h)
    pdf = document(h, certificate.id)
    for altered in (pdf + b"\n%", pdf[:3000] + b"!" + pdf[3001:]):
        text = upload(h.client(), altered)
        assert "Altered after it was signed" in text
        assert certificate.number not in text
        assert certificate.holder_name not in text


@pytest.mark.parametrize(
    "content", [b"hello", b"%PDF-1.7\n%%EOF", b"\x00" * 5000], ids=["text", "pdf", "noughts"]
)
def test_the_public_page_says_that_a_file_is_not_ours(h: Harness, content: bytes) -> None:
    earn(h)
    assert "Not a document of ours" in upload(h.client(), content)


def test_no_file_or_one_that_is_too_large_is_said_beside_the_field(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_CHECKED", 1000)
    text = assert_page(h.client().submit("/training/verify", {}, form_of="/training/verify"), status=422)
    assert "Choose the certificate" in text
    with BytesIO(b"x" * 1001) as large:
        page = h.client().submit("/training/verify", {"pdf": (large, "x.pdf")}, form_of="/training/verify")
        assert "The file is larger than" in assert_page(page, status=422)


def test_checking_a_file_keeps_nothing_of_it(h: Harness) -> None:
    _, certificate = earn(h)
    pdf = document(h, certificate.id)
    before = len(h.events("training"))
    upload(h.client(), pdf + b" ")
    assert len(h.events("training")) == before
    assert not h.settings.files_dir.exists()


def test_a_document_from_before_there_were_signatures_is_still_genuine(h: Harness) -> None:
    _, certificate = earn(h)
    document(h, certificate.id)
    old = b"%PDF-1.4 as it was drawn then"
    with h.write("training") as uow:
        table = CertificateDocument.__table__
        values = {"pdf": old, "sha256": hashlib.sha256(old).digest(), "key_id": None}
        uow.session.execute(table.update().values(**values))  # type: ignore[attr-defined]
    with h.read("training") as uow:
        checked = check_file(uow, old, h.settings, h.clock.now())
        assert (checked.outcome, checked.signer, checked.number) == (
            Outcome.GENUINE,
            None,
            certificate.number,
        )


def test_a_document_signed_by_a_key_that_was_changed_since_is_still_ours(h: Harness) -> None:
    _, certificate = earn(h)
    pdf = document(h, certificate.id)
    (file,) = (h.settings.key_dir).glob("signing-*.pem")
    old = load_keystore(h.settings).key_id
    file.unlink()
    load_keystore.__globals__["_load"].cache_clear()
    assert load_keystore(h.settings).key_id != old
    assert "Genuine" in upload(h.client(), pdf)
    assert "Altered after it was signed" in upload(h.client(), pdf + b" ")


def test_many_documents_are_made_at_once_and_each_only_once(h: Harness) -> None:
    create_active(h)
    ids = []
    for number in range(3):
        person = hire(h, name=f"王{'一二三'[number]}")
        outcome = take(h, open_assignment(h, person.person_id).id)
        assert outcome.completion is not None
        assert outcome.completion.certificate is not None
        ids.append(outcome.completion.certificate.id)
    database, now = h.suite.databases["training"], h.clock.now()
    assert freeze_documents(database, ids[:2], settings=h.settings, now=now, languages=("both",)) == 2
    assert freeze_documents(database, ids, settings=h.settings, now=now, languages=("both",)) == 1
    assert freeze_documents(database, ids, settings=h.settings, now=now, languages=("both",)) == 0
    h.suite.runner.run_due("training")
    rendered = h.events("training", "training.certificate.rendered.v1")
    assert len({(one.message().certificate_id, one.message().language) for one in rendered}) == len(rendered)
    assert {one.message().certificate_id for one in rendered} == set(ids)


def test_the_api_tells_which_documents_there_are_by_their_hash(h: Harness) -> None:
    _, certificate = earn(h)
    pdf = document(h, certificate.id)
    found = h.api().get(f"/training/v1/verify/{certificate.number}").json
    assert found["documents"] == [
        {"language": "both", "sha256": hashlib.sha256(pdf).hexdigest(), "revision": 1, "replaced": False}
    ]
    assert "person_id" not in found
