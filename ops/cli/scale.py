"""`shencai scale images=4`: more or fewer processes, without losing a message."""

import click

from libs.common.errors import Misconfigured
from libs.stack import control, standing
from libs.stack import scale as counting


@click.command()
@click.argument("counts", nargs=-1)
def scale(counts: tuple[str, ...]) -> None:
    """Set how many of a process run: images=4 sms=3. Without counts, show them."""
    place = standing.place()
    if not counts:
        for name, count in counting.counts(place.data_dir).items():
            click.echo(f"{name:16} {count}")
        return
    wanted = counting.parse(counts)
    try:
        answer = control.ask(place.data_dir, {"do": "scale", "counts": wanted})
    except control.NotRunning as error:
        counting.choose(place.data_dir, wanted)
        click.echo(f"{str(error).capitalize()}; kept for its next start.")
        return
    if "error" in answer:
        raise Misconfigured(answer["error"])
    for name in wanted:
        click.echo(f"{name:16} {answer['counts'][name]}")
