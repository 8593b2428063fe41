"""What happened when, and how much of it in each stretch of time: what the charts draw."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeline:
    """What happened when, in seconds since the table was made."""

    written_at: list[float]
    refused_at: list[float]
    provisioned: list[tuple[float, int]]
    """Since when there were how many write capacity units; the first entry is at 0."""
    ended: float

    def curves(self, stretches_max: int) -> Curves:
        """Cut the time into stretches of equal length, in whole seconds: at most `stretches_max` of them."""
        # One is kept for what happened at the very end.
        seconds = max(1, math.ceil(self.ended / (stretches_max - 1)))
        count = int(self.ended // seconds) + 1
        # Each car is 1 write capacity unit, so items are units.
        return Curves(
            seconds,
            _rates(self.written_at, seconds, count),
            [self._units_at((stretch + 0.5) * seconds) for stretch in range(count)],
            _rates(self.refused_at, seconds, count),
        )

    def _units_at(self, moment: float) -> int:
        return [units for since, units in self.provisioned if since <= moment][-1]


@dataclass(frozen=True)
class Curves:
    """Means over stretches of time that are `seconds` long each."""

    seconds: int
    consumed: list[float]
    """Write capacity units a second."""
    provisioned: list[int]
    """Write capacity units a second, in the middle of the stretch."""
    throttled: list[float]
    """Throttled attempts a second."""


def _rates(moments: list[float], seconds: int, count: int) -> list[float]:
    totals = [0] * count
    for moment in moments:
        totals[int(moment // seconds)] += 1
    return [total / seconds for total in totals]
