"""Reads the Procfiles: the only list of what runs."""

import shlex
import string
from collections.abc import Mapping
from pathlib import Path

from libs.common.errors import Misconfigured

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder: commands start there."""
PRODUCT = ROOT / "Procfile"
DEMO = ROOT / "examples" / "Procfile"
"""What stands around Shencai in a demonstration: other people's systems, made small."""


def read(path: Path) -> dict[str, str]:
    """Process name → command line, in the file's order."""
    commands: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, command = line.partition(":")
        if not colon or not command.strip():
            raise Misconfigured(f"{path.name}, line {number}: expected `name: command`")
        commands[name.strip()] = command.strip()
    return commands


def commands() -> dict[str, str]:
    """Every process of product and demonstration."""
    return read(PRODUCT) | read(DEMO)


def split(command: str, environ: Mapping[str, str]) -> list[str]:
    """The command's words, with `$NAME` taken from the environment; there is no shell."""
    return [string.Template(word).substitute(environ) for word in shlex.split(command)]
