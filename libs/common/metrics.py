"""What every service's database says of its outbox, for /metrics."""

import os
from collections.abc import Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from libs.common.db import Database

MULTIPROCESS = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))


class OutboxCollector:
    """Depth and oldest age of what waits in the outbox or is parked, read when asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Any]:
        """One gauge for the depth and one for the age in seconds, by place and name."""
        depth = GaugeMetricFamily("backlog_messages", "Messages waiting", labels=["place", "name"])
        age = GaugeMetricFamily(
            "backlog_oldest_seconds", "Age of the oldest", labels=["place", "name"]
        )
        try:
            with self._database.transaction() as session:
                for row in session.execute(text("SELECT * FROM plumbing_state")):
                    depth.add_metric([row.place, row.name], row.depth)
                    age.add_metric([row.place, row.name], float(row.oldest_seconds))
        except SQLAlchemyError:
            return
        yield depth
        yield age
