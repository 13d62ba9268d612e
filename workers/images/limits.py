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
    max_scan_pixels: int = 300_000_000
    """Each scan goes over all pixels: a picture of 25 MP has room for the twelve of real ones."""
    max_segments: int = 512
    """JPEG segments or PNG chunks."""
    max_deep_pixels: int = 8_000_000
    """PNG with 16 bits a channel: twice the memory for each pixel."""
    max_print_pixels: int = 16_000_000
    """JPEG in four colours: libjpeg keeps a progressive one whole, at eight bytes a pixel."""
    min_long_edge_px: int = 400
    """Below, no paper can be read."""
    max_aspect: int = 6
    """Long edge to short edge; no paper on the list is narrower."""


STANDARD = Limits()
