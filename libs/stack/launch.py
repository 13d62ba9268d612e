"""Becomes one process of the Procfile: what a container does, or a person with `shencai run`."""

import os
from collections.abc import Mapping
from pathlib import Path

from libs.common.errors import Misconfigured
from libs.stack import processes, procfile, secret_store
from libs.stack.place import Place


def become(name: str, place: Place, given: Mapping[str, str]) -> None:
    """Replace this program by the process. Raises Misconfigured before that."""
    command = procfile.commands()[processes.known(name)]
    environ = environment(name, place, given)
    Path(environ["HEALTH_DIR"]).mkdir(parents=True, exist_ok=True)
    os.chdir(procfile.ROOT)
    words = procfile.split(command, environ)
    os.execvpe(words[0], words, environ)  # noqa: S606 - the words come from the Procfile


def environment(name: str, place: Place, given: Mapping[str, str]) -> dict[str, str]:
    """On the machine of a stack, the stack's values; in a container, what the container has.

    There a secret comes as NAME or as a file that NAME_FILE names; nobody gets another's.
    """
    if secret_store.path_in(place.data_dir).exists():
        return processes.environ(name, place, secret_store.load_or_create(place.data_dir))
    process = processes.PROCESSES[name]
    wanted = process.secret_names + process.plain_names
    found = {key: value for key in wanted if (value := _value(key, given)) is not None}
    missing = [key for key in process.secret_names if key not in found]
    if missing:
        raise Misconfigured(f"{name} needs {', '.join(missing)} (or the same with _FILE)")
    return processes.runtime(name, Path(given.get("RUN_DIR", "/run/shencai"))) | {
        **{key: value for key, value in given.items() if key.removesuffix("_FILE") not in _SECRETS},
        **found,
    }


_SECRETS = frozenset(n for p in processes.PROCESSES.values() for n in p.secret_names)


def _value(key: str, given: Mapping[str, str]) -> str | None:
    path = given.get(f"{key}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else given.get(key)
