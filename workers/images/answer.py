"""CheckImage in, ImageChecked out: fetches the original, stores both renditions, then answers.

It may run twice: the keys follow from the picture and the checker's version, so a second run
writes the same bytes to the same places.
"""

import hashlib
from typing import Protocol

from libs.common.messages import CheckImage, ImageChecked
from libs.common.storage import Storage
from workers.images.check import CHECKER, Checked, check


class WrongBytes(Exception):
    """The stored original is not the one that the message names; trying again can help."""


class Checks(Protocol):
    """How bytes become findings: `check` itself, or a cell that runs it."""

    def __call__(self, data: bytes, *, orientation: int) -> Checked:
        """What is known of the picture."""


def answer(message: CheckImage, storage: Storage, checks: Checks = check) -> ImageChecked:
    """Steps: fetch, prove, check, store both renditions, answer. Store trouble rises."""
    data = storage.originals.get(message.original_key)
    if hashlib.sha256(data).hexdigest() != message.sha256:
        raise WrongBytes(f"{message.image_id}: the stored bytes have another SHA-256")
    checked = checks(data, orientation=message.orientation)
    view_key = grid_key = None
    if checked.view is not None and checked.grid is not None:
        view_key, grid_key = rendition_keys(message)
        storage.renditions.put(view_key, checked.view, content_type="image/jpeg")
        storage.renditions.put(grid_key, checked.grid, content_type="image/jpeg")
    return _fact(message, checked, view_key=view_key, grid_key=grid_key)


def rendition_keys(message: CheckImage) -> tuple[str, str]:
    """Keys of view and grid: from the image's id, its bytes, its turn and the checker's version."""
    seed = f"{message.image_id}:{message.sha256}:{message.orientation}:{CHECKER}"
    name = hashlib.sha256(seed.encode()).hexdigest()[:32]
    stem = f"renditions/{name[:2]}/{name}"
    return f"{stem}-view.jpg", f"{stem}-grid.jpg"


def _fact(
    message: CheckImage, checked: Checked, *, view_key: str | None, grid_key: str | None
) -> ImageChecked:
    return ImageChecked(
        image_id=message.image_id,
        checker=CHECKER,
        format=checked.format,
        width=checked.width,
        height=checked.height,
        findings=checked.findings,
        signals=checked.signals,
        view_key=view_key,
        grid_key=grid_key,
        orientation=message.orientation,
        picture_hash=checked.likeness.picture_hash if checked.likeness else None,
        luma=checked.likeness.luma if checked.likeness else None,
    )
