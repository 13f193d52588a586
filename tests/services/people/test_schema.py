"""The migrations lead to what the models say."""

from sqlalchemy import inspect

from services.people.app import SERVICE
from shared.db.migrate import differences, downgrade, upgrade
from shared.db.uow import Database


def test_an_upgraded_database_is_what_the_models_say(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, SERVICE.schema)
    assert differences(database, SERVICE.schema) == []
    database.dispose()


def test_undoing_every_migration_leaves_no_table_behind(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, SERVICE.schema)
    downgrade(database, SERVICE.schema)
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    database.dispose()
