"""What this service counts for the metrics, read from the database when asked."""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from libs.common.db import Database
from services.review.models.judging import LAPSED_CLAIMS

GAUGES = {
    "review_cases": (
        "Cases by state",
        "SELECT state AS label, count(*) AS n FROM review_case GROUP BY state",
    ),
    "review_claims": (
        "Claims that are live, and those that ran out and are not swept yet",
        (
            "SELECT CASE WHEN expires_at > clock_timestamp() THEN 'live' ELSE 'over' END AS label,"
            " count(*) AS n FROM claim GROUP BY 1"
        ),
    ),
    "review_requests": (
        "Requests to candidates by standing",
        "SELECT standing AS label, count(*) AS n FROM request GROUP BY standing",
    ),
    "review_second_readings": (
        "Second readings: waiting, agreed, disagreed and not settled, settled, void",
        (
            "SELECT CASE WHEN state <> 'read' THEN state WHEN agrees THEN 'agreed'"
            " WHEN settlement IS NULL THEN 'disagreed' ELSE 'settled' END AS label,"
            " count(*) AS n FROM second_reading GROUP BY 1"
        ),
    ),
    "review_published_results": (
        "Results of published batches, by what the registration system said to the push",
        (
            "SELECT CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN refused_at IS NOT NULL"
            " THEN 'refused' ELSE 'pushing' END AS label, count(*) AS n FROM batch_result"
            " JOIN batch ON batch.id = batch_id WHERE published_at IS NOT NULL GROUP BY 1"
        ),
    ),
    "review_waiting": (
        "What waits for the staff beside the cases",
        (
            "SELECT 'wishes' AS label, count(*) AS n FROM wish WHERE answer IS NULL"
            " UNION ALL SELECT 'duplicates', count(*) FROM duplicate WHERE cleared_at IS NULL"
            " UNION ALL SELECT 'calls', count(*) FROM call WHERE standing = 'open'"
            " UNION ALL SELECT 'held', count(*) FROM review_case WHERE legal_hold"
            " UNION ALL SELECT 'unsubmitted', count(*) FROM unsubmitted WHERE published_at IS NULL"
            " UNION ALL SELECT 'extensions', count(*) FROM asked_extension"
            " WHERE confirmed_at IS NOT NULL AND answered_at IS NULL"
            " UNION ALL SELECT 'batches', count(*) FROM batch"
            " WHERE published_at IS NULL AND withdrawn_at IS NULL"
        ),
    ),
}
"""Name → what it is, and the statement of its labels and numbers."""


class ReviewCollector:
    """Cases, claims, requests, second readings, pushes and what waits; claims that ran out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Any]:
        """All of them; none while the database does not answer."""
        families: list[Any] = []
        try:
            with self._database.transaction() as session:
                for name, (what, statement) in GAUGES.items():
                    gauge = GaugeMetricFamily(name, what, labels=["kind"])
                    for row in session.execute(text(statement)):
                        gauge.add_metric([row.label], row.n)
                    families.append(gauge)
                lapsed = session.scalar(
                    text("SELECT number FROM tally WHERE name = :name"), {"name": LAPSED_CLAIMS}
                )
        except SQLAlchemyError:
            return
        ended = "Claims that ended because nobody worked on the case"
        families.append(CounterMetricFamily(LAPSED_CLAIMS, ended, value=lapsed or 0))
        yield from families
