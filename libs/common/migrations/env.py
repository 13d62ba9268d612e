"""Runs one service's migrations; `libs.common.migrate` sets the address and the folder."""

from alembic import context
from sqlalchemy import create_engine, text

engine = create_engine(context.config.attributes["url"])
with engine.begin() as connection:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrations'))"))
    context.configure(connection=connection, transactional_ddl=True)
    context.run_migrations()
engine.dispose()
