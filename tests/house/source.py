"""The project's own Python files, parsed once for the tests of the architecture."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("services", "workers", "libs", "ops", "examples")


@functools.cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def files(*patterns: str) -> list[Path]:
    """Files below the packages that match one of the patterns, relative to the project."""
    return sorted(path for pattern in patterns or PACKAGES for path in _matching(pattern))


def _matching(pattern: str) -> Iterator[Path]:
    return (ROOT / pattern).rglob("*.py") if "*" not in pattern else ROOT.glob(pattern)


def shown(path: Path, node: ast.AST | None = None) -> str:
    """`file:line`, as an editor understands it."""
    line = f":{node.lineno}" if isinstance(node, ast.expr | ast.stmt) else ""
    return f"{path.relative_to(ROOT)}{line}"


def imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Each import with the dotted name that it brings in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the last part of what is called: `session.commit()` gives `commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield node, name
