"""Drawing, signing and freezing the documents of certificates, one or thousands; and judging a file."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from services.training.certificates.models import Certificate, CertificateDocument, SigningKey
from services.training.designs.queries import contents_of
from services.training.designs.rules import DesignContent
from services.training.printing.queries import (
    find_by_hash,
    find_document,
    frozen_keys,
    list_by_ids,
    list_signing_certificates,
)
from services.training.printing.rules import (
    LANGUAGES,
    Checked,
    Outcome,
    Picture,
    Printed,
    form_of,
    sheet_of,
)
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.settings import Settings
from shared.core.zones import local_date
from shared.db.uow import Database, UnitOfWork
from shared.documents import render_sheets
from shared.eventlog import append
from shared.files import FileStore, list_files
from shared.messages.training import CertificateRendered
from shared.signing import Keystore, is_development, key_id_of, load_keystore

RENDER_MANY_JOB = "training.certificates.render"
# In one unit of work: enough to be quick, few enough that others get their turn at the database.
_AT_ONCE = 200


def freeze_document(
    database: Database, certificate_id: UUID, language: str, *, settings: Settings, now: datetime
) -> bytes:
    """Return the certificate's signed PDF; the first to ask makes it, everybody gets the same bytes for ever.

    `language` is zh, en or both. Opens its own unit of work, since reading must not write; the drawing is
    done outside of it. Raises what render_sheets raises.
    """
    with database.read() as uow:
        found = find_document(uow.session, certificate_id, language)
        if found is not None:
            return found.pdf
    freeze_documents(database, [certificate_id], settings=settings, now=now, languages=(language,))
    with database.read() as uow:
        made = find_document(uow.session, certificate_id, language)
        assert made is not None
        return made.pdf


def freeze_documents(
    database: Database, certificate_ids: Sequence[UUID], *, settings: Settings, now: datetime,
    languages: Sequence[str] = LANGUAGES, progress: Callable[[int], None] | None = None,
) -> int:  # fmt: skip
    """Make the documents of certificates that are not there yet; return how many were made. May be run again."""
    made = 0
    for first in range(0, len(certificate_ids), _AT_ONCE):
        chunk = certificate_ids[first : first + _AT_ONCE]
        for language in languages:
            made += _freeze_chunk(database, chunk, language, settings, now)
        if progress is not None:
            progress(first + len(chunk))
    return made


def draw(
    certificates: Sequence[Printed], content: DesignContent, pictures: tuple[Picture, ...], language: str,
    base_url: str, finish: Callable[[bytes], bytes] | None = None,
) -> list[bytes]:  # fmt: skip
    """Return the PDFs of certificates of one design in a language: nothing but what is given decides the bytes."""
    form = form_of(content, language, pictures)
    sheets = [sheet_of(one, content, language, base_url) for one in certificates]
    return render_sheets(form, sheets, finish=finish)


def printed_of(certificate: Certificate) -> Printed:
    """Return what the certificate's document says."""
    return Printed(
        certificate.id, certificate.number, certificate.revision, certificate.holder_name,
        certificate.holder_employee_no, certificate.title, certificate.version_number, certificate.score,
        certificate.issued_at, local_date(certificate.issued_at), certificate.valid_from,
        certificate.valid_until, certificate.design_version_id,
    )  # fmt: skip


def pictures_of(uow: UnitOfWork, content: DesignContent, settings: Settings) -> tuple[Picture, ...]:
    """Return a design's pictures with their bytes."""
    found, store = list_files(uow.session, list(content.pictures.values())), FileStore(settings.files_dir)
    return tuple(
        Picture(place, found[sha256].media_type, store.read(sha256))
        for place, sha256 in content.pictures.items()
    )


def make_finish(keystore: Keystore, at: datetime) -> Callable[[bytes], bytes]:
    """Return what signs a document that was drawn."""
    from shared.signing.pades import PdfSigner  # On use: it takes a third of a second, and few requests sign.

    signer = PdfSigner(keystore)
    return lambda pdf: signer.sign(pdf, at=at)


