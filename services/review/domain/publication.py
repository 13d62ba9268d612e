"""Publication: results leave when every case of the batch is concluded, by two persons (R24)."""

import dataclasses as dc
import uuid
from collections.abc import Sequence
from typing import TypeVar

from libs.common.errors import Refusal

RESULTS_PER_PART = 200
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
