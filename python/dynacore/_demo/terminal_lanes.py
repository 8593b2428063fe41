"""Rows over one axis of time, as a chart of characters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from dynacore._demo.cells import ASCII, block, round_up
from dynacore._demo.lanes import Lanes, LevelLane, Mark, MarkLane, RateLane, SpanLane, Tone, clock_face

COLUMNS_MIN: Final = 30
COLUMNS_MAX: Final = 96
RATE_ROWS: Final = 1
LEVEL_ROWS: Final = 3
AXIS_COLUMNS: Final = 8
"""Between the names and the chart: a value, and the axis."""

STYLES: Final[dict[Tone, str]] = {
    "write": "blue",
    "seen": "green",
    "gone": "yellow",
    "error": "magenta",
    "quiet": "dim",
    "level": "cyan",
}
SYMBOLS: Final[dict[Tone, str]] = {
    "write": "●",
    "seen": "○",
    "gone": "✕",
    "error": "▼",
    "quiet": "╵",
    "level": "▲",
}


class TerminalLanes:
    """Draws rows as wide as the console is."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw them."""
        lanes = self._lanes
        names = max(len(row.name) for row in lanes.rows)
        room = options.max_width - names - AXIS_COLUMNS - 1
        columns = max(COLUMNS_MIN, min(room, COLUMNS_MAX))
        chart = _Chart(lanes, names, columns)
        for line in chart.lines():
            if options.ascii_only:
                line.plain = line.plain.translate(ASCII)
            yield line


class _Chart:
    """A chart of some width."""

    def __init__(self, lanes: Lanes, names: int, columns: int) -> None:
        self._lanes = lanes
        self._names = names
        self._columns = columns
        # What happened at the very end has a column too.
        self._seconds = lanes.ended / (columns - 1)

    def lines(self) -> Iterator[Text]:
        yield Text(self._lanes.title, "bold")
        for row in self._lanes.rows:
            if isinstance(row, MarkLane):
                yield from self._marks(row)
            elif isinstance(row, SpanLane):
                yield self._spans(row)
            else:
                yield from self._bars(row)
        yield self._axis()
        if self._lanes.note:
            yield Text(self._lanes.note, "dim")

    def _begin(self, name: str, value: str = "") -> Text:
        axis = "┤" if value else "│"
        return Text.assemble(name.rjust(self._names), (f"{value:>{AXIS_COLUMNS - 2}} {axis}", "dim"))

    def _column(self, at: float) -> int:
        return max(0, min(int(at / self._seconds), self._columns - 1))

    def _marks(self, row: MarkLane) -> Iterator[Text]:
        """Draw each moment where there is room: what would cover another goes to a further line."""
        left = sorted(row.marks, key=lambda mark: mark.at)
        name = row.name
        while left:
            line, further = self._begin(name), []
            used = 0
            for mark in left:
                first, text = self._place(mark)
                if first < used or (used > 0 and first == used):
                    further.append(mark)
                    continue
                line.append(" " * (first - used))
                line.append(text, STYLES[mark.tone])
                used = first + len(text)
            yield line
            left, name = further, ""

    def _place(self, mark: Mark) -> tuple[int, str]:
        """Choose where the text of a moment begins: behind its symbol, or before it at the end."""
        column = self._column(mark.at)
        symbol = SYMBOLS[mark.tone]
        if column + 2 + len(mark.text) <= self._columns or not mark.text:
            return column, f"{symbol} {mark.text}".rstrip()
        return max(0, column - 1 - len(mark.text)), f"{mark.text} {symbol}"

    def _spans(self, row: SpanLane) -> Text:
        line, used = self._begin(row.name), 0
        for span in sorted(row.spans, key=lambda span: span.since):
            first = max(self._column(span.since), used)
            width = max(self._column(span.until) - first + 1, 2)
            line.append(" " * (first - used))
            text = f" {span.text} " if 0 < len(span.text) <= width - 4 else ""
            line.append(
                "├" + text.center(width - 2, "╌" if span.tone == "error" else "─") + "┤", STYLES[span.tone]
            )
            used = first + width
        return line

    def _bars(self, row: RateLane | LevelLane) -> Iterator[Text]:
        heights = row.heights(self._seconds, self._columns)
        top = row.top or round_up(max(heights))
        rows = RATE_ROWS if isinstance(row, RateLane) else LEVEL_ROWS
        unit = "/s" if isinstance(row, RateLane) else ""
        for index in reversed(range(rows)):
            is_top = index == rows - 1
            value = f"{top:g}{unit}" if is_top else "0" if index == 0 else ""
            line = self._begin(row.name if is_top else "", value)
            line.append("".join(block(height / top * rows - index) for height in heights), STYLES[row.tone])
            yield line

    def _axis(self) -> Text:
        step = self._lanes.step(max(2, self._columns // 10))
        text = ""
        for number in range(math.floor(self._lanes.ended / step) + 1):
            label = clock_face(number * step) if self._lanes.ended > 60 else f"{number * step:g} s"
            column = self._column(number * step)
            if column + len(label) < self._columns and column >= len(text):
                text = f"{text.ljust(column)}╵{label}"
        return Text(" " * (self._names + AXIS_COLUMNS) + text, "dim")
