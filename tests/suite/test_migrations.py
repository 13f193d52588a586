"""Every service's numbered migrations lead from nothing to its models and back."""

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
