"""What a person reads after Parts 2 to 4."""

from __future__ import annotations

import statistics
from typing import Final

from rich.console import Console
from rich.table import Table

from dynacore._demo.failover import CHECK, TTL_SECONDS, Survived
from dynacore._demo.global_table import TABLE_NAME, Replicated
from dynacore._demo.lanes import clock_face
from dynacore._demo.places import ASSUMPTIONS, FRANKFURT, NAMES, VIRGINIA, short_name
from dynacore._demo.shop import CUT, Trade
from dynacore._demo.terminal_lanes import TerminalLanes
from dynacore._demo.users import AMERICA, EUROPE
from dynacore._replication import Comparison

HOW: Final = (
    "How: all Regions have all orders, but each Region's function counts only its own, and lowers only "
    "its own item of a product: no two Regions write one item, so no write replaces another's. It does "
    "so in one transaction with a mark on the order, so an order that is brought again after a failed "
    "call is not counted again; and on the condition that there is enough, so nothing is sold twice. "
    "The item 'shared' was lowered by all three Regions: of writes at about the same time the later "
    "replaced the others, and what they had taken out came back."
)
TEXTS: Final = frozenset(
    (
        *("", "in", "then in", "policy", EUROPE, AMERICA, "users of", "answered by"),
        *("Region", "pieces of", "from", "to"),
    )
)
"""Headings of columns that have words; the others have numbers."""


def print_global_table(replicated: Replicated, console: Console) -> None:
    """Print what each write took, how late it was seen, and the timeline."""
    console.print(
        f"{TABLE_NAME}, key ID, was made in {NAMES[VIRGINIA]} in {replicated.created_seconds:.1f} s; "
        f"its replica in {NAMES[FRANKFURT]} was ACTIVE {replicated.replica_seconds:.1f} s after it was asked "
        "for.\n"
    )
    table = _table(
        "Writes, and when the other Region showed them", ("", "in", "request", "then in", "lag", "reads")
    )
    for step in replicated.steps:
        found = "there" if step.is_there else "gone"
        table.add_row(
            step.what,
            short_name(step.region),
            _milliseconds(step.request_seconds),
            f"{short_name(step.seen_in)}: {found}",
            f"[bold]{step.lag_seconds:.3f} s[/]",
            str(step.reads),
        )
    console.print(table)
    metric = ", ".join(
        f"to {NAMES[region]} {seconds:.3f} s" for region, seconds in replicated.latency_metric.items()
    )
    console.print(f"CloudWatch's ReplicationLatency, on average: {metric}.")
    items = "; ".join(f"{NAMES[region]} {keys}" for region, keys in replicated.items.items())
    console.print(f"IDs at the end: {items}.\n")
    console.print(TerminalLanes(replicated.lanes()))
    console.print()
    console.print(ASSUMPTIONS, style="dim")


def print_failover(survived: Survived, console: Console) -> None:
    """Print the routes, what happened, what users saw, what became of their writes, and the timeline."""
    console.print(_routes(survived))
    console.print(
        f"Health checks ask every {CHECK.interval:g} s and believe {CHECK.threshold} equal answers; users "
        f"keep an answer of the router for {TTL_SECONDS:g} s. The users below are routed by geolocation.\n"
    )
    console.print(_moments(survived))
    console.print()
    console.print(_phases(survived))
    console.print(
        f"A client has one endpoint: botocore retries 9 times there, for some 26 s, and then raises "
        f"EndpointConnectionError. A user of Europe was without an answer for "
        f"{survived.longest_silence_seconds:.0f} s at most.\n"
    )
    console.print(_writes(survived))
    console.print(
        "Of two writes of a cart the later stays: what Frankfurt had not sent when it failed does not undo "
        "what its users wrote in Virginia meanwhile.\n"
    )
    console.print(TerminalLanes(survived.lanes()))


def _routes(survived: Survived) -> Table:
    table = _table("Who is routed where", ("policy", EUROPE, AMERICA))
    for policy, homes in survived.routes.items():
        cells = [
            before_name if before_name == failed_name else f"{before_name}, then {failed_name}"
            for before_name, failed_name in (
                (_name(before), _name(failed)) for before, failed in (homes[EUROPE], homes[AMERICA])
            )
        ]
        table.add_row(policy, *cells)
    return table


