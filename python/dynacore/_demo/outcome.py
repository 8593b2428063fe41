"""What was assumed, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from dynacore._demo.timeline import Timeline


@dataclass(frozen=True)
class Assumptions:
    """What the experiment's author did not publish. The defaults are fitted; nothing else is."""

    idle_seconds: float = 244.0
    """How long the table had existed, unused, before batch 1."""
    switch_on_seconds: float = 326.0
    """How long it took to switch auto scaling on, between batches 1 and 2."""
    latency_seconds: float = 0.0088
    """How long a request takes."""


@dataclass(frozen=True)
class Batch:
    """A batch of single puts. Times are in seconds; `began` since the table was made."""

    name: str
    items: int
    began: float
    seconds: float
    published_seconds: float
    throttled: int
    """Attempts that were refused; each was followed by another."""

    @property
    def ended(self) -> float:
        """When it ended, in seconds since the table was made."""
        return self.began + self.seconds

    @property
    def difference(self) -> float:
        """How far the simulated time is from the published one, as a fraction of it."""
        return self.seconds / self.published_seconds - 1

    def document(self) -> dict[str, Any]:
        """Give it as the JSON has it."""
        return {
            "name": self.name,
            "items": self.items,
            "seconds": round(self.seconds, 3),
            "published_seconds": self.published_seconds,
            "throttled": self.throttled,
        }


@dataclass(frozen=True)
class Outcome:
    """A run of the experiment."""

    assumptions: Assumptions
    batches: list[Batch]
    items_at_end: int
    began: float
    """When the table was made, in seconds of the epoch."""
    activities: list[dict[str, Any]]
    """Application Auto Scaling's own descriptions, in order of time."""
    timeline: Timeline
    wall_seconds: float

    def document(self) -> dict[str, Any]:
        """Give what `--json` prints."""
        return {
            "batches": [batch.document() for batch in self.batches],
            "items_at_end": self.items_at_end,
            "scaling_activities": [_with_text_times(activity) for activity in self.activities],
            "assumptions": {
                "idle_seconds": self.assumptions.idle_seconds,
                "switch_on_seconds": self.assumptions.switch_on_seconds,
                "latency_seconds": self.assumptions.latency_seconds,
            },
            "wall_seconds": round(self.wall_seconds, 4),
        }


def _with_text_times(activity: dict[str, Any]) -> dict[str, Any]:
    return {name: _text_time(value) for name, value in activity.items()}


def _text_time(value: Any) -> Any:
    if isinstance(value, datetime):
        # In UTC whatever the machine's zone is, so that a run is the same everywhere.
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    return value
