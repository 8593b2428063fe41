"""Rows over one axis of time, as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dynacore._demo.lanes import Lanes, LevelLane, MarkLane, RateLane, SpanLane, Tone, clock_face
from dynacore._demo.svg_chart import (
    CONSUMED,
    CONSUMED_EDGE,
    PROVISIONED,
    QUIET,
    SVG_SETTINGS,
    TEXT,
    THROTTLED,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the same palette as the chart of Part 1.
COLOURS: Final[dict[Tone, str]] = {
    "write": CONSUMED_EDGE,
    "seen": "#009E73",
    "gone": PROVISIONED,
    "error": THROTTLED,
    "quiet": QUIET,
    "level": CONSUMED,
}
MARKERS: Final[dict[Tone, str]] = {
    "write": "o",
    "seen": "o",
    "gone": "X",
    "error": "v",
    "quiet": "|",
    "level": "^",
}
STRETCHES: Final = 150
HEIGHTS: Final[dict[type, float]] = {MarkLane: 0.55, SpanLane: 0.45, RateLane: 0.65, LevelLane: 1.1}
"""Of each kind of row, in inches."""
HEAD_INCHES: Final = 0.9
FOOT_INCHES: Final = 0.75


class SvgLanes:
    """Draws rows below each other, each with its name at the left."""

    def __init__(self, lanes: Lanes, title: str) -> None:
        self._lanes = lanes
        self._title = title

    def save(self, path: Path) -> None:
        """Write the file. The same run gives the same bytes, with the same matplotlib."""
        import matplotlib

        with matplotlib.rc_context(SVG_SETTINGS):
            self.figure().savefig(path, format="svg", metadata={"Date": None, "Title": "dynacore demo"})

    def figure(self) -> Figure:
        """Draw it."""
        from matplotlib.figure import Figure

        rows = self._lanes.rows
        heights = [HEIGHTS[type(row)] for row in rows]
        inches = HEAD_INCHES + sum(heights) * 1.25 + FOOT_INCHES
        figure = Figure(figsize=(11, inches), facecolor="white")
        columns: Any = figure.subplots(
            len(rows), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights, "hspace": 0.3}
        )
        figure.subplots_adjust(
            left=0.2, right=0.97, top=1 - HEAD_INCHES / inches, bottom=FOOT_INCHES / inches
        )
        for row, axes in zip(rows, columns[:, 0], strict=True):
            if isinstance(row, MarkLane):
                self._draw_marks(axes, row)
            elif isinstance(row, SpanLane):
                self._draw_spans(axes, row)
            else:
                self._draw_bars(axes, row)
            self._dress(axes, row.name)
        self._dress_last(columns[-1, 0])
        self._write_head(figure, inches)
        return figure

    def _draw_marks(self, axes: Axes, row: MarkLane) -> None:
        axes.axhline(0.5, color="#DDDDDD", linewidth=0.8, zorder=1)
        for mark in row.marks:
            colour = COLOURS[mark.tone]
            face = "white" if mark.tone == "seen" else colour
            marker = MARKERS[mark.tone]
            axes.plot(
                [mark.at], [0.5], marker=marker, markersize=9, color=colour, markerfacecolor=face, zorder=3
            )
            is_late = mark.at > 0.85 * self._lanes.ended
            axes.annotate(
                mark.text,
                (mark.at, 0.5),
                xytext=(-9 if is_late else 9, 6),
                textcoords="offset points",
                ha="right" if is_late else "left",
                color=colour,
            )
        axes.set_ylim(0, 1.3)
        axes.set_yticks([])

    def _draw_spans(self, axes: Axes, row: SpanLane) -> None:
        for span in row.spans:
            axes.broken_barh(
                [(span.since, span.until - span.since)],
                (0.15, 0.7),
                facecolor=COLOURS[span.tone],
                alpha=0.35,
                zorder=2,
            )
            axes.text(
                (span.since + span.until) / 2,
                0.5,
                span.text,
                ha="center",
                va="center",
                color=TEXT,
                fontsize=9,
            )
        axes.set_ylim(0, 1)
        axes.set_yticks([])

    def _draw_bars(self, axes: Axes, row: RateLane | LevelLane) -> None:
        # Shorter stretches than two seconds would show single requests, and no rate.
        columns = (
            STRETCHES if isinstance(row, LevelLane) else min(STRETCHES, max(10, int(self._lanes.ended / 2)))
        )
        seconds = self._lanes.ended / columns
        edges = [column * seconds for column in range(columns + 1)]
        heights = row.heights(seconds, columns)
        axes.stairs(heights, edges, fill=True, color=COLOURS[row.tone], alpha=0.75, zorder=2)
        axes.set_ylim(0, max(row.top or 0, *heights, 1) * 1.05)
        axes.grid(axis="y", color="#DDDDDD", linewidth=0.6, zorder=1)

    def _dress(self, axes: Axes, name: str) -> None:
        axes.set_ylabel(name, rotation=0, ha="right", va="center", color=TEXT)
        axes.yaxis.set_label_coords(-0.05, 0.5)
        axes.set_xlim(0, self._lanes.ended * 1.005)
        axes.tick_params(colors=QUIET, length=3, labelbottom=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color("#AAAAAA")

    def _dress_last(self, axes: Axes) -> None:
        from matplotlib.ticker import FuncFormatter, MultipleLocator

        ended = self._lanes.ended
        axes.xaxis.set_major_locator(MultipleLocator(self._lanes.step(12)))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda at, _: clock_face(at) if ended > 60 else f"{at:g} s")
        )
        axes.tick_params(labelbottom=True)

    def _write_head(self, figure: Figure, inches: float) -> None:
        figure.text(
            0.03, 1 - 0.32 / inches, self._title, fontsize=14, fontweight="bold", color=TEXT, va="center"
        )
        figure.text(0.03, 1 - 0.62 / inches, self._lanes.note, color=QUIET, va="center")
