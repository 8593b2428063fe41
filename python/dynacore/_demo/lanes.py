"""What happened where and when: rows over one axis of time, which the charts of the Regions draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["write", "seen", "gone", "error", "quiet", "level"]
"""What something means; charts have a colour for each."""


@dataclass(frozen=True)
class Mark:
    """A moment."""

    at: float
    text: str
    tone: Tone


@dataclass(frozen=True)
class Span:
    """A while."""

    since: float
    until: float
    text: str
    tone: Tone


@dataclass(frozen=True)
class MarkLane:
    """A row of moments."""

    name: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class SpanLane:
    """A row of whiles, one after the other."""

    name: str
    spans: Sequence[Span]


@dataclass(frozen=True)
class RateLane:
    """How often something happened, a second."""

    name: str
    moments: Sequence[float]
    tone: Tone
    top: float | None = None
    """What its highest bar stands for; that of its own highest one unless rows are to be compared."""

    def heights(self, seconds: float, columns: int) -> list[float]:
        """Count what happened in each stretch of time, and divide by its length."""
        totals = [0] * columns
        for moment in self.moments:
            totals[min(int(moment / seconds), columns - 1)] += 1
        return [total / seconds for total in totals]


@dataclass(frozen=True)
class LevelLane:
    """How much there was of something."""

    name: str
    samples: Sequence[tuple[float, float]]
    """Since when there was how much; the first is at 0."""
    tone: Tone
    top: float | None = None

    def heights(self, seconds: float, columns: int) -> list[float]:
        """Tell how much there was in the middle of each stretch of time."""
        found, position = [], 0
        for column in range(columns):
            middle = (column + 0.5) * seconds
            while position + 1 < len(self.samples) and self.samples[position + 1][0] <= middle:
                position += 1
            found.append(self.samples[position][1])
        return found


BarLane: TypeAlias = RateLane | LevelLane
Lane: TypeAlias = MarkLane | SpanLane | BarLane


@dataclass(frozen=True)
class Lanes:
    """Rows over the time from 0 to `ended`, in seconds."""

    title: str
    ended: float
    rows: Sequence[Lane]
    note: str = ""
    """What the marks and bars mean."""
    step_seconds: Sequence[float] = field(default=(0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300))
    """Distances that the axis may have between its labels."""

    def step(self, labels_max: int) -> float:
        """Choose the distance between labels of the axis: the least that gives no more of them."""
        fitting = (step for step in self.step_seconds if self.ended / step <= labels_max)
        return next(fitting, math.ceil(self.ended / labels_max))


def clock_face(seconds: float) -> str:
    """Write a time since the start as minutes and seconds, with a tenth where there is one."""
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}" if rest % 1 else f"{int(minutes)}:{int(rest):02}"
