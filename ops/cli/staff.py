"""`shencai staff add`: an account for a reviewer; acts as the review service."""

import click

from libs.stack import acting, standing


@click.group()
def staff() -> None:
    """Accounts of reviewers and administrators: add."""


@staff.command()
@click.argument("login")
@click.option("--name", required=True, help="As it stands on pages and watermarks.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option("--site", "sites", multiple=True, help="Code of a site, for a role at sites.")
def add(login: str, name: str, roles: tuple[str, ...], sites: tuple[str, ...]) -> None:
    """Add an account; its password and second factor are shown once."""
    acting.become("review", standing.place())
    from services.review.commands import add_staff

    added = add_staff(login=login, name=name, roles=roles, sites=sites)
    click.echo(f"login          {added.login}\npassword       {added.password}")
    click.echo(f"second factor  {added.totp_secret}\n               {added.totp_uri}")
