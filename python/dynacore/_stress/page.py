"""A run as one page of HTML that needs nothing else."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

from dynacore._stress.measurement import percentile_curve
from dynacore._stress.report import SHOWN, Document, describe_loop, latency, remarks, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the palette by Okabe and Ito, which people with any colour vision can tell apart.
COLORS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
THROTTLED: Final = "#CC79A7"
FAILED: Final = "#D55E00"

PAGE: Final = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 68rem; margin: 2rem auto;
    padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin-bottom: 0; }
  h2 { font-size: 1.1rem; margin-top: 2rem; }
  p.how { color: #666; margin-top: 0; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #ddd; }
  th:first-child, td:first-child { text-align: left; }
  svg { max-width: 100%; height: auto; }
</style>
<h1>$title</h1>
<p class="how">$how</p>
<table>$table</table>
$remarks
<h2>Over time</h2>
$timeline
<h2>Latency by percentile</h2>
$percentiles
</html>
""")


def save_page(document: Document, path: Path) -> None:
    """Write the page."""
    path.write_text(make_page(document), encoding="utf-8")


def make_page(document: Document) -> str:
    """Make the page. Needs matplotlib."""
    title = f"{document['workload']['name']} on {document['target']}"
    return PAGE.substitute(
        title=escape(title),
        how=escape(describe_loop(document)),
        table=_table(document),
        remarks="".join(f"<p>{escape(remark)}</p>" for remark in remarks(document)),
        timeline=_svg(_timeline(document)),
        percentiles=_svg(_percentiles(document)),
    )


def _table(document: Document) -> str:
    headings = ("operation", "ops/s", "throttled", "errors", *SHOWN)
    rows = ["".join(f"<th>{escape(heading)}</th>" for heading in headings)]
    for name, measured in document["operations"].items():
        cells = (
            name,
            f"{measured['operations_per_second']:,.0f}",
            f"{measured['throttled']:,}",
            f"{sum(measured['errors'].values()):,}",
            *(span(latency(measured, percentile)) for percentile in SHOWN),
        )
        rows.append("".join(f"<td>{escape(cell)}</td>" for cell in cells))
    return "".join(f"<tr>{row}</tr>" for row in rows)


def _timeline(document: Document) -> Figure:
    figure, (rates, latencies) = _figure(2, height=5.5)
    edges = range(len(document["timeline"]) + 1)
    for name, label, color in (
        ("completed", "succeeded", COLORS[0]),
        ("throttled", "throttled", THROTTLED),
        ("failed", "errors", FAILED),
    ):
        counts = [second[name] for second in document["timeline"]]
        if name == "completed" or any(counts):
            rates.stairs(counts, edges, label=label, color=color, linewidth=1.5)
    if document["rate"]:
        rates.axhline(document["rate"], color="#666666", linestyle=":", label="offered")
    rates.set_ylabel("requests in a second")
    rates.legend(frameon=False, loc="lower right")
    worst = [second["latency_max_microseconds"] / 1_000 for second in document["timeline"]]
    latencies.stairs(worst, edges, color=COLORS[0], linewidth=1.5)
    latencies.set_ylabel("slowest, ms")
    latencies.set_xlabel("seconds")
    for axes in (rates, latencies):
        axes.margins(x=0, y=0.1)
        axes.set_ylim(bottom=0)
    return figure


def _percentiles(document: Document) -> Figure:
    figure, (axes,) = _figure(1, height=4.5)
    for color, (name, measured) in zip(COLORS, document["operations"].items(), strict=False):
        if not measured["completed"]:
            continue
        points = percentile_curve(measured["latency_histogram"])
        axes.plot(
            [100 / max(100 - percentile, 1e-9) for percentile, _ in points],
            [microseconds for _, microseconds in points],
            label=name,
            color=color,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    marks = (50.0, 90.0, 99.0, 99.9, 99.99, 99.999)
    axes.set_xticks([100 / (100 - mark) for mark in marks], [f"{mark:g} %" for mark in marks])
    axes.minorticks_off()
    axes.set_xlabel("percentile")
    axes.set_ylabel("latency, us")
    axes.legend(frameon=False, loc="upper left")
    return figure


def _figure(count: int, height: float) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, height), facecolor="white", layout="constrained")
    axes = figure.subplots(count, 1, squeeze=False, sharex=True)[:, 0]
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="y", color="#eeeeee")
    return figure, list(axes)


def _svg(figure: Figure) -> str:
    import matplotlib

    settings: dict[Any, Any] = {"svg.hashsalt": "dynacore", "svg.fonttype": "none", "font.size": 10}
    text = io.StringIO()
    with matplotlib.rc_context(settings):
        figure.savefig(text, format="svg", metadata={"Date": None})
    drawn = text.getvalue()
    return drawn[drawn.index("<svg") :]
