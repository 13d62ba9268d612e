"""`shencai demo`: forty made-up candidates at every stage, in a running stack."""

import threading

import click

from libs.common.clock import now
from libs.stack import control, secret_store, standing
from ops.demo import load as loading
from ops.demo import sign_ins


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Load the demo into the running stack.

    Shows its sign-ins; what is there stays.
    """
    if context.invoked_subcommand is not None:
        return
    place = standing.place()
    control.ask(place.data_dir, {"do": "status"})  # says in a sentence when nothing runs
    loading.load(place, say=lambda line: click.secho(f"  {line}", dim=True), stop=threading.Event())
    for line in sign_ins.screen(secret_store.load_or_create(place.data_dir)):
        click.echo(line)


@demo.command()
def codes() -> None:
    """Show the present six digits of each of the demo's staff."""
    place = standing.place()
    for line in sign_ins.codes(secret_store.load_or_create(place.data_dir), now=now()):
        click.echo(line)


@demo.command()
def people() -> None:
    """Show the made-up ID number and phone of each candidate."""
    for line in sign_ins.people():
        click.echo(line)
