"""`shencai prepare`: roles, databases, migrations and buckets, on servers that are not embedded."""

import contextlib
import dataclasses as dc
from urllib.parse import urlsplit

import click
import psycopg2

from libs.common import migrate
from libs.common.settings import load
from libs.common.storage import StorageSettings
from libs.stack import roles, s3


@dc.dataclass(frozen=True, kw_only=True)
class PrepareSettings(StorageSettings):
    """The administrators' ways in, and the URLs whose passwords the roles shall have."""

    postgres_url: str
    upload_database_url: str
    review_database_url: str
    notify_database_url: str
    ops_upload_database_url: str


@click.command()
def prepare() -> None:
    """Make roles, databases and buckets, and migrate.

    For servers that are there already; may run again.
    """
    given = load(PrepareSettings)
    urls = {service: getattr(given, f"{service}_database_url") for service in roles.DATABASES}
    passwords = {service: _password(url) for service, url in urls.items()}
    passwords[roles.OBSERVER] = _password(given.ops_upload_database_url)
    with contextlib.closing(psycopg2.connect(given.postgres_url)) as connection:
        connection.autocommit = True
        roles.ensure(connection, passwords)
    for service, url in urls.items():
        migrate.upgrade(service, url)
    s3.ensure_buckets(s3.client_of(given.s3_endpoint, given.s3_access_key, given.s3_secret_key))
    click.echo("Roles, databases, migrations and buckets are as they should be.")


def _password(url: str) -> str:
    return urlsplit(url).password or ""
