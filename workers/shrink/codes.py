"""Every finding by which this worker refuses. The words stand in `services/upload/findings.py`."""

from enum import StrEnum


class Refuse(StrEnum):
    """There is no image; she is told the cause and the cure."""

    NOT_A_PHOTO = "not_jpeg_or_png"
    DAMAGED = "damaged"
    ANIMATED = "animated"
    UNSUPPORTED = "unsupported"
    TOO_MANY_SCANS = "too_many_scans"
    TOO_SMALL = "too_small"
    TOO_NARROW = "too_narrow"
    TOO_LARGE = "too_large_to_shrink"
    TOO_COMPLEX = "too_complex"
    TOO_SLOW = "too_slow"
