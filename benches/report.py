"""The results as Markdown: all of it in RESULTS.md, the tables that matter most in the README."""

from __future__ import annotations

import json
import pathlib
import statistics
from typing import Any

from benches import verdict
from benches.disk import section as disk
from benches.http import section as http
from benches.instructions import section as instructions
from benches.memory import section as memory
from benches.python import section as python
from benches.scan import section as scan
from benches.start import section as start
from benches.table import figure, markdown, ratio, spread

FOLDER = pathlib.Path(__file__).parent
RESULTS = FOLDER / ".results"
DOCUMENT = FOLDER / "RESULTS.md"
README = FOLDER.parent / "README.md"
# Changes with what the results hold.
FORMAT = 2
MARKERS = ("<!-- benchmarks -->", "<!-- /benchmarks -->")
PARTS = (
    "core",
    "streams",
    "cost",
    "scan",
    "instructions",
    "python",
    "triggers",
    "world",
    "http",
    "memory",
    "disk",
    "start",
)

# The README's tables are of these at least; what is missing stands in the first one as not measured.
_README_PARTS = {"python", "disk", "http", "start"}


def save(part: str, result: dict[str, Any], *, quick: bool = False) -> None:
    """Keep a part's result until the others are there; a quick one apart from those that count."""
    _folder(quick).mkdir(parents=True, exist_ok=True)
    (_folder(quick) / f"{part}.json").write_text(json.dumps({**result, "format": FORMAT}))


def _folder(quick: bool) -> pathlib.Path:
    return RESULTS / "quick" if quick else RESULTS


def write(*, quick: bool = False) -> str:
    """The text of RESULTS.md. It is written, and so are the README's tables, unless it was a quick run."""
    parts = {}
    for part in PARTS:
        path = _folder(quick) / f"{part}.json"
        result = json.loads(path.read_text()) if path.exists() else {}
        # Results of before a change of what is kept are as good as none.
        if result.get("format") == FORMAT:
            parts[part] = result
    sections = [_HEAD, verdict.table(parts)]
    for part, result in parts.items():
        sections.append(section(part, result))
    text = "\n".join(sections)
    if not quick:
        DOCUMENT.write_text(text)
        if parts.keys() >= _README_PARTS:
            _write_readme(parts)
    return text


def section(part: str, result: dict[str, Any]) -> str:
    """A part's section of RESULTS.md."""
    return _SECTIONS[part](result) + "\n" + _machine(result["machine"])


_HEAD = """# Results

Written by `make bench`. The item is a car of twelve attributes, 200 bytes as plain JSON; tables hold 10,000
of them unless said otherwise. Times are medians with quartiles. A ratio is the median over rounds of the
ratio within a round: subjects take turns in each round, so what the machine's mood did to one, it did to
the other.
"""


def _machine(machine: dict[str, Any]) -> str:
    before, after = machine["before"], machine["after"]
    return (
        f"Measured by `{machine['command']}` at {before['when']} on {before['cores']} cores of "
        f"{before['processor']}, {before['system']}, Python {before['python']}, commit {before['commit']}. "
        f"Load of the machine (1, 5, 15 minutes) {_load(before)} before and {_load(after)} after.\n"
    )


def _load(state: dict[str, Any]) -> str:
    return ", ".join(str(load) for load in state["load"])


def _core(result: dict[str, Any]) -> str:
    rows = [
        [f"`{row['name']}`", figure(statistics.median(row["times"])), spread(row["times"])]
        for row in result["rows"]
    ]
    return (
        "## The engine by itself\n\n"
        "No door: no Python, no socket. Numbers after a slash are items in the table.\n\n"
        + markdown(["bench", "median ns", "quartiles ns"], rows)
    )


def _cost(result: dict[str, Any]) -> str:
    found: dict[tuple[str, str], dict[int, list[float]]] = {}
    for sample in result["samples"]:
        series = found.setdefault((sample["door"], sample["operation"]), {})
        series.setdefault(sample["items"], []).append(sample["ns"])
    sizes = sorted({sample["items"] for sample in result["samples"]})
    rows = []
    for (door, operation), times in found.items():
        cells = [f"{figure(statistics.median(times[size]))} ({spread(times[size])})" for size in sizes]
        ratios = [f"{ratio(times[size], times[sizes[0]]):.2f}x" for size in sizes[1:]]
        rows.append([f"{door}: {operation}", *cells, *ratios])
    headers = [f"{size:,} items" for size in sizes]
    ratios = [f"{size:,} to {sizes[0]:,}" for size in sizes[1:]]
    return (
        "## What the size of a table costs\n\n"
        f"Median nanoseconds (quartiles) of an operation on items in no order, {result['rounds']} rounds of "
        f"{result['operations']:,} operations of the engine and {result['door_operations']:,} through each "
        "door; tables take turns in each round. Time is the processor's, but for what a client saw. The aim "
        "is at most twice from the smallest table to the largest: no work grows with the table but the depth "
        "of its tree, and what a processor's caches no longer hold. The floor is one read at an address that "
        "the read before it gave, among as many places of 256 bytes as the table has items.\n\n"
        + markdown(["", *headers, *ratios], rows)
    )


