"""Compressed extras of a PNG: colour profile and texts. No decoder of ours is handed them, but a
picture that bears a bomb for others is refused, by the bounds that Pillow has.
"""

import zlib

from workers.images.codes import Refuse, Rejected

MAX_PART_BYTES = 1 << 20
MAX_ALL_BYTES = 64 << 20
"""As Pillow's MAX_TEXT_CHUNK and MAX_TEXT_MEMORY."""
_PROFILE, _TEXT, _WORLD_TEXT = b"iCCP", b"zTXt", b"iTXt"
NAMES = frozenset({_PROFILE, _TEXT, _WORLD_TEXT})


class Extras:
    """Those of one picture; together they are bounded, too."""

    def __init__(self) -> None:
        self._left = MAX_ALL_BYTES

    def hold(self, name: bytes, content: bytes) -> None:
        """Raises Rejected when it unpacks to more than anybody needs."""
        packed = _packed(name, content)
        if not packed:
            return
        try:
            size = len(zlib.decompressobj().decompress(packed, MAX_PART_BYTES + 1))
        except zlib.error:
            return  # nonsense is nobody's bomb
        self._left -= size
        if size > MAX_PART_BYTES or self._left < 0:
            raise Rejected(Refuse.DAMAGED, size, MAX_PART_BYTES)


def _packed(name: bytes, content: bytes) -> bytes:
    """What stands behind the name and the method, of which there is but one."""
    _, _, rest = content.partition(b"\x00")
    if name == _WORLD_TEXT:
        is_packed = rest[:2] == b"\x01\x00"
        return rest[2:].partition(b"\x00")[2].partition(b"\x00")[2] if is_packed else b""
    if rest[:1] not in {b"", b"\x00"}:
        raise Rejected(Refuse.DAMAGED)
    return rest[1:]
