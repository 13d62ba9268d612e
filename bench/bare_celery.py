"""The peer of bench/messages.py: Celery with late acks and one row per task, nothing else."""

import os
import uuid

from celery import Celery
from sqlalchemy import text

from libs.common.db import Database

app = Celery("bare", broker=os.environ["BROKER_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)
_databases: list[Database] = []


@app.task(name="bare")  # type: ignore[untyped-decorator]
def bare(_: str) -> None:
    if not _databases:
        _databases.append(Database(os.environ["DATABASE_URL"], process="bench", pool_size=1))
    with _databases[0].transaction() as session:
        session.execute(text("INSERT INTO effect (key) VALUES (:key)"), {"key": uuid.uuid4()})
