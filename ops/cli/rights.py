"""`shencai rights`: candidates' requests for erasure, and what was purged; acts as upload (R28)."""

import json

import click

from libs.stack import acting, standing
from ops.cli.upload import actor, database


@click.group()
def rights() -> None:
    """Requests for erasure: list, answer; and the certificate of what was purged."""


@rights.command("list")
def list_waiting() -> None:
    """Name the requests that wait, the most urgent first; no personal data."""
    acting.become("upload", standing.place())
    from services.upload.commands import waiting_erasures

    with database() as opened:
        rows = waiting_erasures(opened)
    for row in rows:
        held = "  under legal hold" if row.is_held else ""
        click.echo(f"{row.exam}  {row.number}  due {row.due_at:%Y-%m-%d %H:%M} UTC{held}")
    if not rows:
        click.echo("no request for erasure waits")


@rights.command()
@click.argument("exam")
@click.argument("number")
@click.option("--grant", "declines", flag_value=False, type=bool, default=None, help="Erase now.")
@click.option("--decline", "declines", flag_value=True, type=bool, help="Erase nothing.")
@click.option("--words", default="", help="What she reads; needed to decline.")
def answer(exam: str, number: str, *, declines: bool | None, words: str) -> None:
    """Answer the request of the candidate with this registration NUMBER."""
    if declines is None:
        raise click.UsageError("choose --grant or --decline")
    acting.become("upload", standing.place())
    from services.upload.commands import answer_erasure

    with database() as opened:
        answer_erasure(
            opened, exam=exam, number=number, words=words, declines=declines, actor=actor()
        )
    click.echo("declined" if declines else "it is carried out within a minute")


@rights.command()
@click.argument("exam")
def certificate(exam: str) -> None:
    """Print what was removed of EXAM after its retention time, as JSON; counts only."""
    acting.become("upload", standing.place())
    from services.upload.commands import certificate_of

    with database() as opened:
        found = certificate_of(opened, exam)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
