"""The migrations lead to what the models say, on both engines, and back."""

from sqlalchemy import inspect

from services.training.app import SERVICE
from shared.db.migrate import differences, downgrade, upgrade
from shared.db.uow import Database


def test_the_migrations_lead_to_the_models_and_back_to_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert upgrade(database, SERVICE.schema)
    assert differences(database, SERVICE.schema) == []
    downgrade(database, SERVICE.schema)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()
