"""Three databases, each with its own login; made alike on the embedded and on any other server.

A service's role can connect to its own database alone. The role `ops` may connect to all three
and reads what the migrations grant it: one view per database without personal data (N11).
"""

from collections.abc import Mapping
from typing import Any

from psycopg2 import sql

DATABASES = ("upload", "review", "notify")
"""Each is owned by the role of the same name."""
ADMINISTRATOR = "postgres"
OBSERVER = "ops"
ROLES = (ADMINISTRATOR, *DATABASES, OBSERVER)


def ensure(connection: Any, passwords: Mapping[str, str]) -> None:
    """Make what is missing; `connection` is the administrator's, in autocommit."""
    for role in ROLES[1:]:
        _ensure_role(connection, role, passwords[role])
    for database in DATABASES:
        ensure_database(connection, database, owner=database)
    _run(connection, f"REVOKE CONNECT ON DATABASE {ADMINISTRATOR}, template1 FROM PUBLIC")


def ensure_database(connection: Any, name: str, *, owner: str, template: str = "template0") -> None:
    """Create the database unless it is there; only its owner and `ops` may connect."""
    if not _exists(connection, "pg_database", "datname", name):
        _run(
            connection,
            "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY",
            *(name, owner, template),
        )
    _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", name, OBSERVER)


def _ensure_role(connection: Any, role: str, password: str) -> None:
    """Create the login, or give it the password of today."""
    verb = "ALTER" if _exists(connection, "pg_roles", "rolname", role) else "CREATE"
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
            )
        )


def _run(connection: Any, statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _exists(connection: Any, catalog: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s")
    with connection.cursor() as cursor:
        cursor.execute(query.format(sql.Identifier(catalog), sql.Identifier(column)), (value,))
        return cursor.fetchone() is not None
