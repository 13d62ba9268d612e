"""What Redis holds, for /metrics: depth and oldest age of every queue, and who works."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

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
            "queue_degraded_workers", "Workers without the whole sandbox", labels=["queue"]
        )
        for queue in broker.queues:
            depth.add_metric([queue.name], queue.depth)
            oldest.add_metric([queue.name], queue.oldest_seconds or 0)
            workers.add_metric([queue.name], queue.workers)
            degraded.add_metric([queue.name], queue.degraded)
        yield from (depth, oldest, workers, degraded)
        yield GaugeMetricFamily("queue_in_hand", "Taken and not finished", value=broker.in_hand)
