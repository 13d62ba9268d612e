"""`shencai parked list|retry|dismiss`: messages that failed for good; acts as operations.

Operations reads one view per database and calls one narrow function for each of the two verbs.
"""

import contextlib
import dataclasses as dc
import uuid
from collections.abc import Iterator
from typing import Any

import click
import psycopg2

from libs.common.settings import load
from libs.stack import acting, standing


@dc.dataclass(frozen=True)
class ObserverSettings:
    """The observer's way into each database."""

    ops_upload_database_url: str
    ops_review_database_url: str
    ops_notify_database_url: str


@click.group()
def parked() -> None:
    """Messages that failed for good: list, retry, dismiss."""
    acting.become("ops", standing.place())


@parked.command("list")
def list_all() -> None:
    """Show every parked message with its reason."""
    found = 0
    for service, connection in _databases():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, type, reason, parked_at FROM parked_messages ORDER BY parked_at"
            )
            for which, kind, reason, at in cursor.fetchall():
                found += 1
                click.echo(f"{which}  {service:7} {kind:24} {at:%Y-%m-%d %H:%M}Z  {reason}")
    if not found:
        click.echo("Nothing is parked.")


@parked.command()
@click.argument("message", type=click.UUID)
def retry(message: uuid.UUID) -> None:
    """Send a parked MESSAGE again."""
    _act("parked_retry", message)
    click.echo("It is on its way again.")


@parked.command()
@click.argument("message", type=click.UUID)
def dismiss(message: uuid.UUID) -> None:
    """Give a parked MESSAGE up; it stays in the database."""
    _act("parked_dismiss", message)
    click.echo("It is dismissed.")


def _act(function: str, message: uuid.UUID) -> None:
    for _, connection in _databases():
        with connection.cursor() as cursor:
            cursor.callproc(function, (str(message),))
            if cursor.fetchone()[0]:
                return
    raise click.ClickException(f"no message {message} is parked, or it cannot be sent again")


def _databases() -> Iterator[tuple[str, Any]]:
    given = load(ObserverSettings)
    for service in ("upload", "review", "notify"):
        url = getattr(given, f"ops_{service}_database_url")
        with contextlib.closing(psycopg2.connect(url, connect_timeout=5)) as connection:
            connection.autocommit = True
            yield service, connection