def _moments(survived: Survived) -> Table:
    moments = survived.moments
    table = _table("What happened", ("since start", "", "after"))
    failed, recovered = moments.failed, moments.recovered
    rows = (
        (failed, "Frankfurt fails", None),
        (moments.first_error, "the first request is given up", failed),
        (moments.noticed, "health checks call Frankfurt unhealthy", failed),
        (moments.moved, "the last user of Europe is answered by Virginia", failed),
        (recovered, "Frankfurt recovers", None),
        (moments.converged, "both have all that was written before", recovered),
        (moments.believed, "health checks call Frankfurt healthy", recovered),
        (moments.returned, "the last user of Europe is back in Frankfurt", recovered),
    )
    for at, what, since in rows:
        style = "bold" if since is None else ""
        table.add_row(clock_face(at), what, "" if since is None else f"{at - since:.1f} s", style=style)
    return table


def _phases(survived: Survived) -> Table:
    headings = ("users of", "answered by", "calls", "median", "slowest", "refused", "errors")
    table = _table("What users saw", headings)
    for phase in survived.phases:
        median = phase.median_seconds
        table.add_row(
            f"{phase.home}, {phase.name}",
            ", ".join(_name(region) for region in phase.regions),
            f"{len(phase.requests):,}",
            "" if median is None else _milliseconds(median),
            _milliseconds(phase.slowest_seconds),
            f"{phase.refused:,}",
            f"{phase.errors:,}",
        )
    return table


def _writes(survived: Survived) -> Table:
    table = _table("What became of the writes", ("", "number"))
    rows = (
        ("visits that were acknowledged", survived.visits),
        ("of them not yet in Virginia when Frankfurt failed", survived.unsent),
        ("reads in Virginia that missed the user's own last write", survived.stale_reads),
        ("items that differed when Frankfurt recovered", _differing(survived.at_recovery)),
        ("items that differ at the end", _differing(survived.at_end)),
        ("acknowledged writes that were lost", survived.lost),
    )
    for what, number in rows:
        table.add_row(what, f"{number:,}")
    return table


def print_shop(trade: Trade, console: Console) -> None:
    """Print what was ordered and shipped, how the stock was kept, the lags, and the timeline."""
    console.print(_branches(trade))
    console.print()
    console.print(_products(trade))
    is_right = all(product.left == product.at_start - product.shipped for product in trade.products)
    verb = "equals" if is_right else "does not equal"
    console.print(f"Stock at the end {verb} stock at the start less what was shipped. {HOW}\n")
    console.print(_lags(trade))
    console.print(
        f"Between Mumbai and Ireland nothing passed from {CUT[0]:g} to {CUT[1]:g} s; both took orders "
        f"meanwhile. At the end {_equality(trade)}.\n"
    )
    console.print(TerminalLanes(trade.lanes()))


def _branches(trade: Trade) -> Table:
    table = _table("Orders", ("Region", "orders", "request", "calls", "failed", "brought again"))
    for branch in trade.branches:
        table.add_row(
            NAMES[branch.region],
            f"{len(branch.taken_at):,}",
            _milliseconds(branch.request_seconds),
            f"{branch.calls:,}",
            f"{branch.failed_calls:,}",
            f"{branch.repeated:,}",
        )
    return table


def _products(trade: Trade) -> Table:
    headings = ("pieces of", "at start", "ordered", "shipped", "back order", "left", "'shared' says")
    table = _table("Stock", headings)
    for product in trade.products:
        is_wrong = product.shared_left != product.left
        table.add_row(
            product.name,
            f"{product.at_start:,}",
            f"{product.ordered:,}",
            f"{product.shipped:,}",
            f"{product.ordered - product.shipped:,}",
            f"[bold green]{product.left:,}[/]",
            f"[{'red' if is_wrong else 'green'}]{product.shared_left:,}[/]",
        )
    return table


def _lags(trade: Trade) -> Table:
    table = _table(
        "From an order to its arrival elsewhere", ("from", "to", "orders", "least", "median", "most")
    )
    for lag in trade.lags:
        numbers = (min(lag.seconds), statistics.median(lag.seconds), max(lag.seconds))
        cells = (f"{seconds:.3f} s" for seconds in numbers)
        table.add_row(short_name(lag.region), short_name(lag.seen_in), f"{len(lag.seconds):,}", *cells)
    return table


def _equality(trade: Trade) -> str:
    differing = sum(_differing(one) for found in trade.comparisons.values() for one in found)
    items = " and ".join(f"{found[0].equal:,} items of {table}" for table, found in trade.comparisons.items())
    return f"all three have the same {items}" if not differing else f"{differing:,} items differ"


def _differing(comparison: Comparison) -> int:
    return sum(comparison) - comparison.equal


def _name(region: str | None) -> str:
    return "nowhere" if region is None else short_name(region)


def _milliseconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _table(title: str, headings: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        # What does not fit goes on below: an ellipsis would be no ASCII.
        table.add_column(heading, justify="left" if heading in TEXTS else "right", overflow="fold")
    return table
