"""The migrations lead to what the models say, on both engines, and back; and put a policy in force."""

from sqlalchemy import inspect

from services.eligibility.app import SERVICE
from services.eligibility.policies.seed import default_policy
from shared.db.migrate import differences, downgrade, upgrade
from shared.db.uow import Database
from shared.messages.eligibility import PolicyActivated
from tests.harness import Harness
from tests.services.eligibility.feeders import World


def test_the_migrations_lead_to_the_models_and_back_to_nothing(database_url: str) -> None:
    database = Database(database_url)
    assert upgrade(database, SERVICE.schema)
    assert differences(database, SERVICE.schema) == []
    downgrade(database, SERVICE.schema)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()


def test_a_new_database_has_the_default_policy_in_force_and_its_event(h: Harness, world: World) -> None:
    assert world.policy() == default_policy()
    (event,) = h.events("eligibility")
    assert event.message() == PolicyActivated(1, default_policy().digest)
