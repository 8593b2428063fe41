"""What a person reads after a run, and how two runs compare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

Document = dict[str, Any]

SHOWN: Final = ("p50", "p99", "p99.9", "max")

GENERATOR_LIMIT: Final = 0.85
"""Below this share of their time in calls, closed-loop workers were the limit and not the target."""

CHANGE_THAT_COUNTS: Final = 0.05


def print_report(document: Document, console: Console) -> None:
    """Print one run."""
    console.print(
        f"[bold]{document['workload']['name']}[/] on {document['target']}: {describe_loop(document)}"
    )
    table = _table(("ops/s", "throttled", "errors", *SHOWN))
    for name, measured in document["operations"].items():
        table.add_row(
            name,
            f"{measured['operations_per_second']:,.0f}",
            _alarming(measured["throttled"], "magenta"),
            _alarming(sum(measured["errors"].values()), "red"),
            *(span(latency(measured, name)) for name in SHOWN),
        )
    console.print(table)
    for line in remarks(document):
        console.print(line)


def remarks(document: Document) -> Iterator[str]:
    """Say what the numbers do not say by themselves."""
    for name, measured in document["operations"].items():
        # Documents of earlier runs have no kinds of throttles.
        for code, count in {**measured.get("throttles", {}), **measured["errors"]}.items():
            yield f"{name}: {count:,} x {code}"
    if document["interrupted"]:
        yield "The run was interrupted; these are the numbers until then."
    if document["loop"] == "closed" and document["busy_share"] < GENERATOR_LIMIT:
        yield (
            f"The workers spent {document['busy_share']:.0%} of their time in calls: this program was the "
            "limit, so the rate is no measure of the target. Latencies are."
        )
    rate = document["rate"]
    done = sum(each["completed"] + each["throttled"] for each in document["operations"].values())
    if rate and document["seconds"] and done / document["seconds"] < 0.95 * rate:
        reached = done / document["seconds"]
        yield f"Only {reached:,.0f} of {rate:,.0f} requests a second were sent and answered."


def print_comparison(before: Document, after: Document, console: Console) -> None:
    """Print two runs side by side; less latency and more operations are green."""
    console.print(f"[bold]Compared[/] with the run before on {before['target']}")
    table = _table(("ops/s", "p50", "p99", "throttled", "errors"))
    for row in compare(before, after):
        table.add_row(
            row["operation"],
            _change(row["operations_per_second"], "{:,.0f}".format, more_is_better=True),
            *(_change(row[name], span, more_is_better=False) for name in ("p50", "p99")),
            *(
                _alarming(row[name][1] or 0, style)
                for name, style in (("throttled", "magenta"), ("errors", "red"))
            ),
        )
    console.print(table)
    differences = [name for name in ("workload", "loop", "rate", "workers") if before[name] != after[name]]
    if differences:
        console.print(f"[yellow]The runs differ in what they did: {', '.join(differences)}[/]")


def compare(before: Document, after: Document) -> list[Document]:
    """Pair the operations of two runs: each number before and after, latencies in microseconds."""
    rows = []
    for name in sorted({*before["operations"], *after["operations"]}):
        pair = [run["operations"].get(name) for run in (before, after)]
        row: Document = {"operation": name}
        row["operations_per_second"] = [each and each["operations_per_second"] for each in pair]
        row["throttled"] = [each and each["throttled"] for each in pair]
        row["errors"] = [each and sum(each["errors"].values()) for each in pair]
        for percentile in ("p50", "p99", "p99.9"):
            row[percentile] = [each and latency(each, percentile) for each in pair]
        rows.append(row)
    return rows


def latency(measured: Document, name: str) -> float | None:
    """One number of an operation's latencies, in microseconds."""
    summary = measured["latency_microseconds"]
    return None if summary is None else summary[name]


def describe_loop(document: Document) -> str:
    """Say how the load was made."""
    workers = f"{document['workers']} worker{'s' if document['workers'] > 1 else ''}"
    if document["loop"] == "closed":
        return f"closed loop, {workers}, {document['seconds']:.1f} s"
    return f"open loop at {document['rate']:,.0f} requests/s, {workers}, {document['seconds']:.1f} s"


def span(microseconds: float | None) -> str:
    """Write a span of time in the unit that suits it.

    >>> span(3.25), span(1_500), span(None)
    ('3.25 us', '1.50 ms', '')
    """
    if microseconds is None:
        return ""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{_three_digits(microseconds / size)} {unit}"
    return f"{_three_digits(microseconds)} us"


def _three_digits(number: float) -> str:
    decimals = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{decimals}f}"


def _table(headings: tuple[str, ...]) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("operation", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _alarming(count: int, style: str) -> str:
    return f"[{style}]{count:,}[/]" if count else "0"


def _change(pair: list[float | None], write: Any, *, more_is_better: bool) -> str:
    before, after = pair
    if not before or not after:
        return "" if after is None else str(write(after))
    change = after / before - 1
    style = "dim"
    if abs(change) >= CHANGE_THAT_COUNTS:
        style = "green" if (change > 0) is more_is_better else "red"
    return f"{write(after)} [{style}]{change:+.0%}[/]"
