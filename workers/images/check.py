"""One picture from bytes to findings: walk, decode, measure, render. Pure: no store, no queue."""

import dataclasses as dc
from typing import Literal

from libs.common.messages import Finding
from libs.common.rejection import Rejected
from workers.images import header, inspect, judge, render
from workers.images.likeness import Likeness, likeness_of
from workers.images.limits import STANDARD, Limits
from workers.images.upright import lie_of

CHECKER = "2023.5"
"""Version of checks and renditions together; change it when a finding or a pixel can change."""


@dc.dataclass(frozen=True, kw_only=True)
class Checked:
    """What is known of a picture; `view` and `grid` are JPEG bytes, None when it was refused."""

    format: Literal["jpeg", "png", "unknown"]
    width: int = 0
    height: int = 0
    findings: tuple[Finding, ...] = ()
    signals: dict[str, float] = dc.field(default_factory=dict)
    likeness: Likeness | None = None
    view: bytes | None = None
    grid: bytes | None = None


def check(data: bytes, *, orientation: int, limits: Limits = STANDARD) -> Checked:
    """What is known of a picture's bytes. `orientation`: EXIF 1–8 as sent; others count as 1."""
    try:
        found = header.walk(data, limits)
        pixels = inspect.decode(found)
    except Rejected as no:
        return Checked(format=header.format_of(data), findings=(_refusal(no),))
    made = render.planes(pixels, orientation=orientation)
    turned = render.is_turned(orientation)
    width, height = (found.height, found.width) if turned else (found.width, found.height)
    signals = judge.measure(made.view, width=width, height=height)
    lie = lie_of(made.grid)
    return Checked(
        format=found.format,
        width=width,
        height=height,
        findings=judge.findings(signals) + judge.lying(signals, lie),
        signals=signals.as_dict() | judge.lie_as_dict(lie),
        likeness=likeness_of(made.grid, width=made.view.shape[1], height=made.view.shape[0]),
        view=render.encode(made.view),
        grid=render.encode_image(made.grid),
    )


def _refusal(no: Rejected) -> Finding:
    return Finding(
        code=no.code.value, severity="refuse", measured=no.measured, threshold=no.threshold
    )
