"""`shencai run NAME`: one process of the Procfile in the foreground."""

import os

import click

from libs.common.settings import load
from libs.stack import launch
from libs.stack.place import Place


@click.command()
@click.argument("name")
def run(name: str) -> None:
    """Become one process of the Procfile, such as images."""
    launch.become(name, load(Place), os.environ)
