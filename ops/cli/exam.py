"""`shencai exam check|diff|load PATH`: an exam's pack; acts as the upload service."""

import json
from pathlib import Path

import click

from libs.stack import acting, standing
from ops.cli.upload import actor, database

MOST_SHOWN = 200
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def exam() -> None:
    """Exams as data: check, diff, load."""


@exam.command()
@click.argument("folder", type=FOLDER)
def check(folder: Path) -> None:
    """Name everything that is wrong with the pack in FOLDER.

    Needs no running stack.
    """
    from services.upload.packs import pack

    faults = pack.check(folder)
    for fault in faults:
        click.secho(f"✗ {fault}", fg="red")
    if faults:
        raise SystemExit(1)
    click.echo(f"✓ {folder.name} may be loaded")


@exam.command()
@click.argument("folder", type=FOLDER)
def diff(folder: Path) -> None:
    """Say what loading the pack in FOLDER would change; nothing is changed."""
    acting.become("upload", standing.place())
    from services.upload.commands import compare_exam
    from services.upload.packs.faults import BadPack

    with database() as opened:
        try:
            found = compare_exam(opened, folder)
        except BadPack as error:
            raise click.ClickException(f"it could not be loaded:\n{error}") from None
    for one in found:
        click.echo(one.place)
        if one.before is not None:
            click.secho(f"  - {_short(one.before)}", fg="red")
        if one.after is not None:
            click.secho(f"  + {_short(one.after)}", fg="green")
    click.echo(f"differences: {len(found)}" if found else "no difference: it holds already")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


@exam.command("load")
@click.argument("folder", type=FOLDER)
def load_pack(folder: Path) -> None:
    """Make the pack in FOLDER the version that holds from now on."""
    acting.become("upload", standing.place())
    from services.upload.commands import load_exam_from
    from services.upload.packs.faults import BadPack

    with database() as opened:
        try:
            loaded = load_exam_from(opened, folder, actor=actor())
        except BadPack as error:
            raise click.ClickException(f"nothing was loaded:\n{error}") from None
    click.echo(f"{loaded.code}: version {loaded.version} holds from now on")
