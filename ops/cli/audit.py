"""`shencai audit SERVICE`: whether the audit log is whole; acts as that service's relay.

The relay chains the log, so besides it nobody holds the key: whoever takes over a page or a
consumer cannot forge a chain.
"""

import click

from libs.common.audit import first_broken
from libs.common.db import Database
from libs.common.settings import value
from libs.stack import acting, standing


@click.command()
@click.argument("service", type=click.Choice(["upload", "review", "notify"]))
def audit(service: str) -> None:
    """Check the chain of SERVICE's audit log.

    Names the first row that was altered or removed.
    """
    acting.become(acts_as(service), standing.place())
    database = Database(value(f"{service.upper()}_DATABASE_URL"), process="audit", pool_size=1)
    with database.transaction() as session:
        broken = first_broken(session, key=value(f"{service.upper()}_AUDIT_KEY"))
    if broken is not None:
        raise click.ClickException(f"row {broken} of {service}'s audit log is broken or missing")
    click.echo(f"The audit log of {service} is whole.")


def acts_as(service: str) -> str:
    """The process that holds the key of the service's audit log."""
    return f"{service}-relay"