def check_file(uow: UnitOfWork, pdf: bytes, settings: Settings, now: datetime) -> Checked:
    """Say what a file is: by its hash first, then by its own signature. Keeps nothing."""
    from shared.signing.pades import Verdict, read_signature

    keys = [load_keystore(settings).certificate, *list_signing_certificates(uow.session)]
    reading = read_signature(pdf, keys)
    key = next((one for one in keys if key_id_of(one) == reading.key_id), None)
    signed = Checked(
        Outcome.FOREIGN, reading.signer, reading.signed_at, key is not None and is_development(key)
    )
    found = find_by_hash(uow.session, hashlib.sha256(pdf).digest())
    if found is not None:
        document, certificate = found
        latest = document.revision == certificate.revision
        outcome = Outcome.GENUINE if latest else Outcome.REPLACED
        return replace(signed, outcome=outcome, number=certificate.number, state=certificate.state(now))
    if reading.verdict is Verdict.FOREIGN:
        return signed
    return replace(signed, outcome=Outcome.ALTERED)


def remember_key(uow: UnitOfWork, keystore: Keystore, now: datetime) -> None:
    """Keep the certificate of a key that is used, so that what it signs can be checked when it is used no more."""
    insert = sqlite.insert if uow.database.is_sqlite else postgresql.insert
    values = {"key_id": keystore.key_id, "pem": keystore.pem, "first_used_at": now}
    uow.session.execute(insert(SigningKey).values(**values).on_conflict_do_nothing())


def _freeze_chunk(
    database: Database, ids: Sequence[UUID], language: str, settings: Settings, now: datetime
) -> int:
    """Draw and sign outside of any unit of work, then keep what nobody else has made meanwhile."""
    keystore = load_keystore(settings)
    with database.read() as uow:
        there = frozen_keys(uow.session, ids)
        rows = [one for one in list_by_ids(uow.session, ids) if (one.id, language, one.revision) not in there]
        printed = [printed_of(one) for one in rows]
        people = {one.id: one.person_id for one in rows}
        contents = contents_of(uow.session, {one.design_version_id for one in printed})
        pictures = {key: pictures_of(uow, content, settings) for key, content in contents.items()}
    finish, made = make_finish(keystore, now), 0
    for design in {one.design_version_id for one in printed}:
        same = [one for one in printed if one.design_version_id == design]
        pdfs = draw(same, contents[design], pictures[design], language, settings.base_url, finish)
        drawn = list(zip(same, pdfs, strict=True))
        with database.write() as uow:
            made += _keep(uow, drawn, people, language, keystore, now)
    return made


def _keep(
    uow: UnitOfWork, drawn: Sequence[tuple[Printed, bytes]], people: dict[UUID, UUID], language: str,
    keystore: Keystore, now: datetime,
) -> int:  # fmt: skip
    remember_key(uow, keystore, now)
    ids = [one.certificate_id for one, _pdf in drawn]
    if not uow.database.is_sqlite:
        # Locked, so that of two who draw the same at the same moment one waits and finds the other's document.
        wanted = select(Certificate.id).where(Certificate.id.in_(ids)).order_by(Certificate.id)
        uow.session.execute(wanted.with_for_update()).all()
    there, made = frozen_keys(uow.session, ids), 0
    for one, pdf in drawn:
        if (one.certificate_id, language, one.revision) in there:
            continue
        made += 1
        digest = hashlib.sha256(pdf).digest()
        document = CertificateDocument(
            id=new_id(), certificate_id=one.certificate_id, language=language, sha256=digest, pdf=pdf,
            rendered_at=now, revision=one.revision, key_id=keystore.key_id,
        )  # fmt: skip
        uow.session.add(document)
        told = CertificateRendered(one.certificate_id, language, digest.hex(), one.revision, keystore.key_id)
        append(uow, told, row=document, actor=SYSTEM, now=now, person_id=people[one.certificate_id])
    return made
