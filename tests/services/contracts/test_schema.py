"""The numbered migrations lead from nothing to the models, and back, on both engines."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from services.contracts.app import SERVICE
from shared.db.migrate import differences, downgrade, upgrade
from shared.db.uow import Database
from tests.services.contracts.factories import World


def test_models_and_migrations_agree_and_the_way_back_is_clean(database_url: str) -> None:
    database = Database(database_url)
    upgrade(database, SERVICE.schema)
    assert differences(database, SERVICE.schema) == []
    downgrade(database, SERVICE.schema)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()


@pytest.mark.parametrize(
    "change",
    ["status = 'signed'", "amount_minor = -1", "currency = NULL"],
    ids=["a status that is none", "a negative amount", "no currency"],
)
def test_the_database_itself_refuses_what_cannot_be(world: World, change: str) -> None:
    world.contract()
    with pytest.raises(IntegrityError):
        world.do(lambda uow: uow.session.execute(text(f"UPDATE contract SET {change}")))


def test_more_can_never_be_paid_than_is_owed(world: World) -> None:
    world.receivable()
    with pytest.raises(IntegrityError):
        world.do(lambda uow: uow.session.execute(text("UPDATE receivable SET paid_minor = amount_minor + 1")))
