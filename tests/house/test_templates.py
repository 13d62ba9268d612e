"""What a template imports it uses, and what it uses it imports: no page leans on its reader."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from tests.house.source import ROOT, shown

SMALL_PIECES = "libs/common/web/templates/ui.html"
_JINJA = Environment(autoescape=True, extensions=["jinja2.ext.do"])


def templates() -> Iterator[tuple[Path, nodes.Template]]:
    for path in sorted(ROOT.glob("*/**/templates/**/*.html")):
        yield path, _JINJA.parse(path.read_text(encoding="utf-8"))


def imported(tree: nodes.Template) -> set[str]:
    names = (name for each in tree.find_all(nodes.FromImport) for name in each.names)
    return {name[1] if isinstance(name, tuple) else name for name in names}


def named(tree: nodes.Template) -> set[str]:
    return {each.name for each in tree.find_all(nodes.Name) if each.ctx == "load"}


def called(tree: nodes.Template) -> set[str]:
    calls = (each.node for each in tree.find_all(nodes.Call))
    return {each.name for each in calls if isinstance(each, nodes.Name)}


def test_every_import_of_a_template_is_used_in_it() -> None:
    unused = {shown(p): sorted(imported(t) - named(t)) for p, t in templates()}

    assert {path: names for path, names in unused.items() if names} == {}, "remove the import"


def test_every_small_piece_is_imported_where_it_is_used() -> None:
    small = _JINJA.parse((ROOT / SMALL_PIECES).read_text(encoding="utf-8"))
    pieces = {macro.name for macro in small.find_all(nodes.Macro)}

    missing = {
        shown(path): sorted(pieces & called(tree) - imported(tree))
        for path, tree in templates()
        if path != ROOT / SMALL_PIECES
    }

    assert {path: names for path, names in missing.items() if names} == {}, "import it there"
