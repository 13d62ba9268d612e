"""A worker that opens pictures refuses one: which rule, by how much."""

from enum import StrEnum


class Rejected(Exception):
    """These bytes give no picture that counts. Raised inside a worker, reported as its one finding.

    `code` is of the worker's own `codes.Refuse`; `measured` and `threshold` in that code's unit.
    """

    def __init__(self, code: StrEnum, measured: float = 0, threshold: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.measured = float(measured)
        self.threshold = float(threshold)
