"""What a run saw: latencies in histograms, refusals by kind, and how both went over time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from hdrh.histogram import HdrHistogram

LATENCY_NANOSECONDS_MAX: Final = 600_000_000_000
SIGNIFICANT_DIGITS: Final = 3

PERCENTILES: Final = (50.0, 90.0, 99.0, 99.9, 99.99)

THROTTLES: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
    }
)
"""Codes that ask for less load; all others are errors."""


def make_histogram() -> Any:
    """Make an HDR histogram of nanoseconds: 0.1 % exact from 1 ns to ten minutes."""
    return HdrHistogram(1, LATENCY_NANOSECONDS_MAX, SIGNIFICANT_DIGITS)


@dataclass
class Second:
    """One second of a run."""

    completed: int = 0
    throttled: int = 0
    failed: int = 0
    latency_nanoseconds_max: int = 0


@dataclass
class OperationMeasurement:
    """One operation of a run. Latencies are of requests that succeeded, in nanoseconds.

    `latency` begins when the request was due, so waiting behind slower ones counts; `service` begins when it
    was sent. In a closed loop both are the same.
    """

    latency: Any = field(default_factory=make_histogram)
    service: Any = field(default_factory=make_histogram)
    throttles: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def throttled(self) -> int:
        """How many requests were throttled."""
        return self.throttles.total()

    @property
    def completed(self) -> int:
        """How many requests succeeded."""
        return int(self.latency.get_total_count())

    def add(self, other: OperationMeasurement) -> None:
        """Take in what another worker saw."""
        self.latency.add(other.latency)
        self.service.add(other.service)
        self.throttles += other.throttles
        self.errors += other.errors

    def document(self, seconds: float) -> dict[str, Any]:
        """Describe it, in microseconds."""
        return {
            "completed": self.completed,
            "operations_per_second": self.completed / seconds if seconds else 0.0,
            "throttled": self.throttled,
            "throttles": dict(self.throttles),
            "errors": dict(self.errors),
            "latency_microseconds": _summary(self.latency),
            "service_microseconds": _summary(self.service),
            "latency_histogram": self.latency.encode().decode("ascii"),
        }


@dataclass
class Measurement:
    """What one worker saw, or all of them together."""

    operations: dict[str, OperationMeasurement] = field(default_factory=dict)
    seconds: dict[int, Second] = field(default_factory=dict)
    busy_nanoseconds: int = 0

    def operation(self, name: str) -> OperationMeasurement:
        """Find or begin an operation."""
        # Not `setdefault`: its default would be made for every request, and a histogram is large.
        measured = self.operations.get(name)
        if measured is None:
            measured = self.operations[name] = OperationMeasurement()
        return measured

    def succeeded(self, name: str, second: int, latency: int, service: int) -> None:
        """Count a request that succeeded."""
        measured = self.operation(name)
        measured.latency.record_value(max(latency, 1))
        measured.service.record_value(max(service, 1))
        self.busy_nanoseconds += service
        at = self.seconds.setdefault(second, Second())
        at.completed += 1
        at.latency_nanoseconds_max = max(at.latency_nanoseconds_max, latency)

    def refused(self, name: str, second: int, service: int, code: str) -> None:
        """Count a request that was throttled or failed."""
        self.busy_nanoseconds += service
        at = self.seconds.setdefault(second, Second())
        if code in THROTTLES:
            self.operation(name).throttles[code] += 1
            at.throttled += 1
        else:
            self.operation(name).errors[code] += 1
            at.failed += 1

    def add(self, other: Measurement) -> None:
        """Take in what another worker saw."""
        self.busy_nanoseconds += other.busy_nanoseconds
        for name, measured in other.operations.items():
            self.operation(name).add(measured)
        for number, second in other.seconds.items():
            at = self.seconds.setdefault(number, Second())
            at.completed += second.completed
            at.throttled += second.throttled
            at.failed += second.failed
            at.latency_nanoseconds_max = max(at.latency_nanoseconds_max, second.latency_nanoseconds_max)

    def timeline(self) -> list[dict[str, Any]]:
        """Describe every second from the first to the last, also those in which nothing ended."""
        if not self.seconds:
            return []
        ordered = [(number, self.seconds.get(number, Second())) for number in range(max(self.seconds) + 1)]
        return [
            {
                "second": number,
                "completed": second.completed,
                "throttled": second.throttled,
                "failed": second.failed,
                "latency_max_microseconds": second.latency_nanoseconds_max / 1_000,
            }
            for number, second in ordered
        ]


def _summary(histogram: Any) -> dict[str, float] | None:
    if not histogram.get_total_count():
        return None
    percentiles = {
        f"p{percentile:g}": histogram.get_value_at_percentile(percentile) / 1_000
        for percentile in PERCENTILES
    }
    return {
        "mean": histogram.get_mean_value() / 1_000,
        **percentiles,
        "max": histogram.get_max_value() / 1_000,
    }


def percentile_curve(encoded: str) -> list[tuple[float, float]]:
    """Decode a histogram of a report into points of percentile and microseconds, for a chart."""
    histogram = HdrHistogram.decode(encoded)
    points = [(0.0, histogram.get_min_value() / 1_000)]
    reached = 50.0
    count = histogram.get_total_count()
    # Nines: 50, 75, 87.5, ... until one request is left beyond.
    while 100 - reached > 100 / max(count, 1):
        points.append((reached, histogram.get_value_at_percentile(reached) / 1_000))
        reached += (100 - reached) / 4
    points.append((100 - 100 / max(count, 1) / 2, histogram.get_max_value() / 1_000))
    return points
