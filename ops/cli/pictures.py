"""`shencai calibrate`, `recheck`, `template`: what operations does about picture checks."""

import datetime as dt
import itertools
import time
import uuid

import click

from libs.stack import acting, standing
from ops.cli.upload import actor, database

PAUSE_SECONDS = 1.0
TELLS_EACH_SECONDS = 10
"""How far it has come; stopped, it goes on from there with `--since`."""


@click.command()
@click.option("--exam", help="Only this exam's pictures.")
def calibrate(exam: str | None) -> None:
    """Say how well signals and warnings foretell REPLACE verdicts, and propose thresholds."""
    acting.become("upload", standing.place())
    from services.upload.commands import calibrated_in

    with database() as opened:
        found = calibrated_in(opened, exam=exam)
    click.echo(f"{found.replaced} pictures were asked to be replaced, {found.accepted} accepted")
    if not found.signals:
        click.echo("too few: at least 20 of each are needed")
        return
    click.echo("\nsignal            foretells   warn  threshold  caught")
    for row in found.signals:
        side = "below" if row.warns_below else "above"
        click.echo(
            f"{row.signal:16} {row.area:10.3f} {side:>6} {row.threshold:10.3f} {row.caught:7.0%}"
        )
    click.echo(
        "foretells: .5 nothing, 1 everything. Each threshold is a proposal: it would warn of"
    )
    click.echo("3 % of the accepted pictures, and catch so many of the replaced ones.")
    click.echo("\nwarning, as it is said now   threshold  caught  false")
    for warned in found.warnings:
        click.echo(
            f"{warned.code:28} {warned.threshold:9.3f} {warned.caught:7.0%} {warned.false:6.1%}"
        )


@click.command()
@click.option("--since", required=True, help="Received since then: 2023-02-07T00:00+08:00.")
@click.option("--per-second", default=2, show_default=True, help="At most so many each second.")
def recheck(since: str, *, per_second: int) -> None:
    """Check pictures again after a new checker was installed, behind all live work."""
    start = instant(since)
    acting.become("upload", standing.place())
    from services.upload.commands import recheck_next

    asked, place, waits = 0, None, 0
    with database() as opened:
        for second in itertools.count(1):
            step = recheck_next(opened, since=start, after=place, most=per_second, actor=actor())
            asked, place, waits = asked + step.asked, step.place, waits + step.waits
            if place is None and not step.waits:
                break
            if second % TELLS_EACH_SECONDS == 0:
                until = f", received until {place.received_at.isoformat()}" if place else ""
                click.echo(f"{asked} pictures asked for{until}; {waits} s left to live work")
            time.sleep(PAUSE_SECONDS)
    click.echo(f"{asked} pictures are asked for again; {waits} s were left to live work")


@click.group()
def template() -> None:
    """Blank official forms, which many candidates rightly have: add, list, remove."""


@template.command("add")
@click.argument("image", type=click.UUID)
@click.argument("words")
def add(image: uuid.UUID, words: str) -> None:
    """IMAGE shows a blank official form, called WORDS: nothing is its duplicate from now on."""
    acting.become("upload", standing.place())
    from services.upload.commands import add_template

    with database() as opened:
        add_template(opened, image_id=image, what=words, actor=actor())
    click.echo(f"{words}: pictures of it are nobody's duplicates from now on")


@template.command("list")
def list_known() -> None:
    """Name the known forms, the oldest first, with the day on which each was added."""
    acting.become("upload", standing.place())
    from services.upload.commands import known_templates

    with database() as opened:
        rows = known_templates(opened)
    for what, added_at in rows:
        click.echo(f"{added_at:%Y-%m-%d}  {what}")
    if not rows:
        click.echo("no form is known")


@template.command("remove")
@click.argument("words")
def remove(words: str) -> None:
    """WORDS is no blank form: its pictures are compared again, also those handed in meanwhile."""
    acting.become("upload", standing.place())
    from services.upload.commands import remove_template

    with database() as opened:
        images = remove_template(opened, what=words, actor=actor())
    click.echo(f"{words}: is compared again; {images} pictures handed in meanwhile are looked at")


def instant(words: str) -> dt.datetime:
    """A time with its offset."""
    try:
        found = dt.datetime.fromisoformat(words)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise click.BadParameter("expected a time with its offset, as 2023-02-18T00:00+08:00")
    return found.astimezone(dt.UTC)
