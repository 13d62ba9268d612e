"""What this service counts for the metrics, read when asked: erasures and purges (R27, R28)."""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from libs.common.db import Database


class RetentionCollector:
    """Requests for erasure by state, purged applications and unerased objects by exam."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Any]:
        """Three gauges; none while the database does not answer."""
        asked = GaugeMetricFamily("erasure_requests", "Requests for erasure", labels=["state"])
        purged = GaugeMetricFamily("purged_applications", "Past retention", labels=["exam"])
        waiting = GaugeMetricFamily("objects_to_erase", "Not reported erased", labels=["exam"])
        try:
            with self._database.transaction() as session:
                for row in session.execute(
                    text("SELECT state, count(*) AS n FROM erasure GROUP BY state")
                ):
                    asked.add_metric([row.state], row.n)
                for row in session.execute(text("SELECT * FROM purge_certificate")):
                    purged.add_metric([row.exam], row.applications)
                    waiting.add_metric([row.exam], row.objects_asked - row.objects_erased)
        except SQLAlchemyError:
            return
        yield asked
        yield purged
        yield waiting
