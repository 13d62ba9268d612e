"""Every finding that this worker can report. The words to each stand in `services/upload/findings`.

The codes are stored with images and never change their meaning.
"""

from enum import StrEnum


class Refuse(StrEnum):
    """The picture counts for nothing until it is exchanged."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_JPEG_OR_PNG = "not_jpeg_or_png"
    DAMAGED = "damaged"
    ANIMATED = "animated"
    UNSUPPORTED = "unsupported"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_SCANS = "too_many_scans"
    TOO_MANY_SEGMENTS = "too_many_segments"
    TOO_SMALL = "too_small"
    TOO_NARROW = "too_narrow"


class Warn(StrEnum):
    """The picture counts; she is told the cause and the cure, the reviewer sees it too."""

    BLURRY = "blurry"
    VERY_BLURRY = "very_blurry"
    DARK = "dark"
    FLAT = "flat"
    BLANK = "blank"
    SMALL = "small"
    SIDEWAYS_LEFT = "sideways_left"
    """The top of the paper points to the left."""
    SIDEWAYS_RIGHT = "sideways_right"
    UPSIDE_DOWN = "upside_down"
