"""Every refusal that this service can raise has its words."""

import ast
from pathlib import Path

from services.upload.refusals import REFUSALS

UPLOAD = Path(__file__).parents[3] / "services" / "upload"


def raised() -> set[str]:
    """The codes of all `Refusal("…")` in the source."""
    codes = set()
    for path in UPLOAD.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    codes.add(str(first.value))
    return codes


def test_every_code_that_is_raised_has_cause_cure_and_status() -> None:
    assert raised() - set(REFUSALS) == set()
    assert len(raised()) > 20


def test_a_refusal_is_never_answered_as_a_success_or_as_our_trouble() -> None:
    assert all(400 <= words.status < 500 for words in REFUSALS.values())
