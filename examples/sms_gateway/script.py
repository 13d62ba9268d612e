"""How the gateway misbehaves: steps that a test or a rehearsal lays down for the next calls."""

import random
import threading
from collections import deque
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_DELAY_SECONDS = 60.0

Answer = Literal[
    "ok",
    "bad_number",
    "blacklisted",
    "template_parked",
    "number_limit",
    "throttled",
    "balance_gone",
    "internal_timeout",
    "unknown_code",
    "read_timeout",
    "reset",
    "unavailable",
    "html",
]
"""`read_timeout`, `reset` and `internal_timeout` accept the message and then fail to say so."""

ReceiptKind = Literal["normal", "never", "late", "early", "twice", "failed", "shuffled"]
"""`early`: before the answer to the sender; `late`: after `LATE_RECEIPT_SECONDS`;
`shuffled`: at any time until then."""

Vendor = Literal["tencent", "aliyun", "http"]


class Step(BaseModel):
    """What happens to the next call: for any phone and vendor, or for one alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Answer = "ok"
    receipt: ReceiptKind = "normal"
    delay_seconds: Annotated[float, Field(ge=0, le=MAX_DELAY_SECONDS)] = 0.0
    phone: str | None = None
    vendor: Vendor | None = None
    times: Annotated[int, Field(ge=1, le=1_000_000)] | None = 1
    """How many calls it holds for; null means until the script is cleared."""


class Script(BaseModel):
    """The body of `PUT /control/script`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[Step, ...] = ()
    hourly_limit_per_number: Annotated[int, Field(ge=0)] = 0
    """0 means no limit."""
    unknown_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the calls without a step that are accepted, and never answered."""
    failed_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the messages without a step that the carrier cannot deliver."""
    receipt: ReceiptKind = "normal"
    """Of the messages without a step."""
    seed: int = 1


class Stage:
    """The script being played; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: deque[tuple[Step, int | None]] = deque()
        self.hourly_limit_per_number = 0
        self._usual = Script()
        self._lots = random.Random(1)  # noqa: S311 - a rehearsal that can be repeated

    def lot(self) -> float:
        """A number from 0 to 1."""
        with self._lock:
            return self._lots.random()

    def set(self, script: Script) -> None:
        """Replace what was laid down before."""
        with self._lock:
            self._left = deque((step, step.times) for step in script.steps)
            self.hourly_limit_per_number = script.hourly_limit_per_number
            self._usual = script
            self._lots.seed(script.seed)

    def next_for(self, phone: str, vendor: str = "tencent") -> Step:
        """The step for a call to this phone; it is used up by one."""
        with self._lock:
            for position, (step, times) in enumerate(self._left):
                if step.phone not in {None, phone} or step.vendor not in {None, vendor}:
                    continue
                if times == 1:
                    del self._left[position]
                elif times is not None:
                    self._left[position] = (step, times - 1)
                return step
            return self._usually()

    def _usually(self) -> Step:
        usual = self._usual
        answer: Answer = "reset" if self._lots.random() < usual.unknown_share else "ok"
        failed = self._lots.random() < usual.failed_share
        return Step(answer=answer, receipt="failed" if failed else usual.receipt)
