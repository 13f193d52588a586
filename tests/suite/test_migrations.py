"""Every service's numbered migrations lead from nothing to its models and back."""

import ast

import pytest
from sqlalchemy import inspect

from shared.db.migrate import differences, downgrade, is_current, upgrade
from shared.db.uow import Database
from shared.web.service import Service
from wsgi import SERVICES


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_an_empty_database_is_upgraded_to_exactly_the_models_and_back(
    service: Service, database_url: str
) -> None:
    database = Database(database_url)
    assert upgrade(database, service.schema)
    assert is_current(database, service.schema)
    assert differences(database, service.schema) == []
    assert not upgrade(database, service.schema)
    downgrade(database, service.schema)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: one.name)
def test_migrations_are_numbered_without_gap_and_each_follows_the_one_before(service: Service) -> None:
    found = sorted(service.schema.migrations.glob("[0-9]*.py"))
    before = None
    for number, path in enumerate(found, start=1):
        names = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision")
        }
        assert path.name.startswith(f"{number:04d}_")
        assert names == {"revision": f"{number:04d}", "down_revision": before}
        before = names["revision"]
    assert before is not None