def _streams(result: dict[str, Any]) -> str:
    times = {row["name"].removeprefix("streams/"): row["times"] for row in result["rows"]}
    without = statistics.median(times["put_item/none"])
    rows = []
    for name, sample in times.items():
        median = statistics.median(sample)
        told = f"{median / without:.2f}x" if name.startswith("put_item") else f"{1e12 / median:,.0f} a second"
        rows.append([f"`{name}`", figure(median), spread(sample), told])
    return (
        "## Streams\n\n"
        "No door. A put changes an item, with a stream of this view or with none, while records of a day ago "
        "are removed; GetRecords reads 1,000 records of both images.\n\n"
        + markdown(["bench", "median ns", "quartiles ns", "to no stream; records"], rows)
    )


def _triggers(result: dict[str, Any]) -> str:
    late: list[float] = []
    rates: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    for sample in result["samples"]:
        if "a_second" in sample:
            rates.setdefault(sample["subject"], []).append(sample["a_second"])
        elif sample["subject"] == "latency":
            late += sample["us"]
        else:
            costs.setdefault(sample["subject"], []).append(sample["us"])
    points = statistics.quantiles(late, n=100)
    lateness = [[f"{point}th percentile", figure(points[point - 1])] for point in (50, 90, 99)]
    rate_rows = [[name, figure(statistics.median(of)), spread(of)] for name, of in rates.items()]
    plain = next(iter(costs.values()))
    cost_rows = [
        [name, figure(statistics.median(of)), spread(of), f"{ratio(of, plain):.2f}x"]
        for name, of in costs.items()
    ]
    return (
        "## Triggers\n\n"
        "In this process, on the system's clock, with a Python function that does nothing, "
        f"{result['rounds']} rounds of {result['changes']:,} changes. From the call of `put_item` to the "
        "first line of the function, one change at a time, microseconds:\n\n"
        + markdown(["", "us"], lateness)
        + "\nChanges a second of processor time that reach the function, all written before:\n\n"
        + markdown(["", "median", "quartiles"], rate_rows)
        + "\nMicroseconds of processor time of a `put_item`, with what its trigger does meanwhile:\n\n"
        + markdown(["", "median us", "quartiles us", "to no stream"], cost_rows)
    )


def _world(result: dict[str, Any]) -> str:
    puts: dict[str, list[float]] = {}
    works: dict[str, list[float]] = {}
    reads: list[float] = []
    for sample in result["samples"]:
        if "a_second" in sample:
            reads.append(sample["a_second"])
        else:
            puts.setdefault(sample["subject"], []).append(sample["put_us"])
            works.setdefault(sample["subject"], []).append(sample["all_us"])
    plain = next(iter(puts.values()))
    put_rows = [
        [name, figure(statistics.median(of)), spread(of), f"{ratio(of, plain):.2f}x"]
        for name, of in puts.items()
    ]
    write_rows = [
        [name, figure(1e6 / statistics.median(of)), spread([1e6 / us for us in of])]
        for name, of in works.items()
    ]
    return (
        "## A world of Regions\n\n"
        f"In this process, on a virtual clock, {result['rounds']} rounds of {result['changes']:,} puts "
        "through `Table`. Microseconds of processor time of a put itself, with what there is behind it:\n\n"
        + markdown(["", "median us", "quartiles us", "to no stream"], put_rows)
        + "\nPuts a second of processor time, until all Regions have them:\n\n"
        + markdown(["", "median", "quartiles"], write_rows)
        + "\nRecords a second of processor time through GetRecords, "
        f"1,000 a call: {figure(statistics.median(reads))} ({spread(reads)}).\n"
    )


_SECTIONS = {
    "core": _core,
    "streams": _streams,
    "cost": _cost,
    "scan": scan.section,
    "instructions": instructions.section,
    "python": python.section,
    "triggers": _triggers,
    "world": _world,
    "http": http.section,
    "memory": memory.section,
    "disk": disk.section,
    "start": start.section,
}


def _write_readme(parts: dict[str, dict[str, Any]]) -> None:
    text = README.read_text()
    if MARKERS[0] not in text:
        return
    before, _, rest = text.partition(MARKERS[0])
    after = rest.partition(MARKERS[1])[2] if MARKERS[1] in rest else rest
    tables = [verdict.table(parts)]
    for part, short in {"python": python.short, "http": http.short, "memory": memory.short}.items():
        if part in parts:
            tables.append(short(parts[part]))
    README.write_text(f"{before}{MARKERS[0]}\n\n{chr(10).join(tables)}\n{MARKERS[1]}{after}")
