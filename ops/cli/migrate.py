"""`shencai migrate`: each service's database to its newest migration."""

import dataclasses as dc
import os

import click

from libs.common import migrate as migrations
from libs.common.settings import load
from libs.stack import secret_store, standing, values
from libs.stack.roles import DATABASES


@dc.dataclass(frozen=True)
class Urls:
    """In a container, from the environment; the databases are then made elsewhere."""

    upload_database_url: str
    review_database_url: str
    notify_database_url: str


@click.command()
@click.option("--check", is_flag=True, help="Only say what is missing; status 1 if anything is.")
def migrate(*, check: bool) -> None:
    """Bring the three databases to their newest migration."""
    missing = 0
    for service, url in _urls().items():
        steps = migrations.pending(service, url)
        missing += len(steps)
        click.echo(f"{service}: {', '.join(steps) or 'up to date'}")
        if steps and not check:
            migrations.upgrade(service, url)
    if check and missing:
        raise SystemExit(1)


def _urls() -> dict[str, str]:
    place = standing.place()
    if secret_store.path_in(place.data_dir).exists():
        known = values.secret(place, secret_store.load_or_create(place.data_dir))
        return {service: known[f"{service.upper()}_DATABASE_URL"] for service in DATABASES}
    given = load(Urls, os.environ)
    return {service: getattr(given, f"{service}_database_url") for service in DATABASES}
