"""Which of two packs of an exam is the older one."""

import re

_NUMBERS = re.compile(r"\d+")


def is_older(version: str, *, than: str) -> bool:
    """Whether `2023.1+ab12` is older than `2023.2+cd34`; what follows + is a hash, not an order."""
    return _order(version) < _order(than)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in _NUMBERS.findall(version.partition("+")[0]))
