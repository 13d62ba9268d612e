"""thumbor over loopback, one process: two requests for each picture, as its manual says.

It takes part where the command is found: `THUMBOR=/path/to/thumbor`, best in an environment of its
own (`pip install thumbor`: it wants an older Pillow than we do).
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psutil
import requests

from tests.ports import free_ports
from tests.serving import until
from workers.images.render import QUALITY

EDGES = (1280, 320)
START_SECONDS = 30
SETTINGS = """
LOADER = "thumbor.loaders.file_loader"
FILE_LOADER_ROOT_PATH = {folder!r}
STORAGE = "thumbor.storages.no_storage"
RESULT_STORAGE = None
ALLOW_UNSAFE_URL = True
QUALITY = {quality}
"""


def thumbor(files: list[bytes], rounds: int) -> float | None:
    """CPU milliseconds per picture of its process, best of the rounds; None without it."""
    command = os.environ.get("THUMBOR") or shutil.which("thumbor")
    if command is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            Path(folder, f"{number}.jpg").write_bytes(data)
        settings = Path(folder, "thumbor.conf")
        settings.write_text(SETTINGS.format(folder=folder, quality=QUALITY), encoding="utf-8")
        port = free_ports(1)[0]
        served = subprocess.Popen(
            [command, "-p", str(port), "-i", "127.0.0.1", "-c", str(settings), "-l", "error"],
            start_new_session=True,
        )
        try:
            return _measured(f"http://127.0.0.1:{port}", psutil.Process(served.pid), files, rounds)
        finally:
            served.kill()
            served.wait()


def _measured(url: str, process: psutil.Process, files: list[bytes], rounds: int) -> float:
    session = requests.Session()

    def answers() -> bool:
        try:
            return session.get(f"{url}/healthcheck", timeout=2).ok
        except requests.RequestException:
            return False

    def once() -> float:
        before = sum(process.cpu_times()[:2])
        for number in range(len(files)):
            for edge in EDGES:
                asked = f"{url}/unsafe/fit-in/{edge}x{edge}/{number}.jpg"
                session.get(asked, timeout=30).raise_for_status()
        return (sum(process.cpu_times()[:2]) - before) * 1000 / len(files)

    until(answers, seconds=START_SECONDS, what="thumbor")
    once()
    return min(once() for _ in range(rounds))
