"""What a picture may cost before it is refused. Figures: docs/pictures.md and the exam's rules."""

import dataclasses as dc


@dc.dataclass(frozen=True)
class Limits:
    """Bounds that are asked of the header, before any decoder sees a byte."""

    max_bytes: int = 204_800
    """R7: 200 KB, inclusive."""
    max_pixels: int = 25_000_000
    """Phones take 12 MP, some 24; a 48 MP photo never fits 200 KB legibly."""
    max_edge_px: int = 10_000
    max_scans: int = 32
    """Real encoders write at most 12; 3,501 scans in 71 KB cost every decoder two seconds."""
    max_segments: int = 512
    """JPEG segments or PNG chunks."""
    max_deep_pixels: int = 8_000_000
    """PNG with 16 bits a channel: twice the memory for each pixel."""
    min_long_edge_px: int = 400
    """Below, no paper can be read."""
    max_aspect: int = 6
    """Long edge to short edge; no paper on the list is narrower."""


STANDARD = Limits()
