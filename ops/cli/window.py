"""`shencai window extend`: a later end, with a reason (R14); acts as the upload service."""

import click

from libs.stack import acting, standing
from ops.cli.pictures import instant
from ops.cli.upload import actor, database


@click.group()
def window() -> None:
    """Windows of an exam: extend."""


@window.command()
@click.argument("exam")
@click.option("--until", required=True, help="New end with its offset: 2023-02-18T00:00+08:00.")
@click.option("--reason", required=True, help="Told to everybody concerned, and audited.")
@click.option("--site", help="Only candidates of this site.")
@click.option("--number", help="Only the candidate of this registration number.")
@click.option("--kind", default="main", show_default=True, help="Which of the exam's windows.")
def extend(
    exam: str, *, until: str, reason: str, site: str | None, number: str | None, kind: str
) -> None:
    """Extend EXAM's window for all, for a site, or for one candidate."""
    if site and number:
        raise click.UsageError("choose --site or --number, not both")
    acting.become("upload", standing.place())
    from services.upload.commands import extend_window
    from services.upload.operations.windows import Extension

    extension = Extension(
        exam=exam, ends_at=instant(until), reason=reason, kind=kind, site=site, number=number
    )
    with database() as opened:
        concerned = extend_window(opened, extension, actor=actor())
    whose = f" for {site or number}" if site or number else ""
    click.echo(f"{exam} is open{whose} until {until}; told: {concerned}")
