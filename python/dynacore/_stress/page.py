"""A run as one page of HTML that needs nothing else."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dynacore import _page
from dynacore._stress.measurement import percentile_curve
from dynacore._stress.report import SHOWN, Document, compare, describe_loop, latency, remarks, span

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLORS: Final = (_page.BLUE, _page.VERMILION, _page.GREEN, _page.PURPLE, _page.ORANGE, _page.SKY)
THROTTLED: Final = _page.PURPLE
FAILED: Final = _page.VERMILION


def save_page(document: Document, path: Path, before: Document | None = None) -> None:
    """Write the page, with a comparison where there is a run from before."""
    path.write_text(make_page(document, before), encoding="utf-8")


def make_page(document: Document, before: Document | None = None) -> str:
    """Make the page. Needs matplotlib."""
    title = f"{document['workload']['name']} on {document['target']}"
    body = (
        _table(document),
        *(f"<p>{escape(remark)}</p>" for remark in remarks(document)),
        *(() if before is None else _comparison(before, document)),
        "<h2>Over time</h2>",
        _page.draw_svg(_timeline(document)),
        "<h2>Latency by percentile</h2>",
        _page.draw_svg(_percentiles(document)),
    )
    return _page.make_page(title, describe_loop(document), "\n".join(body))


def _table(document: Document) -> str:
    def row(name: str, measured: Document) -> tuple[str, ...]:
        return (
            name,
            f"{measured['operations_per_second']:,.0f}",
            f"{measured['throttled']:,}",
            f"{sum(measured['errors'].values()):,}",
            *(span(latency(measured, percentile)) for percentile in SHOWN),
        )

    headings = ("operation", "ops/s", "throttled", "errors", *SHOWN)
    return _page.make_table(headings, (row(*each) for each in document["operations"].items()))


def _comparison(before: Document, after: Document) -> tuple[str, str]:
    names = ("operations_per_second", "p50", "p99", "p99.9", "throttled", "errors")

    def write(name: str, number: float | None) -> str:
        if number is None:
            return ""
        return span(number) if name.startswith("p") else f"{number:,.0f}"

    def cell(name: str, pair: list[float | None]) -> str:
        change = f" ({pair[1] / pair[0] - 1:+.0%})" if pair[0] and pair[1] else ""
        return f"{write(name, pair[0])} \N{RIGHTWARDS ARROW} {write(name, pair[1])}{change}"

    rows = ((row["operation"], *(cell(name, row[name]) for name in names)) for row in compare(before, after))
    headings = ("operation", "ops/s", *names[1:])
    return f"<h2>Compared with the run before on {escape(before['target'])}</h2>", _page.make_table(
        headings, rows
    )


def _timeline(document: Document) -> Figure:
    figure, (rates, latencies) = _page.make_figure(2, height=5.5)
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
        _page.start_at_zero(axes)
    return figure


def _percentiles(document: Document) -> Figure:
    figure, (axes,) = _page.make_figure(1, height=4.5)
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
