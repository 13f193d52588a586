"""The one Alembic environment of all services; `shared.db.migrate` hands it the connection and the tables."""

from alembic import context

from shared.db.migrate import is_ours

config = context.config
connection = config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=config.attributes["metadatas"],
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
    include_object=is_ours,
)
with context.begin_transaction():
    context.run_migrations()
