"""From a code's row in upload to the gateway's hands, while a bulk of notices waits.

    python -m bench.codes [NOTICES] [CODES]

Every candidate's contact and the publication of everybody's result run through the house first;
then codes are asked for, two a second.
"""

import dataclasses as dc
import datetime as dt
import shutil
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

from libs.common import messages as m
from libs.common import outbox, sealing
from tests.e2e.stack import Stack, short_folder

PART = 200
SECONDS_BETWEEN = 0.5
PROCESSES = {
    "upload-relay": 1,
    "review-relay": 1,
    "notify-relay": 1,
    "notify-consumer": 1,
    "notify-codes": 1,
    "sms": 1,
    "codes": 1,
}
ASIDE = ("images", "upload-consumer", "review-consumer", "deadlines", "registration")


@dc.dataclass(frozen=True)
class Bulk:
    """Everybody whose result is published."""

    applications: list[m.ApplicationId]

    def contacts(self, stack: Stack) -> Iterator[m.ContactChanged]:
        """How each is reached; one seal serves all, as opening costs the same."""
        key = stack.secrets["NOTIFY_PUBLIC_KEY"]
        contact = sealing.seal({"phone": "13900001234", "unit_phone": ""}, key)
        for application in self.applications:
            yield m.ContactChanged(
                application_id=application,
                revision=1,
                exam="bench",
                site="S01",
                language="zh-CN",
                contact=contact,
            )

    def publication(self) -> Iterator[m.ResultsShown]:
        """The batch in parts of 200."""
        batch, count = m.BatchId(uuid.uuid4()), len(self.applications)
        for start in range(0, count, PART):
            yield m.ResultsShown(
                exam="bench",
                batch_id=batch,
                published_at=dt.datetime.now(dt.UTC),
                applications=tuple(self.applications[start : start + PART]),
            )


def post(stack: Stack, service: str, messages: Iterator[m.Message] | list[m.Message]) -> None:
    with stack.databases[service].transaction() as session:
        for message in messages:
            outbox.post(session, message)


def exam() -> m.ExamLoaded:
    """It is noon there, so that bulk leaves."""
    hours = dt.datetime.now(dt.UTC).hour - 12
    return m.ExamLoaded(
        exam="bench",
        pack_version="1",
        zone=f"Etc/GMT{hours:+d}" if hours else "Etc/GMT",
        names={"zh-CN": "样例考试", "en": "Sample exam"},
        sites={},
        materials={},
        reasons={},
        settings={},
        facts={},
    )


def a_code(stack: Stack, number: int) -> m.NoticeRequested:
    secret: dict[str, object] = {"phone": f"138{number:08d}", "code": "271828"}
    return m.NoticeRequested(
        fact="phone_code",
        application_id=None,
        language="zh-CN",
        params={},
        secret=sealing.seal(secret, stack.secrets["NOTIFY_PUBLIC_KEY"]),
    )


def ask(stack: Stack, codes: int) -> dict[int, float]:
    """Number of the code → when its row was written."""
    asked = {}
    for number in range(codes):
        due = time.time() + SECONDS_BETWEEN
        post(stack, "upload", [a_code(stack, number)])
        asked[number] = time.time()
        time.sleep(max(0.0, due - time.time()))
    return asked


def waits(stack: Stack, asked: dict[int, float]) -> list[float]:
    """Seconds from the row to the gateway, for each code."""
    found = []
    for number, since in asked.items():
        while not (texts := stack.inbox(f"138{number:08d}")):
            time.sleep(0.2)
        accepted = dt.datetime.fromisoformat(texts[0]["accepted_at"])
        found.append(accepted.timestamp() - since)
    return sorted(found)


def left(stack: Stack) -> dict[str, Any]:
    return {
        "contacts and facts on their way": sum(
            stack.count(s, "SELECT count(*) FROM outbox WHERE settled_at IS NULL")
            for s in ("upload", "review")
        ),
        "deliveries not yet sent": stack.count(
            "notify", "SELECT count(*) FROM delivery WHERE state = 'queued'"
        ),
        "commands not yet answered": stack.count(
            "notify", "SELECT count(*) FROM outbox WHERE settled_at IS NULL"
        ),
    }


def main() -> None:
    notices, codes = (int(word) for word in (*sys.argv[1:], "50000", "120")[:2])
    bulk = Bulk([m.ApplicationId(uuid.uuid4()) for _ in range(notices)])
    folder = short_folder()
    stack = Stack(folder)
    try:
        stack.start("deadlines")
        stack.halt(*ASIDE[:3])
        stack.scale(PROCESSES)
        post(stack, "upload", [exam(), *[a_code(stack, 99_999_999)]])
        waits(stack, {99_999_999: time.time()})
        post(stack, "upload", bulk.contacts(stack))
        post(stack, "upload", bulk.publication())
        time.sleep(5)
        print(f"before the first code: {left(stack)}", flush=True)
        seconds = waits(stack, ask(stack, codes))
        print(f"after the last code:   {left(stack)}", flush=True)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    p95 = seconds[int(len(seconds) * 0.95) - 1]
    print(
        f"{codes} codes: p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s,"
        f" worst {seconds[-1]:.2f} s"
    )


if __name__ == "__main__":
    main()
