"""Publication: results leave when every case of the batch is concluded, by two persons (R24)."""

import dataclasses as dc
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import TypeVar

from libs.common.errors import Refusal

RESULTS_PER_PART = 200
NOTHING_HELD = hashlib.sha256().hexdigest()
T = TypeVar("T")


@dc.dataclass(frozen=True, kw_only=True)
class Readiness:
    """What stands between an exam (or one site of it) and its publication."""

    at_site: int
    waiting: int
    at_area: int
    passed: int
    not_passed: int
    not_submitted: int
    published: int
    conditional: int = 0
    """Passed if the second window brings what is deferred; published after it (R5)."""

    @property
    def open(self) -> int:
        """Cases that are not concluded."""
        return self.at_site + self.waiting + self.at_area

    @property
    def results(self) -> int:
        """What would be published now."""
        return self.passed + self.not_passed + self.not_submitted

    def check(self) -> None:
        """Refuses `cases_open` and `nothing_to_publish`."""
        if self.open:
            raise Refusal("cases_open", count=self.open)
        if not self.results:
            raise Refusal("nothing_to_publish")


@dc.dataclass(frozen=True, kw_only=True)
class Pushed:
    """Where the results of a batch stand on their way to the registration system."""

    confirmed: int
    refused: int
    waiting: int

    @property
    def sent(self) -> int:
        """All of the batch: each is pushed from the moment that it is published."""
        return self.confirmed + self.refused + self.waiting

    @property
    def is_done(self) -> bool:
        """Whether the other side has every one."""
        return self.confirmed == self.sent


@dc.dataclass(frozen=True, kw_only=True)
class Holding:
    """The results of one outcome: how many, and the hash of their numbers in order."""

    count: int = 0
    digest: str = NOTHING_HELD


def digest(numbers: Iterable[str]) -> str:
    """SHA-256 of the numbers in ascending order, each with a line feed behind it."""
    lines = "".join(f"{number}\n" for number in sorted(numbers))
    return hashlib.sha256(lines.encode()).hexdigest()


def check_confirm(
    *, proposed_by: uuid.UUID, confirmed_by: uuid.UUID, proposed: int, unchanged: int
) -> None:
    """Refuses `same_person`, and `batch_changed` when a result is not what was proposed."""
    if proposed_by == confirmed_by:
        raise Refusal("same_person")
    if proposed != unchanged:
        raise Refusal("batch_changed", count=proposed - unchanged)


def parts(results: Sequence[T]) -> list[Sequence[T]]:
    """The results cut for messages of at most 200."""
    starts = range(0, len(results), RESULTS_PER_PART)
    return [results[at : at + RESULTS_PER_PART] for at in starts]
