"""`shencai desk add`: an account for the delivery desk; acts as the notify service."""

import click

from libs.common.settings import load
from libs.stack import acting
from libs.stack.place import Place


@click.group()
def desk() -> None:
    """Accounts of the delivery desk: add."""


@desk.command()
@click.argument("login")
@click.option("--name", required=True, help="As it stands in the audit log.")
@click.option("--phones", is_flag=True, help="May see a candidate's number in clear, audited.")
def add(login: str, name: str, *, phones: bool) -> None:
    """Add an account; its password and second factor are shown once."""
    acting.become("notify", load(Place))
    from services.notify.commands import add_operator

    added = add_operator(login=login, name=name, may_see_phones=phones)
    click.echo(f"login          {added.login}\npassword       {added.password}")
    click.echo(f"second factor  {added.totp_secret}")
