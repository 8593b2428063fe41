"""The progress bars."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from dynacore._demo.experiment import PUBLISHED

REFRESH_SECONDS: Final = 0.05


class BatchProgress:
    """A bar for each batch; redrawn at most 20 times a second, and at the end of a batch."""

    def __init__(self, console: Console, *, shown: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[throttled]:,} throttled", style="magenta"),
            TextColumn("{task.fields[seconds]:.1f} s"),
            console=console,
            # No thread of its own: it would take time from the run.
            auto_refresh=False,
            disable=not shown,
        )
        self._bars = [
            self._progress.add_task(published.name, total=published.items, throttled=0, seconds=0.0)
            for published in PUBLISHED
        ]
        self._next_refresh = 0.0

    def __enter__(self) -> BatchProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def advance(self, batch: int, items: int, throttled: int, seconds: float) -> None:
        """Show how far a batch is."""
        now = time.monotonic()
        if now < self._next_refresh and items < PUBLISHED[batch].items:
            return
        self._next_refresh = now + REFRESH_SECONDS
        self._progress.update(
            self._bars[batch], completed=items, throttled=throttled, seconds=seconds, refresh=True
        )
