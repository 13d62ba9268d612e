"""Whether an application can be handed in (R15): what is missing, and what is only warned of."""

import dataclasses as dc
from collections.abc import Collection, Iterable, Mapping

from libs.common.messages import ImageId, RequestId
from services.upload.domain.materials import Entry, Status


@dc.dataclass(frozen=True, kw_only=True)
class Lack:
    """A required material with too few images: `have` of `need`."""

    material: str
    have: int
    need: int


@dc.dataclass(frozen=True, kw_only=True)
class Readiness:
    """What a submission would meet now. Warnings and running checks never refuse."""

    lacks: tuple[Lack, ...]
    unanswered: tuple[RequestId, ...]
    is_empty: bool
    """Nothing at all was uploaded or said in the first round."""
    warnings: tuple[tuple[ImageId, str], ...]
    """Image and finding code of each open warning."""
    checking: int
    """Images whose check is still running."""
    refused: tuple[ImageId, ...]
    """Images that count for nothing and will not be handed in."""

    @property
    def is_ready(self) -> bool:
        """Whether a submission would not be refused for what is missing."""
        return not self.lacks and not self.unanswered and not self.is_empty


def lacks(
    entries: Iterable[Entry], *, counts: Mapping[str, int], absent: Collection[str]
) -> tuple[Lack, ...]:
    """What the list still asks for. `counts`: material → images that count."""
    return tuple(
        Lack(material=entry.code, have=counts.get(entry.code, 0), need=entry.min)
        for entry in entries
        if entry.status is Status.REQUIRED
        and counts.get(entry.code, 0) < entry.min
        and not (entry.code in absent and entry.absence_allowed)
    )
