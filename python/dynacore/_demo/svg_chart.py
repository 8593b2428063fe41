"""The run as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dynacore._demo.experiment import CAPACITY_UNITS, CAPACITY_UNITS_MAX, TARGET_PERCENT
from dynacore._demo.outcome import Batch, Outcome
from dynacore._demo.timeline import Curves

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the palette by Okabe and Ito, which people with any colour vision can tell apart.
CONSUMED: Final = "#56B4E9"
CONSUMED_EDGE: Final = "#0072B2"
PROVISIONED: Final = "#D55E00"
THROTTLED: Final = "#CC79A7"
TEXT: Final = "#222222"
QUIET: Final = "#666666"
BAND: Final = "#F0F0EC"

STRETCHES_MAX: Final = 300

SVG_SETTINGS: Final[dict[Any, Any]] = {
    "svg.hashsalt": "dynacore",
    "font.family": "DejaVu Sans",
    "font.size": 10,
}
"""matplotlib's, with which the same run gives the same file."""


class SvgChart:
    """Consumed and provisioned write capacity above, throttles below, batches as bands behind both."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def save(self, path: Path) -> None:
        """Write the file. The same run gives the same bytes, with the same matplotlib."""
        import matplotlib

        with matplotlib.rc_context(SVG_SETTINGS):
            self.figure().savefig(path, format="svg", metadata={"Date": None, "Title": "dynacore demo"})

    def figure(self) -> Figure:
        """Draw it."""
        from matplotlib.figure import Figure

        timeline = self._outcome.timeline
        curves = timeline.curves(STRETCHES_MAX)
        figure = Figure(figsize=(11, 6), facecolor="white")
        capacity, throttles = figure.subplots(
            2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1], "hspace": 0.12}
        )
        figure.subplots_adjust(left=0.075, right=0.955, top=0.78, bottom=0.095)
        self._draw_capacity(capacity, curves)
        self._draw_throttles(throttles, curves)
        for axes in (capacity, throttles):
            self._dress(axes)
        for batch in self._outcome.batches:
            _label(capacity, batch)
        self._mark_switch_on(capacity)
        _title(figure)
        figure.legend(loc="upper right", bbox_to_anchor=(0.965, 0.995), ncols=3, frameon=False)
        return figure

    def _draw_capacity(self, axes: Axes, curves: Curves) -> None:
        timeline = self._outcome.timeline
        edges = [stretch * curves.seconds for stretch in range(len(curves.consumed) + 1)]
        axes.stairs(curves.consumed, edges, fill=True, color=CONSUMED, label="consumed", zorder=2)
        axes.stairs(curves.consumed, edges, color=CONSUMED_EDGE, linewidth=0.8, zorder=3)
        moments = [since for since, _ in timeline.provisioned]
        axes.stairs(
            [units for _, units in timeline.provisioned],
            [*moments, timeline.ended],
            baseline=None,
            color=PROVISIONED,
            linewidth=2.4,
            label="provisioned",
            zorder=4,
        )
        steps = zip(timeline.provisioned, timeline.provisioned[1:], strict=False)
        for (_, before), (moment, after) in steps:
            axes.annotate(
                f"{before} → {after}",
                (moment, max(before, after)),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
                color=PROVISIONED,
                fontweight="bold",
                zorder=5,
            )
        axes.set_ylabel("write capacity units per second")

    def _draw_throttles(self, axes: Axes, curves: Curves) -> None:
        edges = [stretch * curves.seconds for stretch in range(len(curves.throttled) + 1)]
        axes.stairs(curves.throttled, edges, fill=True, color=THROTTLED, label="throttled", zorder=2)
        axes.set_ylabel("throttled\nper second")
        axes.set_xlabel(f"minutes since the table was made (means of {curves.seconds} s)")

    def _dress(self, axes: Axes) -> None:
        from matplotlib.ticker import FuncFormatter, MultipleLocator

        ended = self._outcome.timeline.ended
        for batch in self._outcome.batches:
            axes.axvspan(batch.began, batch.ended, color=BAND, linewidth=0, zorder=0)
        step = next((step for step in (60, 120, 300, 600, 1_800, 3_600) if ended / step <= 22), 14_400)
        axes.xaxis.set_major_locator(MultipleLocator(step))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds / 60:g}"))
        axes.set_xlim(0, ended * 1.01)
        axes.set_ylim(0, max(axes.get_ylim()[1], 1))
        axes.grid(axis="y", color="#DDDDDD", linewidth=0.6, zorder=1)
        axes.tick_params(colors=QUIET, length=3)
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_color(TEXT)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color("#AAAAAA")

    def _mark_switch_on(self, axes: Axes) -> None:
        moment = self._outcome.batches[1].began
        axes.axvline(moment, color=QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
        room_before = moment > 0.15 * self._outcome.timeline.ended
        axes.annotate(
            f"auto scaling on\n{CAPACITY_UNITS} to {CAPACITY_UNITS_MAX} units, {TARGET_PERCENT:g} %",
            (moment, axes.get_ylim()[1]),
            xytext=(-6 if room_before else 6, -4),
            textcoords="offset points",
            ha="right" if room_before else "left",
            va="top",
            color=QUIET,
            fontsize=9,
        )


def _label(axes: Axes, batch: Batch) -> None:
    axes.annotate(
        f"{batch.name}: {batch.items:,} puts\n{batch.seconds:.1f} s (published {batch.published_seconds:g})\n"
        f"{batch.throttled:,} throttled",
        ((batch.began + batch.ended) / 2, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 5),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=TEXT,
        fontsize=9,
        annotation_clip=False,
    )


def _title(figure: Figure) -> None:
    figure.text(
        0.075,
        0.915,
        "Above the orange line, what was saved up is spent: up to 300 s of capacity that went unused. "
        "When it is gone, puts are throttled.",
        color=QUIET,
    )
    figure.text(
        0.075,
        0.955,
        "DynamoDB auto scaling, replayed in virtual time",
        fontsize=14,
        fontweight="bold",
        color=TEXT,
    )
