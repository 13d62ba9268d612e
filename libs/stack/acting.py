"""A command-line verb acts as the service that owns what it changes, with its secrets only.

Where one process alone holds what the verb needs, it acts as that process.
"""

import os
from collections.abc import Mapping

from libs.stack import processes, secret_store
from libs.stack.place import Place


def environ_of(name: str, place: Place, given: Mapping[str, str]) -> dict[str, str]:
    """What that service's commands, or that process, may know: of the stack here, else as given."""
    if not secret_store.path_in(place.data_dir).exists():
        return dict(given)
    return processes.environ(name, place, secret_store.load_or_create(place.data_dir))


def become(name: str, place: Place) -> None:
    """From here on this program knows the secrets of that service or process, and no others."""
    environ = environ_of(name, place, os.environ)
    os.environ.clear()
    os.environ.update(environ)
