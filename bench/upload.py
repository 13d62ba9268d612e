"""Uploads at a steady rate in the whole house, against a bare route that stores the same bytes.

    python -m bench.upload [SECONDS] [PER_SECOND]

Each upload leaves at its own time, whether or not the one before was answered, and its time counts
from then. Measured: time to the answer; time from the row to its findings; how long the reader,
which gives way to all others, goes on after the last upload; CPU of the web process per upload; and
that nothing is lost: every answer is a row, checked, read, and no message is parked. The bare route
runs alone, under the same gunicorn settings, on the same store. A Chinese font is needed to draw.
"""

import itertools
import shutil
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import requests

from libs.stack import child
from libs.stack.ports import answers
from libs.stack.procfile import ROOT
from ops.drawing.papers import paper
from ops.drawing.photo import fitted, photograph
from tests.e2e import exams
from tests.e2e.browser import activated, person
from tests.e2e.stack import Stack, short_folder
from tests.ports import free_ports
from tests.serving import until

SLOTS = ("A01", "A01", "A07", "B01", "B01", "B01", "B02")
"""As many images as one candidate of the exam has room for."""
MAX_BYTES, LONG_EDGE_PX = 203_000, 1800
QUALITIES = (96, 94, 91, 88, 84, 78, 70)
"""As large as the limit allows, and as heavy to check as photos are."""
READ_WITHIN_SECONDS = 3600
SENDERS = 32
WARM_UPLOADS = 42
LEAST_SHOWN = 0.5


