"""The walls that import-linter cannot see (N4-N9), each with its remedy."""

import ast
import dataclasses as dc
import re
import typing
from pathlib import Path

import pytest

from libs.common import messages
from tests.house.source import ROOT, calls, files, imports, parse, shown

MOST_LINES = 250
MOST_FUNCTION_LINES = 40
VAGUE = {"utils", "helpers", "base", "misc", "common", "tools", "lib"}
SENDERS = {"send", "send_task", "apply_async", "delay"}
MAY_SEND = {
    "libs/common/broker.py",
    "libs/common/relay.py",
    "libs/common/doors.py",
    "libs/common/worker_door.py",
    "workers/deadlines/__main__.py",
}
PERSONAL = ("phone", "id_number", "name", "address", "contact", "email", "birth")
NOT_PERSONAL = {"masked_name", "names", "unit_name"}


def _told(faults: list[str], remedy: str) -> None:
    assert not faults, f"{remedy}\n  " + "\n  ".join(faults)


def test_rules_never_ask_the_clock() -> None:
    faults = [
        shown(path, node)
        for path in files("services/*/domain/**/*.py")
        for node, name in calls(parse(path))
        if name in {"now", "utcnow", "today", "monotonic", "localtime"}
    ]

    _told(faults, "N4: a rule takes `now` as an argument; only doors ask libs.common.clock")


def test_operations_never_commit() -> None:
    faults = [
        f"{shown(path, node)} {name}()"
        for path in files("services/*/operations.py", "services/*/operations/**/*.py")
        for node, name in calls(parse(path))
        if name in {"commit", "rollback", "begin", "sessionmaker", "create_engine"}
    ]

    _told(faults, "N5: the door opens and ends the one transaction; an operation uses its session")


def test_only_relay_receipts_and_doors_send() -> None:
    faults = [
        f"{shown(path, node)} {name}"
        for path in files("services", "workers", "libs", "ops")
        if shown(path) not in MAY_SEND
        for node, name in imports(parse(path))
        if name in {"libs.common.broker.send", "libs.common.broker.sender"}
    ]
    faults += [
        f"{shown(path, node)} {name}()"
        for path in files("services", "workers", "libs/common", "ops")
        if shown(path) not in MAY_SEND
        for node, name in calls(parse(path))
        if name in SENDERS - {"send"} or ast.unparse(node.func) in {"broker.send", "app.send_task"}
    ]

    _told(faults, "N6: post to the outbox (libs.common.outbox); the relay sends")


def test_nothing_waits_inside_celery() -> None:
    """A countdown task ran four times, and retry loses the ledger's count."""
    words = {"countdown", "eta", "autoretry_for", "retry_backoff"}
    faults = [
        f"{shown(path, node)} {keyword.arg}"
        for path in files()
        for node, _ in calls(parse(path))
        for keyword in node.keywords
        if keyword.arg in words
    ]
    faults += [
        f"{shown(path, node)} self.retry()"
        for path in files()
        for node, name in calls(parse(path))
        if name == "retry" and ast.unparse(node.func) in {"self.retry", "task.retry"}
    ]

    _told(faults, "what is due later stands in the database with its due time, not in Celery")


def test_packages_begin_with_words_not_code() -> None:
    faults = [
        shown(path)
        for path in files()
        if path.name == "__init__.py" and not _is_docstring_at_most(parse(path))
    ]

    _told(faults, "N7: an __init__.py holds at most a docstring; import from the module itself")


def _is_docstring_at_most(tree: ast.Module) -> bool:
    match tree.body:
        case []:
            return True
        case [ast.Expr(value=ast.Constant(value=str()))]:
            return True
    return False


@pytest.mark.parametrize("contract", messages.MESSAGES.values(), ids=lambda m: m.__name__)
def test_a_message_carries_plain_values_and_personal_ones_sealed(
    contract: type[messages.Message],
) -> None:
    hints = typing.get_type_hints(contract)
    for field in dc.fields(contract):  # type: ignore[arg-type]
        kind = str(hints[field.name])
        where = f"N8: {contract.__name__}.{field.name}"
        assert not any(word in kind for word in ("Any", "object", "bytes")), (
            f"{where} is {kind}: a message holds ids, keys, words, numbers and UTC times"
        )
        personal = any(word in field.name for word in PERSONAL)
        assert not personal or field.name in NOT_PERSONAL or "Sealed" in kind, (
            f"{where} sounds personal: seal it for its reader, or list it in NOT_PERSONAL"
        )


def test_no_module_has_a_name_that_means_nothing() -> None:
    faults = [
        shown(path)
        for path in files()
        if path.stem in VAGUE or (path.parent.name in VAGUE - {"common"})
    ]

    _told(faults, "N9: name a module after what it holds")


def test_what_stands_in_common_is_needed_by_two_rooms() -> None:
    faults = [
        f"{module} is used by {', '.join(sorted(rooms)) or 'nobody'}"
        for module, rooms in _users_of_common().items()
        if len(rooms) < 2
    ]

    _told(faults, "N9: nothing enters libs/common until two rooms need it; move it into its room")


def _users_of_common() -> dict[str, set[str]]:
    """Module of libs.common → rooms that need it, by themselves or through another of them."""
    common = {_dotted(path): path for path in files("libs/common") if path.stem != "__init__"}
    common = {name: path for name, path in common.items() if "migrations" not in name}
    # What the Procfile runs, it runs for each service.
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    users: dict[str, set[str]] = {
        name: set(re.findall(rf"-m {re.escape(name)} (\w+)", procfile)) for name in common
    }
    for path in files():
        name = _dotted(path)
        user = name if name in common else ".".join(name.split(".")[:2])
        for _, imported in imports(parse(path)):
            for module in users.keys() & {imported, imported.rpartition(".")[0]} - {name}:
                users[module].add(user)
    for _ in common:  # as many rounds as the longest chain could have links
        for rooms in users.values():
            for through in rooms & users.keys():
                rooms.update(users[through])
    return {module: rooms - users.keys() - {"libs.common"} for module, rooms in users.items()}


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_modules_are_short_enough_to_be_read() -> None:
    """Lists of declarations may be longer: there is nothing to follow in them."""
    faults = [
        f"{shown(path)} has {lines} lines"
        for path in files()
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    ]

    _told(faults, f"a module past {MOST_LINES} lines has two reasons: split it by meaning")


def _lines_of(function: ast.FunctionDef) -> int:
    """Without the docstring: to explain more must not cost anything."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_short_enough_to_be_read() -> None:
    faults = [
        f"{shown(path, node)} {node.name} has {lines} lines"
        for path in files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef)
        and "migrations" not in path.parts
        and (lines := _lines_of(node)) > MOST_FUNCTION_LINES
    ]

    _told(faults, f"a function past {MOST_FUNCTION_LINES} lines does two things: split it")
