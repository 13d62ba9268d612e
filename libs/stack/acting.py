"""A command-line verb acts as the service that owns what it changes, with its secrets only."""

import os
from collections.abc import Mapping

from libs.stack import processes, secret_store
from libs.stack.place import Place


def environ_of(service: str, place: Place, given: Mapping[str, str]) -> dict[str, str]:
    """What that service's commands may know: of the stack here, or as a container gave it."""
    if not secret_store.path_in(place.data_dir).exists():
        return dict(given)
    return processes.environ(service, place, secret_store.load_or_create(place.data_dir))


def become(service: str, place: Place) -> None:
    """From here on this program knows that service's secrets and no others."""
    environ = environ_of(service, place, os.environ)
    os.environ.clear()
    os.environ.update(environ)
