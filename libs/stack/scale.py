"""How many of each process run: DATA_DIR/scale.json, over the defaults of processes.py."""

import json
from collections.abc import Mapping
from pathlib import Path

from libs.common.errors import Misconfigured
from libs.stack import processes
from libs.stack.place import PORTS

MOST = 64


def counts(data_dir: Path) -> dict[str, int]:
    """Process name → how many shall run."""
    path = data_dir / "scale.json"
    chosen = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {name: p.count for name, p in processes.PROCESSES.items()} | {
        name: count for name, count in chosen.items() if name in processes.PROCESSES
    }


def choose(data_dir: Path, wanted: Mapping[str, int]) -> dict[str, int]:
    """Keep these counts for this and later starts. Raises Misconfigured before any is kept."""
    for name, count in wanted.items():
        processes.known(name)
        if not isinstance(count, int) or not 0 <= count <= MOST:
            raise Misconfigured(f"{name}={count}: expected 0 to {MOST}")
        if name in PORTS and count > 1:
            raise Misconfigured(f"{name} listens on one port; set WEB_WORKERS to give it more")
    result = counts(data_dir) | dict(wanted)
    data_dir.mkdir(parents=True, exist_ok=True)
    aside = data_dir / "scale.new"
    aside.write_text(json.dumps(result, indent=1), encoding="utf-8")
    aside.rename(data_dir / "scale.json")
    return result


def parse(words: tuple[str, ...]) -> dict[str, int]:
    """`images=4 sms=2` as counts. Raises Misconfigured with the word that is wrong."""
    wanted: dict[str, int] = {}
    for word in words:
        name, equals, count = word.partition("=")
        if not equals or not count.isascii() or not count.isdigit():
            raise Misconfigured(f"{word!r}: expected a process and a count, such as images=4")
        wanted[name] = int(count)
    return wanted
