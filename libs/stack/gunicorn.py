"""Settings of gunicorn for every web process; the address comes from the environment."""

import os
import shutil
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
"""A worker that says nothing for so long is replaced."""
graceful_timeout = 30
"""Requests that have begun may end: 30 s (docs/operations.md)."""
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
forwarded_allow_ips = ""
"""Proxies are known to the app alone (TRUSTED_PROXIES)."""
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeat in memory
proc_name = os.environ.get("PROCESS", "web")
control_socket_disable = True
errorlog = "-"
accesslog = None
max_requests = 20_000
max_requests_jitter = 2_000
"""A worker is renewed now and then, so that a slow leak never grows old."""


def on_starting(_: Any) -> None:
    """Forget the counters of processes that are gone."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)


def child_exit(_: Any, worker: Any) -> None:
    """Take a dead worker's gauges out of the sums."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
