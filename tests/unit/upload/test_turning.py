"""One tap turns a picture: the composed orientation shows what turning the pixels would show."""

import numpy as np
import pytest
from PIL import Image

from services.upload.domain.turning import CURES, Turn, turned
from services.upload.findings import FINDINGS
from workers.images.render import upright

PIXELS = np.arange(48, dtype=np.uint8).reshape(3, 4, 4)
ON_THE_PICTURE = {
    Turn.RIGHT: Image.Transpose.ROTATE_270,
    Turn.LEFT: Image.Transpose.ROTATE_90,
    Turn.HALF: Image.Transpose.ROTATE_180,
    Turn.MIRROR: Image.Transpose.FLIP_LEFT_RIGHT,
}


def shown(orientation: int) -> Image.Image:
    return Image.fromarray(upright(PIXELS, orientation), "RGBX")


@pytest.mark.parametrize("turn", Turn)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turn_composed_is_the_turn_of_what_was_shown(orientation: int, turn: Turn) -> None:
    wanted = shown(orientation).transpose(ON_THE_PICTURE[turn])

    assert shown(turned(orientation, turn)).tobytes() == wanted.tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_right_and_left_undo_each_other_and_mirroring_undoes_itself(orientation: int) -> None:
    assert turned(turned(orientation, Turn.RIGHT), Turn.LEFT) == orientation
    assert turned(turned(orientation, Turn.MIRROR), Turn.MIRROR) == orientation


def test_every_cure_belongs_to_a_finding_with_words() -> None:
    assert set(CURES) <= set(FINDINGS)
