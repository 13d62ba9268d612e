"""What a hostile file is to the tests: how it is made, and where it must end.

`FIT` means that two renditions come out; any other end is the code of the one refusal. `ANY` is
for bytes flipped by chance: whether a flip shows depends on the decoder, but it must end well.
"""

import dataclasses as dc
from collections.abc import Callable

FIT, ANY = "fit", "any"
DAMAGED, FOREIGN = "damaged", "not_jpeg_or_png"


@dc.dataclass(frozen=True)
class Case:
    """One file: how it is made, and where it must end."""

    name: str
    end: str
    make: Callable[[], bytes]
