"""`shencai desk add|close|list`: accounts of the delivery desk; acts as the notify service."""

import click

from libs.stack import acting, standing


@click.group()
def desk() -> None:
    """Accounts of the delivery desk: add, close, list."""
    acting.become("notify", standing.place())


@desk.command()
@click.argument("login")
@click.option("--name", required=True, help="As it stands in the audit log.")
@click.option("--phones", is_flag=True, help="May see a candidate's number in clear, audited.")
def add(login: str, name: str, *, phones: bool) -> None:
    """Add an account; its password and second factor are shown once."""
    from services.notify.commands import add_operator

    added = add_operator(login=login, name=name, may_see_phones=phones)
    click.echo(f"login          {added.login}\npassword       {added.password}")
    click.echo(f"second factor  {added.totp_secret}\n               {added.totp_uri}")


@desk.command()
@click.argument("login")
def close(login: str) -> None:
    """Close an account and sign its browsers out, at once."""
    from services.notify.commands import close_operator

    ended = close_operator(login=login)
    click.echo(f"{login} is closed; browsers signed out: {ended}")


@desk.command("list")
def list_() -> None:
    """All accounts: who may see numbers, who is closed."""
    from services.notify.commands import list_operators

    for one in list_operators():
        marks = ("sees numbers",) * one.may_see_phones + ("closed",) * (not one.is_open)
        click.echo(f"{one.login:15} {one.name}  {', '.join(marks)}".rstrip())
