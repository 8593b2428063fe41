"""The run as a chart of characters.

Drawn here and not by a plotting package, because those take longer to import than the whole experiment runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from dynacore._demo.cells import ASCII, block, round_up
from dynacore._demo.outcome import Batch, Outcome
from dynacore._demo.timeline import Curves

MARGIN_COLUMNS: Final = 6
COLUMNS_MAX: Final = 114
CAPACITY_ROWS: Final = 12
THROTTLE_ROWS: Final = 3

CONSUMED: Final = "blue"
PROVISIONED: Final = "yellow"
THROTTLED: Final = "magenta"
QUIET: Final = "dim"


class TerminalChart:
    """Consumed and provisioned write capacity, throttles below it, and below those the batches."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it as wide as the console is."""
        columns = max(20, min(options.max_width - MARGIN_COLUMNS - 1, COLUMNS_MAX))
        curves = self._outcome.timeline.curves(columns)
        for line in self._lines(curves):
            if options.ascii_only:
                line.plain = line.plain.translate(ASCII)
            yield line

    def _lines(self, curves: Curves) -> Iterator[Text]:
        yield Text.assemble(
            ("Write capacity units a second", "bold"),
            ("   █", CONSUMED),
            " consumed",
            ("   ━", PROVISIONED),
            " provisioned",
        )
        yield from _capacity(curves)
        yield Text("Throttled attempts a second", "bold")
        yield from _throttles(curves)
        yield _minutes(curves)
        yield _batches(self._outcome.batches, curves)
        yield Text(f"{'':{MARGIN_COLUMNS}}minutes, and batches; means of {curves.seconds} s", QUIET)


def _capacity(curves: Curves) -> list[Text]:
    top = round_up(max(*curves.consumed, *curves.provisioned))
    lines = []
    for row in reversed(range(CAPACITY_ROWS)):
        line = _begin(top, row, CAPACITY_ROWS)
        for consumed, provisioned in zip(curves.consumed, curves.provisioned, strict=True):
            rows = consumed / top * CAPACITY_ROWS - row
            if row == min(int(provisioned / top * CAPACITY_ROWS), CAPACITY_ROWS - 1):
                # The line is drawn over what is consumed, which shows behind it.
                line.append("━", f"{PROVISIONED} on {CONSUMED}" if rows > 0.25 else PROVISIONED)
            else:
                line.append(block(rows), CONSUMED)
        lines.append(line)
    return lines


def _throttles(curves: Curves) -> list[Text]:
    top = round_up(max(curves.throttled))
    lines = []
    for row in reversed(range(THROTTLE_ROWS)):
        line = _begin(top, row, THROTTLE_ROWS)
        for throttled in curves.throttled:
            line.append(block(throttled / top * THROTTLE_ROWS - row), THROTTLED)
        lines.append(line)
    return lines


def _begin(top: float, row: int, rows: int) -> Text:
    """Begin a row with the axis: the highest one has the value at its upper edge, the lowest has 0."""
    value = f"{top:g}" if row == rows - 1 else "0" if row == 0 else ""
    return Text.assemble((f"{value:>{MARGIN_COLUMNS - 2}} {'┤' if value else '│'}", QUIET))


def _minutes(curves: Curves) -> Text:
    columns = len(curves.consumed)
    minutes = curves.seconds * columns / 60
    step = next((step for step in (1, 2, 5, 10, 20, 30, 60, 120, 240) if minutes / step <= 10), 480)
    text = ""
    for minute in range(0, math.ceil(minutes), step):
        column = minute * 60 // curves.seconds
        if column + len(str(minute)) < columns:
            text = f"{text.ljust(column)}╵{minute}"
    return Text(" " * MARGIN_COLUMNS + text, QUIET)


def _batches(batches: list[Batch], curves: Curves) -> Text:
    """Draw a bracket below each batch, with its number."""
    text = ""
    for number, batch in enumerate(batches, start=1):
        first = max(int(batch.began / curves.seconds), len(text))
        columns = max(int(batch.ended / curves.seconds) - first + 1, 3)
        text = f"{text.ljust(first)}├{str(number).center(columns - 2, '─')}┤"
    return Text(" " * MARGIN_COLUMNS + text, "bold")
