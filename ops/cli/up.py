"""`shencai up`: everything on this machine, with the demo in it."""

import threading

import click

from libs.common.errors import Misconfigured
from libs.common.settings import load
from libs.stack import secret_store, stack
from libs.stack.place import Place
from ops.demo import load as loading
from ops.demo import sign_ins

TITLES = {
    "registration": "Registration system (stand-in): candidates begin here",
    "upload-web": "Candidates",
    "review-web": "Reviewers",
    "notify-web": "Notices and calls",
    "ops": "Operations",
    "sms-gateway": "The phones' SMS (simulated)",
}


@click.command()
@click.option(
    "--demo/--no-demo",
    "with_demo",
    default=True,
    show_default=True,
    help="Load the exam `demo` with its made-up candidates and staff, if it is not there yet.",
)
def up(*, with_demo: bool) -> None:
    """Start the servers and every process; Ctrl-C stops them all."""
    guest = _Guest(load(Place), with_demo=with_demo)
    stack.up(guest.place, say=_say, when_up=guest.start, when_down=guest.stop)


class _Guest:
    """Loads the demo beside the thread that tends the processes, then says who can do what."""

    def __init__(self, place: Place, *, with_demo: bool) -> None:
        self.place = place
        self._with_demo = with_demo
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        if self._with_demo:
            try:
                loading.load(self.place, say=_say, stop=self._stop)
            except Misconfigured as error:
                click.secho(f"  {error}", fg="red", err=True)
        if not self._stop.is_set():
            _welcome(self.place)


def _say(line: str) -> None:
    click.secho(f"  {line}", dim=True)


def _welcome(place: Place) -> None:
    secrets = secret_store.load_or_create(place.data_dir)
    click.secho("\nShencai 审材 is up.\n", bold=True)
    for name, title in TITLES.items():
        click.echo(f"  {place.public_url(name):32} {title}")
    click.echo()
    if loading.is_loaded(place):
        for line in sign_ins.screen(secrets):
            click.echo(f"  {line}".rstrip())
        click.echo()
    click.echo(f"  Operations: password {secrets['OPS_PASSWORD']}")
    click.echo(f"  Logs: {place.logs}    Data: {place.data_dir}\n  Ctrl-C stops everything.\n")
