"""`shencai run NAME`: one process of the Procfile in the foreground."""

import os

import click

from libs.stack import launch, standing


@click.command()
@click.argument("name")
def run(name: str) -> None:
    """Become one process of the Procfile, such as images."""
    launch.become(name, standing.place(), os.environ)
