"""The docs name each verb, each setting that may be left out and each metric, and no other."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch

import click

from ops.cli.main import cli
from ops.console.collector import VENDOR_GAUGES
from services.review.models.judging import LAPSED_CLAIMS
from services.review.queries.counts import GAUGES
from tests.house.source import ROOT

GUIDE = (ROOT / "docs/operations.md").read_text("utf-8")
DOCS = "\n".join(p.read_text("utf-8") for p in (ROOT / "README.md", *ROOT.glob("docs/*.md")))
MAKERS = {"Counter", "Histogram", "GaugeMetricFamily", "CounterMetricFamily"}


def chapter(heading: str) -> str:
    return GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def trees() -> Iterator[ast.AST]:
    for room in ("services", "workers", "libs", "ops"):
        for path in (ROOT / room).rglob("*.py"):
            yield ast.parse(path.read_text("utf-8"))


def verbs(group: click.Group, before: str = "shencai") -> Iterator[tuple[str, click.Command]]:
    for name, verb in group.commands.items():
        yield f"{before} {name}", verb
        if isinstance(verb, click.Group):
            yield from verbs(verb, f"{before} {name}")


def optional_settings() -> set[str]:
    return {
        field.target.id.upper()
        for tree in trees()
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef) and re.fullmatch(r"\w+Settings", kind.name)
        for field in kind.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if field.value is not None and not isinstance(field.value, ast.Call)
    }


def written() -> Iterator[str]:
    """Every command of the docs; `parked list|retry` is two."""
    fences = re.findall(r"^```sh\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    spans = re.findall(
        r"`([^`]+)`", re.sub(r"^```.*?^```", "", DOCS, flags=re.DOTALL | re.MULTILINE)
    )
    lines = [line.partition("#")[0] for fence in fences for line in fence.splitlines()]
    for line in (*lines, *spans):
        if re.match(r"shencai [a-z]", line):
            words = line.split()
            for last in words[2].split("|") if len(words) > 2 else ("",):
                yield " ".join([*words[:2], last, *words[3:]]).strip()


def test_each_verb_stands_in_the_docs() -> None:
    said = tuple(written())

    assert [name for name, _ in verbs(cli) if not any(s.startswith(name) for s in said)] == []


def test_each_command_of_the_docs_is_a_verb_with_these_options() -> None:
    known = dict(verbs(cli))
    wrong = []
    for line in written():
        words = line.split()
        verb = known.get(" ".join(words[:3])) or known.get(" ".join(words[:2]))
        options = {o for p in verb.params for o in p.opts} if verb else set()
        is_cut = isinstance(verb, click.Group) and " ".join(words) not in known
        if verb is None or is_cut or set(re.findall(r"--[a-z-]+", line)) - options:
            wrong.append(line)

    assert wrong == []


def test_each_setting_that_may_be_left_out_is_named() -> None:
    named = re.findall(r"`([A-Z][A-Z0-9_]+\*?)`", chapter("Settings that may be left out"))
    read = optional_settings() | {"WEB_WORKERS", "WEB_THREADS"}

    assert {s for s in read if not any(fnmatch(s, name) for name in named)} == set()
    assert {name for name in named if not any(fnmatch(s, name) for s in read)} == set()


def test_each_metric_is_named() -> None:
    made = {
        str(call.args[0].value)
        for tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in MAKERS
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    rows = re.findall(r"^\| (`.+?`) \| ", chapter("Metrics"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+?)(?:_total)?`", row)}

    assert named == made | GAUGES.keys() | VENDOR_GAUGES.keys() | {LAPSED_CLAIMS}
