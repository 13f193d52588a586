"""The tables, and what ships in them."""

import json

from sqlalchemy import select

from services.compliance.app import SERVICE
from services.compliance.catalogue.models import RedLineCategory
from services.compliance.policies.models import PolicyVersion
from services.compliance.policies.rules import VersionStatus, text_sha256
from shared.db.migrate import differences, downgrade, upgrade
from shared.db.uow import Database
from shared.eventlog import export_log, load_or_create_key
from shared.eventlog.verify import verify
from tests.harness import Harness


def test_migrations_lead_to_the_models_and_back_to_nothing(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, SERVICE.schema)
    assert differences(database, SERVICE.schema) == []
    downgrade(database, SERVICE.schema)
    upgrade(database, SERVICE.schema)
    database.dispose()


def test_the_catalogue_ships_six_categories_each_with_law_and_examples_in_both_languages(h: Harness) -> None:
    with h.read("compliance") as uow:
        found = uow.session.scalars(select(RedLineCategory).order_by(RedLineCategory.place)).all()
        uow.session.expunge_all()
    assert found[0].code == "commercial_bribery"
    assert len(found) == 6
    for one in found:
        texts = [one.name, one.summary, one.basis, *one.may, *one.may_not]
        assert len(one.may) >= 3
        assert len(one.may_not) >= 3
        assert all(text.zh and text.en for text in texts)


def test_the_code_of_conduct_ships_as_a_draft_that_nobody_has_approved_for_the_company(h: Harness) -> None:
    with h.read("compliance") as uow:
        version = uow.session.scalars(select(PolicyVersion)).one()
        uow.session.expunge_all()
    assert version.status is VersionStatus.DRAFT
    assert version.zh_sha256 == text_sha256(version.zh)
    assert 1200 < len(version.zh) < 4000
    assert 3000 < len(version.en) < 9000


def test_what_ships_is_accounted_for_in_the_log(h: Harness, tmp_path) -> None:
    target = tmp_path / "export.zip"
    key = load_or_create_key(tmp_path / "keys", "compliance")
    export_log(
        h.suite.databases["compliance"], target, service="compliance", audited_models=SERVICE.audited, key=key
    )
    report = verify(str(target))
    assert report.integrity == []
    assert report.completeness == []
    assert json.dumps([one.subject for one in h.events("compliance")]).count("category/") == 6
