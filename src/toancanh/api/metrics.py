"""What a monitoring system reads at /metrics, in Prometheus' text format, from a registry of our own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.registry import Collector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of the HTTP door; other parts add their own through `register`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "toancanh_http_request_seconds",
            "Time from the head of a request to the end of its answer.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.listeners = Gauge("toancanh_stream_listeners", "Open event streams.", registry=self.registry)
        self.frames = Counter("toancanh_stream_frames", "Frames sent to event streams.", registry=self.registry)
        self.dropped = Counter(
            "toancanh_stream_dropped", "Event streams closed since their reader was too slow.", registry=self.registry
        )
        self._children: dict[tuple[str, str, int], Histogram] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (method, route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(method, route, str(status))
        child.observe(seconds)

    def register(self, collector: Collector) -> None:
        """Let another part of the platform say its own figures."""
        self.registry.register(collector)

    def text(self) -> bytes:
        """Return all figures."""
        return generate_latest(self.registry)
