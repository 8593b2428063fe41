"""A simulation as one page of HTML that needs nothing else."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from dynacore import _page
from dynacore._simulate.report import (
    Document,
    dollars,
    duration,
    milliseconds,
    resource_name,
    route_name,
    table_name,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CONSUMED: Final = _page.BLUE
PROVISIONED: Final = _page.VERMILION
THROTTLED: Final = _page.PURPLE
SUCCEEDED: Final = _page.GREEN

BODY: Final = Template("""<ul class="advice">$advice</ul>
<h2>What the clients saw</h2>
$loads
$reasons
$load_charts
<h2>Capacity</h2>
$capacity_charts
<h2>Heat by partition</h2>
$heat
$replication
<h2>The bill</h2>
$bills
<p class="how">US dollars a month if every hour went like the simulated time; throughput only.</p>""")


def save_page(report: Document, path: Path) -> None:
    """Write the page."""
    path.write_text(make_page(report), encoding="utf-8")


def make_page(report: Document) -> str:
    """Make the page. Needs matplotlib."""
    body = BODY.substitute(
        advice="".join(f"<li>{escape(sentence)}</li>" for sentence in report["recommendations"]),
        loads=_loads(report["loads"]),
        reasons=_reasons(report["loads"]),
        load_charts="".join(_page.draw_svg(_load_chart(load)) for load in report["loads"] if load["minutes"]),
        capacity_charts="".join(
            _page.draw_svg(_capacity_chart(each, with_region=len(report["regions"]) > 1))
            for each in report["resources"]
            if _is_used(each)
        ),
        heat="".join(_page.draw_svg(_heat_chart(table)) for table in report["tables"]),
        replication=_replication(report) if report["replication"] else "",
        bills=_bills(report["tables"]),
    )
    how = (
        f"{duration(report['seconds'])} of virtual time, {report['attempts']:,} attempts, "
        f"seed {report['seed']}"
    )
    return _page.make_page(report["name"] or "Scenario", how, body)


def _loads(loads: list[Document]) -> str:
    def row(load: Document) -> list[str]:
        latency = load["latency_milliseconds"] or {}
        spans = (latency.get(name) for name in ("p50", "p99", "p999", "max"))
        counts = (load[name] for name in ("requests", "succeeded", "throttled_attempts", "gave_up"))
        return [
            load["name"],
            *(f"{count:,}" for count in counts),
            *("" if span is None else milliseconds(span) for span in spans),
        ]

    headings = (
        "load",
        "requests",
        "succeeded",
        "throttled attempts",
        "gave up",
        "p50",
        "p99",
        "p99.9",
        "max",
    )
    return _page.make_table(headings, map(row, loads))


def _reasons(loads: list[Document]) -> str:
    lines = [
        f"<li>{escape(load['name'])}: {count:,} &times; {escape(reason)}</li>"
        for load in loads
        for reason, count in load["reasons"].items()
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _replication(report: Document) -> str:
    def row(route: Document) -> list[str]:
        latency = route["latency_milliseconds"]
        spans = ["", ""] if latency is None else [milliseconds(span) for span in latency]
        return [route_name(route), f"{route['replicated']:,}", *spans, f"{route['pending_max']:,}"]

    routes = report["replication"]
    headings = ("way", "changes", "mean latency", "longest", "most under way")
    units = ([table_name(table), f"{table['replicated_write_units']:,.0f}"] for table in report["tables"])
    charts = (_page.draw_svg(_replication_chart(route)) for route in routes if route["minutes"])
    return (
        "<h2>Replication</h2>"
        + _page.make_table(headings, map(row, routes))
        + _page.make_table(("table", "replicated write units"), units)
        + "".join(charts)
    )


def _bills(tables: list[Document]) -> str:
    names = ("provisioned_month", "on_demand_month", "reserved_one_year_month", "reserved_three_years_month")
    rows = ([table_name(table), *(dollars(table["bill"][name]) for name in names)] for table in tables)
    return _page.make_table(
        ("table", "provisioned", "on demand", "reserved 1 year", "reserved 3 years"), rows
    )


def _is_used(resource: Document) -> bool:
    return any(any(minute["consumed"]) or any(minute["provisioned"]) for minute in resource["minutes"])


def _load_chart(load: Document) -> Figure:
    figure, (axes,) = _page.make_figure(1, height=2.4)
    edges = range(len(load["minutes"]) + 1)
    for name, color in (("succeeded", SUCCEEDED), ("throttled", THROTTLED)):
        counts = [minute[name] / 60 for minute in load["minutes"]]
        if name == "succeeded" or any(counts):
            axes.stairs(counts, edges, label=name, color=color, linewidth=1.5)
    axes.set_ylabel("attempts a second")
    return _finish(figure, axes, load["name"])


def _replication_chart(route: Document) -> Figure:
    figure, both = _page.make_figure(2, height=3.2)
    minutes = [minute["second"] / 60 for minute in route["minutes"]]
    for axes, label, values in (
        (both[0], "mean latency, ms", [minute["latency_milliseconds"][0] for minute in route["minutes"]]),
        (both[1], "under way", [minute["pending_max"] for minute in route["minutes"]]),
    ):
        axes.plot(minutes, values, marker=".", color=CONSUMED, linewidth=1.2, label=label)
        axes.set_ylabel(label)
        _page.start_at_zero(axes)
    return _finish(figure, both[-1], route_name(route), first=both[0])


def _capacity_chart(resource: Document, *, with_region: bool) -> Figure:
    figure, both = _page.make_figure(2, height=3.6)
    minutes = resource["minutes"]
    edges = range(len(minutes) + 1)
    for kind, (axes, word) in enumerate(zip(both, ("read", "write"), strict=True)):
        consumed = [minute["consumed"][kind] for minute in minutes]
        provisioned = [minute["provisioned"][kind] for minute in minutes]
        axes.stairs(consumed, edges, label="consumed", color=CONSUMED, fill=True, alpha=0.35)
        if any(provisioned):
            axes.stairs(provisioned, edges, label="provisioned", color=PROVISIONED, linewidth=1.5)
        axes.set_ylabel(f"{word} units/s")
        _page.start_at_zero(axes)
    return _finish(figure, both[-1], resource_name(resource, with_region=with_region), first=both[0])


def _heat_chart(table: Document) -> Figure:
    figure, (axes,) = _page.make_figure(1, height=2.2)
    left = 0.0
    for partition in table["partitions"]:
        heat, width = partition["heat_max"], partition["hash_share"]
        color = _page.VERMILION if heat >= 0.9 else _page.ORANGE if heat >= 0.7 else _page.GREEN
        axes.bar(left, heat * 100, width=width, align="edge", color=color, edgecolor="white", linewidth=0.5)
        left += width
    axes.axhline(100, color="#666666", linestyle=":")
    axes.set_xlim(0, 1)
    axes.set_ylabel("hottest minute, %")
    axes.set_xlabel("partitions by their share of the hashes")
    axes.set_title(table_name(table), loc="left", fontsize=10)
    _page.start_at_zero(axes)
    return figure


def _finish(figure: Figure, last: Axes, title: str, first: Axes | None = None) -> Figure:
    _page.start_at_zero(last)
    last.set_xlabel("minutes")
    first = first or last
    first.set_title(title, loc="left", fontsize=10)
    first.legend(frameon=False, loc="lower right", ncols=2)
    return figure
