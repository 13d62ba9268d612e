"""`shencai up`: everything on this machine."""

import click

from libs.common.settings import load
from libs.stack import secret_store, stack
from libs.stack.place import Place

TITLES = {
    "registration": "Registration system (stand-in): candidates begin here",
    "upload-web": "Candidates",
    "review-web": "Reviewers",
    "notify-web": "Notices and calls",
    "ops": "Operations",
    "sms-gateway": "The phones' SMS (simulated)",
}


@click.command()
def up() -> None:
    """Start the servers and every process; Ctrl-C stops them all."""
    place = load(Place)
    stack.up(place, say=_say, when_up=lambda: _welcome(place))


def _say(line: str) -> None:
    click.secho(f"  {line}", dim=True)


def _welcome(place: Place) -> None:
    secrets = secret_store.load_or_create(place.data_dir)
    click.secho("\nShencai 审材 is up.\n", bold=True)
    for name, title in TITLES.items():
        click.echo(f"  {place.public_url(name):32} {title}")
    click.echo(f"\n  Operations: user ops, password {secrets['OPS_PASSWORD']}")
    click.echo(f"  Logs: {place.logs}    Data: {place.data_dir}\n  Ctrl-C stops everything.\n")
