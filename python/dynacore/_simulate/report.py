"""What a person reads after a simulation."""

from __future__ import annotations

from typing import Any, Final

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Document = dict[str, Any]

PARTITIONS_SHOWN: Final = 8
BARS: Final = " ▁▂▃▄▅▆▇█"
SPARKS_MAX: Final = 30


def print_report(report: Document, console: Console, wall_seconds: float) -> None:
    """Print a simulation's report."""
    name = report["name"] or "Scenario"
    console.print(
        f"[bold]{escape(name)}[/]: {duration(report['seconds'])} of virtual time, {report['attempts']:,} ",
        end="",
    )
    console.print(f"attempts, in {wall_seconds:.1f} s")
    console.print(_loads(report["loads"]))
    for load in report["loads"]:
        for reason, count in sorted(load["reasons"].items(), key=lambda each: -each[1]):
            console.print(f"  {escape(load['name'])}: {count:,} x {escape(reason)}")
    console.print(_capacity(report["resources"], with_region=len(report["regions"]) > 1))
    for table in report["tables"]:
        console.print(_heat(table))
    if report["replication"]:
        console.print(_replication(report["replication"]))
        console.print(_replicated_units(report["tables"]))
    console.print(_bills(report["tables"]))
    for sentence in report["recommendations"]:
        console.print(f"[yellow]*[/] {escape(sentence)}")
    if not report["recommendations"]:
        console.print("[green]Nothing to change: nothing of note was throttled or wasted.[/]")


def _loads(loads: list[Document]) -> Table:
    table = _table("load", "requests", "throttled", "gave up", "p50", "p99", "p99.9", "max")
    for load in loads:
        latency = load["latency_milliseconds"]
        spans = ["", "", "", ""]
        if latency is not None:
            spans = [milliseconds(latency[name]) for name in ("p50", "p99", "p999", "max")]
        table.add_row(
            escape(load["name"]),
            f"{load['requests']:,}",
            _alarming(load["throttled_attempts"], "magenta"),
            _alarming(load["gave_up"], "red"),
            *spans,
        )
    return table


def _capacity(resources: list[Document], *, with_region: bool) -> Table:
    table = _table("units a second", "mean", "peak", "provisioned", "over time")
    for resource in resources:
        for kind, word in enumerate(("read", "write")):
            minutes = resource["minutes"]
            consumed = [minute["consumed"][kind] for minute in minutes]
            provisioned = [minute["provisioned"][kind] for minute in minutes]
            if not any(consumed) and not any(provisioned):
                continue
            table.add_row(
                f"{escape(resource_name(resource, with_region=with_region))}, {word}s",
                f"{sum(consumed) / len(consumed):,.1f}",
                f"{max(consumed):,.1f}",
                _span_of(provisioned),
                sparks(consumed, max([*consumed, *provisioned])),
            )
    return table


def _heat(described: Document) -> Table:
    partitions = described["partitions"]
    table = _table(
        f"partitions of {escape(table_name(described))}",
        "hashes",
        "items",
        "reads",
        "writes",
        "hottest minute",
    )
    hottest = sorted(partitions, key=lambda partition: -partition["heat_max"])[:PARTITIONS_SHOWN]
    for partition in hottest:
        heat = partition["heat_max"]
        style = "red" if heat >= 0.9 else "yellow" if heat >= 0.7 else "green"
        table.add_row(
            f"{partitions.index(partition) + 1} of {len(partitions)}",
            f"{partition['hash_share']:.1%}",
            f"{partition['items']:,}",
            *(f"{units:,.0f}" for units in partition["units"]),
            f"[{style}]{heat:.0%}[/]",
        )
    return table


def _replication(routes: list[Document]) -> Table:
    table = _table("replication", "changes", "mean", "longest", "most under way", "over time")
    for route in routes:
        latency = route["latency_milliseconds"]
        counts = [float(minute["replicated"]) for minute in route["minutes"]]
        table.add_row(
            escape(route_name(route)),
            f"{route['replicated']:,}",
            *("" if latency is None else milliseconds(span) for span in latency or (0, 0)),
            f"{route['pending_max']:,}",
            sparks(counts, max(counts, default=0)),
        )
    return table


def _replicated_units(tables: list[Document]) -> Table:
    shown = _table("replicated write units", "consumed")
    for table in tables:
        shown.add_row(escape(table_name(table)), f"{table['replicated_write_units']:,.0f}")
    return shown


def _bills(tables: list[Document]) -> Table:
    shown = _table("$ a month", "provisioned", "on demand", "reserved 1 year", "reserved 3 years")
    names = ("provisioned_month", "on_demand_month", "reserved_one_year_month", "reserved_three_years_month")
    for table in tables:
        bill = table["bill"]
        shown.add_row(escape(table_name(table)), *(dollars(bill[name]) for name in names))
    if len(tables) > 1:
        totals = [[table["bill"][name] for table in tables] for name in names]
        sums = (None if None in amounts else sum(amounts) for amounts in totals)
        shown.add_row("all", *(dollars(amount) for amount in sums))
    return shown


def table_name(table: Document) -> str:
    """Name a table, with its Region where it is one of a global table."""
    replicated = table["replicated_write_units"] is not None
    return f"{table['name']} in {table['region']}" if replicated else table["name"]


def resource_name(resource: Document, *, with_region: bool = False) -> str:
    """Name a table or an index."""
    name = resource["table"] if resource["index"] is None else f"{resource['table']}/{resource['index']}"
    return f"{name} in {resource['region']}" if with_region else name


def route_name(route: Document) -> str:
    """Name a way from one Region to another."""
    return f"{route['table']}, {route['from']} to {route['to']}"


def sparks(numbers: list[float], most: float) -> str:
    """Draw numbers as a line of bars, the largest of each stretch.

    >>> sparks([0, 1, 2, 4], 4)
    ' ▂▄█'
    """
    if not most:
        return ""
    stretch = -(-len(numbers) // SPARKS_MAX)
    tops = [max(numbers[start : start + stretch]) for start in range(0, len(numbers), stretch)]
    return "".join(BARS[min(round(top / most * (len(BARS) - 1)), len(BARS) - 1)] for top in tops)


def duration(seconds: float) -> str:
    """Write a span of time.

    >>> duration(90), duration(7_200), duration(12.5)
    ('1.5 min', '2 h', '12.5 s')
    """
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.1f}".removesuffix(".0") + " s"


def milliseconds(span: float) -> str:
    """Write a latency.

    >>> milliseconds(4.21), milliseconds(25_550)
    ('4.2 ms', '25.6 s')
    """
    return f"{span / 1_000:.1f} s" if span >= 1_000 else f"{span:.1f} ms"


def dollars(amount: float | None) -> str:
    """Write an amount of money.

    >>> dollars(1234.5), dollars(None)
    ('1,234.50', '')
    """
    return "" if amount is None else f"{amount:,.2f}"


def _table(first: str, *headings: str) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first)
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "over time" else "right", no_wrap=True)
    return table


def _span_of(provisioned: list[int]) -> str:
    least, most = min(provisioned), max(provisioned)
    if not most:
        return "on demand"
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _alarming(count: int, style: str) -> str:
    return f"[{style}]{count:,}[/]" if count else "0"
