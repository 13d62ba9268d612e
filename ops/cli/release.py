"""`shencai release`: two of the staff let a candidate in again who has proved who she is (R28)."""

import click

from libs.common.settings import load
from libs.stack import acting, standing
from ops.cli.upload import actor, database

_BY = click.option("--by", required=True, help="Your own name; it stands in the audit log.")
_KIND = click.argument("kind", type=click.Choice(["entry", "phone"]))


@click.group()
def release() -> None:
    """Two persons end an entry's rest, or restart the check of a phone: ask, confirm, list.

    KIND is `entry` (too many failures) or `phone` (no code arrives, or too many were sent).
    """


@release.command()
@_KIND
@click.argument("exam")
@click.argument("number")
@click.option("--reason", required=True, help="Why, and how it was seen that it is she.")
@_BY
def ask(kind: str, exam: str, number: str, *, reason: str, by: str) -> None:
    """The first person asks for the candidate with this registration NUMBER."""
    acting.become("upload", standing.place())
    from services.upload.commands import ask_release

    with database() as opened:
        ask_release(opened, exam=exam, number=number, kind=kind, reason=reason, actor=_person(by))
    click.echo("a second person has to confirm it within a day")


@release.command()
@_KIND
@click.argument("exam")
@click.argument("number")
@_BY
def confirm(kind: str, exam: str, number: str, *, by: str) -> None:
    """The second person confirms, and it is done."""
    acting.become("upload", standing.place())
    from services.upload.commands import confirm_release
    from services.upload.settings import UploadSettings
    from services.upload.vault import open_vault

    vault = open_vault(load(UploadSettings))
    with database() as opened:
        confirm_release(opened, exam=exam, number=number, kind=kind, vault=vault, actor=_person(by))
    click.echo("done")


@release.command("list")
def list_waiting() -> None:
    """Name what waits for a second person, the oldest first."""
    acting.become("upload", standing.place())
    from services.upload.commands import waiting_releases

    with database() as opened:
        rows = waiting_releases(opened)
    for row in rows:
        click.echo(f"{row.kind}  {row.exam}  {row.number}  {row.asked_by}: {row.reason}")
    if not rows:
        click.echo("nothing waits")


def _person(name: str) -> str:
    return f"{actor()}:{' '.join(name.split()).casefold()}"
