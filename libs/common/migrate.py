"""Numbered migrations of a service, from `services/<name>/migrations/0001_start.py` on."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

ROOT = Path(__file__).parents[2]
ENVIRONMENT = Path(__file__).parent / "migrations"


def config(service: str, url: str) -> Config:
    """Alembic's configuration for one service's folder and database."""
    made = Config()
    made.set_main_option("script_location", str(ENVIRONMENT))
    made.set_main_option("version_locations", str(ROOT / "services" / service / "migrations"))
    made.set_main_option("path_separator", "os")
    made.attributes["url"] = url.replace("postgresql://", "postgresql+psycopg2://", 1)
    return made


def upgrade(service: str, url: str) -> None:
    """Bring the database to the newest step; two at once wait for each other."""
    command.upgrade(config(service, url), "head")


def pending(service: str, url: str) -> list[str]:
    """The steps that the database has not seen, oldest first."""
    made = config(service, url)
    engine = create_engine(made.attributes["url"])
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            connection.execute(text("SELECT 1"))
    finally:
        engine.dispose()
    script = ScriptDirectory.from_config(made)
    steps = [r.revision for r in script.walk_revisions("base", "head")]
    steps.reverse()
    return steps if current is None else steps[steps.index(current) + 1 :]
