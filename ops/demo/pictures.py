"""The demo's papers, drawn ahead by `python -m ops.drawing`."""

import functools
from pathlib import Path

PAPERS = Path(__file__).parent / "papers"
CLEAR = "clear"


def path_of(material: str, position: int, look: str = CLEAR) -> Path:
    """The picture of a material's paper; past its last paper they begin anew."""
    papers = _papers(material)
    return PAPERS / f"{material}-{(position - 1) % papers + 1}-{look}.jpg"


@functools.cache
def _papers(material: str) -> int:
    return len(list(PAPERS.glob(f"{material}-*-{CLEAR}.jpg")))
