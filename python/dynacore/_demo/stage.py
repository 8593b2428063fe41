"""Several programs at once in virtual time."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from itertools import count
from typing import Any, TypeAlias

from dynacore import VirtualClock

Actor: TypeAlias = Generator[float, None, Any]
"""A program that yields how many seconds it waits."""


class Stage:
    """Programs that wait on one clock. Of those whose time comes at the same moment, the older goes first."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._number = count()
        self._waiting: list[tuple[float, int, Actor]] = []

    def add(self, actor: Actor, delay: float = 0.0) -> None:
        """Let a program begin in some seconds."""
        heapq.heappush(self._waiting, (self._clock.now() + delay, next(self._number), actor))

    def run(self) -> None:
        """Move the clock until all programs have ended."""
        while self._waiting:
            at, number, actor = heapq.heappop(self._waiting)
            self._clock.run_until(at)
            try:
                seconds = next(actor)
            except StopIteration:
                continue
            heapq.heappush(self._waiting, (self._clock.now() + seconds, number, actor))
