"""Every finding that this worker can report. The words stand in `services/upload/findings.py`."""

from enum import StrEnum


class Warn(StrEnum):
    """The image counts; she is told the cause and the cure, the reviewer sees it too."""

    CUT_OFF = "cut_off"
    GLARE = "glare"
    MIRRORED = "mirrored"
