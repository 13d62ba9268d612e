"""What is asked for /metrics: Redis' queues and who works on them, and the SMS vendors."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily

from ops.console.reading import Vendor
from ops.console.sources import Sources


class QueueCollector:
    """Read when asked; nothing is said while Redis is away."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gauges by queue; `queue_in_hand` is of all queues together."""
        broker = self._sources.broker()
        if broker is None:
            return
        depth = GaugeMetricFamily("queue_messages", "Messages waiting", labels=["queue"])
        oldest = GaugeMetricFamily("queue_oldest_seconds", "Age of the oldest", labels=["queue"])
        workers = GaugeMetricFamily("queue_workers", "Workers seen", labels=["queue"])
        degraded = GaugeMetricFamily(
            "queue_degraded_workers", "Workers without sandbox or first engine", labels=["queue"]
        )
        for queue in broker.queues:
            depth.add_metric([queue.name], queue.depth)
            oldest.add_metric([queue.name], queue.oldest_seconds or 0)
            workers.add_metric([queue.name], queue.workers)
            degraded.add_metric([queue.name], queue.degraded)
        yield from (depth, oldest, workers, degraded)
        yield GaugeMetricFamily("queue_in_hand", "Taken and not finished", value=broker.in_hand)


VENDOR_GAUGES: Mapping[str, tuple[str, Callable[[Vendor], int]]] = {
    "sms_vendor_weight": ("Points of 100", lambda one: one.weight),
    "sms_vendor_attempts": ("Tried in the last hour", lambda one: one.attempts),
    "sms_vendor_errors": ("Failed by its fault in the last hour", lambda one: one.errors),
    "sms_vendor_slow_receipts": ("Later than five minutes", lambda one: one.receipts_slow),
    "sms_vendor_missing_receipts": ("Not come in five minutes", lambda one: one.receipts_missing),
}


class VendorCollector:
    """Read when asked; nothing is said while notify's database is away."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gauges by vendor, and how much of the daily cap is used."""
        vendors = self._sources.vendors()
        if vendors.day is None:
            return
        for name, (meaning, value) in VENDOR_GAUGES.items():
            gauge = GaugeMetricFamily(name, meaning, labels=["vendor"])
            for one in vendors.each:
                gauge.add_metric([one.name], value(one))
            yield gauge
        yield GaugeMetricFamily("sms_today", "Left today, codes not counted", vendors.day.sent)
        yield GaugeMetricFamily("sms_daily_cap", "The most that may", vendors.day.cap)
