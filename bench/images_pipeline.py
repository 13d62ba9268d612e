"""The real images worker on a real broker and store, against bare loops in as many processes.

    python bench/images_pipeline.py [PICTURES] [PROCESSES …]

Puts originals into SeaweedFS and commands into Valkey, starts `celery -A workers.images.tasks`
with so many processes (two; several numbers are measured one after the other), and reads from /proc
what they spent while they answered all of them. The bare loop (same decode, same two renditions;
nothing fetched, checked, stored or told) then runs in as many processes, so that both have the same
neighbours on the machine's caches.
"""

import hashlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.images import SETS
from bench.peers import turbo_loop
from libs.common import broker
from libs.common import messages as m
from libs.common.envelopes import Envelope
from libs.common.storage import Storage
from libs.stack.valkey import Valkey
from tests.make import envelope
from tests.servers import S3ForTests, ValkeyForTests

WARM_PICTURES = 20
WAIT_SECONDS = 240
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Each number of processes in a house of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for processes in [int(word) for word in sys.argv[2:]] or [2]:
        _house(count, processes)


def _house(count: int, processes: int) -> None:
    """Start servers and worker, measure each set, stop everything."""
    root = Path(tempfile.mkdtemp(prefix="shencai-bench-"))
    valkey = ValkeyForTests(root / "valkey")
    s3 = S3ForTests(root / "s3")
    try:
        valkey.start()
        s3.start()
        worker = _worker(valkey, s3, processes)
        try:
            _run(valkey, s3, worker, count, processes)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
    finally:
        valkey.kill()
        s3.kill()
        shutil.rmtree(root, ignore_errors=True)


def _worker(valkey: Valkey, s3: S3ForTests, processes: int) -> subprocess.Popen[bytes]:
    keys = s3.settings("images")
    environment = {
        "PATH": os.environ["PATH"],
        "BROKER_URL": valkey.url,
        "S3_ENDPOINT": keys.s3_endpoint,
        "S3_ACCESS_KEY": keys.s3_access_key,
        "S3_SECRET_KEY": keys.s3_secret_key,
    }
    command = [sys.executable, "-m", "celery", "-A", "workers.images.tasks", "worker"]
    return subprocess.Popen(
        [
            *command,
            "-Q",
            "images",
            f"-c{processes}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _run(
    valkey: Valkey,
    s3: S3ForTests,
    worker: subprocess.Popen[bytes],
    count: int,
    processes: int,
) -> None:
    storage = Storage(s3.settings("upload"))
    app = broker.sender(valkey.url)
    redis = broker.client(valkey.url)
    print(f"| {count} pictures, {processes} processes | CPU ms each | bare loop | share | per s |")
    print("|---|---|---|---|---|")
    for each in SETS:
        files = each.draw()
        commands = [_command(storage, files[k % len(files)]) for k in range(count + WARM_PICTURES)]
        broker.send(app, [("images", c) for c in commands[:WARM_PICTURES]])
        _wait(redis, WARM_PICTURES)
        spent, began = _cpu_seconds(worker.pid), time.perf_counter()
        broker.send(app, [("images", c) for c in commands[WARM_PICTURES:]])
        _wait(redis, count)
        seconds = time.perf_counter() - began
        cost = (_cpu_seconds(worker.pid) - spent) * 1000 / count
        bare = _bare(files, count, processes)
        print(
            f"| {each.name} | {cost:.1f} | {bare:.1f} | {bare / cost:.2f} | {count / seconds:.0f} |"
        )


def _bare(files: list[bytes], count: int, processes: int) -> float:
    """CPU milliseconds of a picture in the bare loop, mean over the processes."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        shares = [[files[k % len(files)] for k in range(count // processes)]] * processes
        return statistics.mean(pool.map(_loop, shares))


def _loop(files: list[bytes]) -> float:
    for data in files[:WARM_PICTURES]:
        turbo_loop(data)
    before = time.process_time()
    for data in files:
        turbo_loop(data)
    return (time.process_time() - before) * 1000 / len(files)


def _command(storage: Storage, data: bytes) -> Envelope:
    key = f"ab/{uuid.uuid4().hex}"
    storage.originals.put(key, data, content_type="image/jpeg")
    message = m.CheckImage(
        image_id=m.ImageId(uuid.uuid4()),
        original_key=key,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        orientation=1,
    )
    return envelope(message)


def _wait(redis: object, answers: int) -> None:
    """Until so many answers lie in the queue `upload`; then empty it."""
    until = time.monotonic() + WAIT_SECONDS
    while redis.llen("upload") < answers:  # type: ignore[attr-defined]
        if time.monotonic() > until:
            raise TimeoutError("the worker does not answer")
        time.sleep(0.02)
    redis.delete("upload")  # type: ignore[attr-defined]


def _cpu_seconds(process: int) -> float:
    """User and system time of a process and all that it has started: children and their cells."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return _own_cpu_seconds(process) + sum(_cpu_seconds(int(child)) for child in children)


def _own_cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


if __name__ == "__main__":
    main()
