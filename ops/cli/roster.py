"""`shencai roster import FILE`: registrations from a file; acts as the upload service."""

from pathlib import Path

import click

from libs.common.settings import load
from libs.stack import acting, standing
from ops.cli.upload import actor, database


@click.group()
def roster() -> None:
    """Registrations of candidates: import."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Import a CSV or JSON FILE, whole or not at all.

    Each bad row is named with its line and reason.
    """
    acting.become("upload", standing.place())
    from services.upload.commands import import_roster
    from services.upload.roster import BadRoster
    from services.upload.settings import UploadSettings
    from services.upload.vault import open_vault

    with database() as opened:
        try:
            done = import_roster(
                opened, file, vault=open_vault(load(UploadSettings)), actor=actor()
            )
        except BadRoster as error:
            raise click.ClickException(f"nothing was imported:\n{error}") from None
    click.echo(f"{done.created} new, {done.updated} corrected, {done.unchanged} unchanged")
    if done.outdated:
        click.echo(f"{done.outdated} older than what holds: nothing changed")