def main() -> None:
    """Start the house, measure both, stop it."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    folder = short_folder()
    stack = Stack(folder)
    try:
        stack.start()
        exams.open_for_days(stack, exams.OPEN)
        _measure(stack, count=seconds * rate, rate=rate)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(stack: Stack, *, count: int, rate: int) -> None:
    files = _photos()
    candidates = -(-(count + WARM_UPLOADS) // len(SLOTS))
    browsers = activated(stack, [person(exams.OPEN) for _ in range(candidates)])
    for browser in browsers:
        browser.get("/help")
    turns = itertools.product(SLOTS, browsers)
    places = [next(turns) for _ in range(count + WARM_UPLOADS)]

    def ours(at: int) -> None:
        material, browser = places[at]
        browser.upload(material, files[material]).raise_for_status()

    print(f"| {count} uploads, {rate} per second | p50 ms | p95 ms | max ms | CPU ms each |")
    print("|---|---|---|---|---|")
    pids = stack.pids() | {
        "PostgreSQL": stack.postgres.pid or 0,
        "Valkey": stack.valkey.pid or 0,
        "SeaweedFS": stack.s3.pid or 0,
    }
    before = {name: _cpu_seconds(pid) for name, pid in pids.items()}
    own = time.process_time()
    _report("upload-web, whole house", ours, pids["upload-web"], count=count, rate=rate)
    ended = time.perf_counter()
    _report_findings(stack, count=count)
    spent = {
        name: (_cpu_seconds(pid) - before[name]) * 1000 / (count + WARM_UPLOADS)
        for name, pid in pids.items()
    } | {"this bench": (time.process_time() - own) * 1000 / (count + WARM_UPLOADS)}
    _report_reader(stack, pids["reader"], before["reader"], since=ended, count=count + WARM_UPLOADS)
    stack.halt(*(name for name in stack.pids() if name not in ("registration", "sms-gateway")))
    _bare(stack, list(files.values()), count=count, rate=rate)
    shown = sorted(spent.items(), key=lambda pair: -pair[1])
    print(f"\nCPU ms of the whole house per upload, {sum(spent.values()):.0f}: ", end="")
    print(", ".join(f"{name} {cost:.1f}" for name, cost in shown if cost >= LEAST_SHOWN))


def _bare(stack: Stack, files: list[bytes], *, count: int, rate: int) -> None:
    port = free_ports(1)[0]
    environ = stack.environ("upload-web") | {"BIND": f"127.0.0.1:{port}"}
    command = ["gunicorn", "-c", "libs/stack/gunicorn.py", "bench.bare_upload:create_app()"]
    server = child.spawn(command, log=stack.place.logs / "bare.log", environ=environ, cwd=ROOT)
    sessions = [requests.Session() for _ in range(SENDERS)]

    def simple(at: int) -> None:
        sessions[at % SENDERS].post(
            f"http://127.0.0.1:{port}/",
            data={"csrf_token": "x" * 91, "key": str(uuid.uuid4())},
            files={"picture": ("photo.jpg", files[at % len(files)], "image/jpeg")},
            timeout=30,
        ).raise_for_status()

    try:
        until(lambda: answers(port), seconds=30, what="the bare route")
        _report("bare route, alone", simple, server.pid, count=count, rate=rate)
    finally:
        child.kill(server)


def _report(name: str, send: Callable[[int], None], parent: int, *, count: int, rate: int) -> None:
    """Warm up, send at the rate, and print a row."""
    for at in range(WARM_UPLOADS):
        send(count + at)
    before = _cpu_seconds(parent)
    took = sorted(_steadily(send, count=count, rate=rate))
    cost = (_cpu_seconds(parent) - before) * 1000 / count
    p50, p95 = (took[int(count * share)] * 1000 for share in (0.5, 0.95))
    print(f"| {name} | {p50:.0f} | {p95:.0f} | {took[-1] * 1000:.0f} | {cost:.1f} |", flush=True)


def _steadily(send: Callable[[int], None], *, count: int, rate: int) -> list[float]:
    """Seconds of each, from the moment at which it should have left."""
    start = time.perf_counter() + 0.5

    def one(at: int) -> float:
        due = start + at / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        send(at)
        return time.perf_counter() - due

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(one, range(count)))


def _report_findings(stack: Stack, *, count: int) -> None:
    """From the row to its findings, of the measured uploads."""
    pending = "SELECT count(*) FROM image WHERE check_state = 'pending'"
    until(lambda: stack.count("upload", pending) == 0, seconds=120, what="the last findings")
    rows = stack.rows(
        "upload",
        "SELECT extract(epoch FROM checked_at - received_at) AS took FROM image"
        " ORDER BY received_at DESC LIMIT :count",
        count=count,
    )
    took = sorted(float(row.took) * 1000 for row in rows)
    p95 = took[int(count * 0.95)]
    print(f"| its findings | {statistics.median(took):.0f} | {p95:.0f} | {took[-1]:.0f} | |")


def _report_reader(
    stack: Stack, parent: int, cpu_before: float, *, since: float, count: int
) -> None:
    """How long it goes on, and whether each upload came to all of its ends."""
    unread = "SELECT count(*) FROM image WHERE check_state = 'checked' AND reader IS NULL"
    left = stack.count("upload", unread)
    until(
        lambda: stack.count("upload", unread) == 0,
        seconds=READ_WITHIN_SECONDS,
        what="the last reading",
    )
    lag = time.perf_counter() - since
    cpu = (_cpu_seconds(parent) - cpu_before) / count
    print(f"\nThe reader had {left} of {count} left when the last findings were there, and went on")
    print(f"for {lag:.0f} s after the last upload; {cpu:.3f} s of CPU each.")
    rows, checked, read = stack.rows(
        "upload",
        "SELECT count(*), count(*) FILTER (WHERE check_state = 'checked'), count(reader)"
        " FROM image WHERE deleted_at IS NULL",
    )[0]
    parked = sum(
        stack.count(service, "SELECT count(*) FROM parked WHERE dismissed_at IS NULL")
        for service in ("upload", "review", "notify")
    )
    print(
        f"Answered {count}, rows {rows}, checked {checked}, read {read}, parked {parked}: ", end=""
    )
    if not (rows == checked == read == count and parked == 0):
        sys.exit("something is lost")
    print("nothing is lost.")


def _photos() -> dict[str, bytes]:
    """Material → a drawn paper of its kind, photographed as heavy as the limit allows."""
    return {
        code: fitted(
            photograph(paper(code), seed=seed, size=(1350, 1800)),
            max_bytes=MAX_BYTES,
            long_edge=LONG_EDGE_PX,
            qualities=QUALITIES,
        )
        for seed, code in enumerate(sorted(set(SLOTS)), start=1)
    }


def _cpu_seconds(parent: int) -> float:
    """User and system time of a process and its children, so far."""
    first = psutil.Process(parent)
    times = [process.cpu_times() for process in (first, *first.children(recursive=True))]
    return sum(t.user + t.system for t in times)


if __name__ == "__main__":
    main()
