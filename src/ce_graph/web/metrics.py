"""What operators watch, as Prometheus reads it: queries, requests, workers, queue, cache, generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from ce_graph.store.engine import Engine
    from ce_graph.web.queries.results import Results

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset(("GET", "HEAD", "POST", "QUERY", "PUT", "DELETE", "OPTIONS"))
_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """The counts of one running instance, in a registry of their own."""

    def __init__(self, engine: Engine, results: Results) -> None:
        """Start at zero; engine and cache are read whenever the metrics are."""
        self.registry = CollectorRegistry()
        self.queries = Counter("ce_graph_queries", "Queries and updates.", ["form", "outcome"], registry=self.registry)
        self.seconds = Histogram(
            "ce_graph_query_seconds",
            "Time from the query's arrival to its answer.",
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.requests = Counter(
            "ce_graph_requests", "HTTP requests.", ["method", "route", "status"], registry=self.registry
        )
        self._counters: dict[tuple[str, ...], Counter] = {}
        """By their labels, which differ in number between the families."""
        self._remembered = {status: self.requests.labels("GET", "sparql", str(status)) for status in (200, 304)}
        self.registry.register(_State(engine, results))

    def query(self, form: str, outcome: str, seconds: float) -> None:
        """Count a query or update by how it ended."""
        self._counter(self.queries, form, outcome).inc()
        self.seconds.observe(seconds)

    def request(self, method: str, route: str, status: int) -> None:
        """Count a request; methods that nobody should send are counted as one."""
        self._counter(self.requests, method if method in _METHODS else "other", route, str(status)).inc()

    def _counter(self, family: Counter, *labels: str) -> Counter:
        """One of a family's counters; to find it takes longer than to count."""
        found = self._counters.get(labels)
        if found is None:
            found = self._counters[labels] = family.labels(*labels)
        return found

    def remembered(self, status: int) -> None:
        """Count a request that the front door answered."""
        self._remembered[status].inc()

    def text(self) -> bytes:
        """All metrics in the text format."""
        return generate_latest(self.registry)


class _State(Collector):
    """What is read off the engine and the cache at the moment of asking."""

    def __init__(self, engine: Engine, results: Results) -> None:
        self._engine = engine
        self._results = results

    def collect(self) -> Iterator[Metric]:
        load = self._engine.load
        yield InfoMetricFamily(
            "ce_graph_data", "The data that are being served.", value={"generation": self._engine.generation}
        )
        for name, help_, value in (
            ("cache_entries", "Answers in the result cache.", len(self._results)),
            ("cache_bytes", "Bytes in the result cache.", self._results.size),
            ("cache_hits", "Answers that came from the result cache.", self._results.hits),
            ("cache_misses", "Answers that the result cache did not have.", self._results.misses),
            ("queries_running", "Queries that run now.", load.running),
            ("queries_waiting", "Queries that wait for a worker.", load.waiting),
            ("workers", "Long queries that can run at once.", load.workers),
        ):
            yield GaugeMetricFamily(f"ce_graph_{name}", help_, value=value)
