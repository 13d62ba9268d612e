"""The demo's papers, drawn ahead by `python -m ops.drawing`, as each candidate photographs them."""

import functools
import io
import random
from pathlib import Path

from PIL import Image, ImageStat

PAPERS = Path(__file__).parent / "papers"
CLEAR = "clear"

FARTHEST = 0.05
"""Of the photo's width and height: so far may each of its corners move inwards."""
QUALITY = 82
LENT = {("DEMO-0029", "C06"): "DEMO-0027"}
"""Who handed in the very photo of another: reviewers see the two side by side."""


def path_of(material: str, position: int, look: str = CLEAR, *, number: str = "") -> Path:
    """The picture of a material's paper, one's own where there is one (`number`: registration).

    Past a material's last paper they begin anew.
    """
    at = (position - 1) % _papers(material) + 1
    own = PAPERS / f"{material}-{at}-{look}-{number}.jpg"
    return own if own.is_file() else PAPERS / f"{material}-{at}-{look}.jpg"


def photo_of(material: str, position: int, look: str = CLEAR, *, number: str) -> bytes:
    """That paper as this candidate holds it up: never the same photo twice, but for LENT."""
    taker = LENT.get((number, material), number)
    path = path_of(material, position, look, number=taker)
    chance = random.Random(f"{taker} {path.name}")  # noqa: S311 - no secret
    with Image.open(path, formats=["JPEG"]) as paper:
        photo = _held_up(paper.convert("RGB"), chance)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _held_up(paper: Image.Image, chance: random.Random) -> Image.Image:
    """From a little further away, and a little askew."""
    wide, high = paper.size
    corners: list[float] = []
    for x, y in ((0, 0), (0, high), (wide, high), (wide, 0)):
        away = (chance.uniform(0.01, FARTHEST) * wide, chance.uniform(0.01, FARTHEST) * high)
        corners += (x + (away[0] if x else -away[0]), y + (away[1] if y else -away[1]))
    how, desk = Image.Transform.QUAD, _desk(paper)
    return paper.transform(paper.size, how, corners, Image.Resampling.BICUBIC, fillcolor=desk)


def _desk(photo: Image.Image) -> tuple[int, ...]:
    """The colour of what lies around the paper: that of the photo's corner."""
    corner = photo.crop((0, 0, photo.width // 40, photo.height // 40))
    return tuple(round(each) for each in ImageStat.Stat(corner).mean)


@functools.cache
def _papers(material: str) -> int:
    return len({path.name.split("-")[1] for path in PAPERS.glob(f"{material}-*-{CLEAR}*.jpg")})
