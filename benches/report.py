"""The results as Markdown: all of it in RESULTS.md, the tables that matter most in the README."""

from __future__ import annotations

import json
import pathlib
import statistics
from typing import Any

from benches.http import section as http
from benches.instructions import section as instructions
from benches.start import section as start
from benches.table import figure, markdown, ratio, spread

FOLDER = pathlib.Path(__file__).parent
RESULTS = FOLDER / ".results"
DOCUMENT = FOLDER / "RESULTS.md"
README = FOLDER.parent / "README.md"
MARKERS = ("<!-- benchmarks -->", "<!-- /benchmarks -->")
PARTS = (
    "core",
    "streams",
    "cost",
    "instructions",
    "python",
    "triggers",
    "world",
    "http",
    "memory",
    "disk",
    "start",
)

UNIT = "orjson.loads"
NATIVE = "dynacore Table"
LMDB = "LMDB writemap, no sync + orjson"


def save(part: str, result: dict[str, Any]) -> None:
    """Keep a part's result until the others are there."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{part}.json").write_text(json.dumps(result))


def write() -> str:
    """Write RESULTS.md, and the README's tables if it has a place for them; the text of RESULTS.md."""
    parts = {}
    for part in PARTS:
        path = RESULTS / f"{part}.json"
        if path.exists():
            parts[part] = json.loads(path.read_text())
    sections = [_HEAD]
    for part, result in parts.items():
        sections.append(section(part, result))
    text = "\n".join(sections)
    DOCUMENT.write_text(text)
    if {"python", "http", "memory"} <= parts.keys():
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


def _python_series(result: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    for sample in result["samples"]:
        found.setdefault(sample["operation"], {}).setdefault(sample["subject"], []).append(sample["us"])
    return found


def _python(result: dict[str, Any]) -> str:
    text = (
        "## Through Python\n\nMicroseconds of processor time an operation (an item for `batch_writer`), one "
        f"thread, {result['rounds']} rounds. The unit is one `orjson.loads` of each item concerned.\n"
    )
    for operation, subjects in _python_series(result).items():
        unit, native = subjects[UNIT], subjects.get(NATIVE)
        rows = [
            [
                name,
                figure(statistics.median(times)),
                spread(times),
                f"{ratio(times, unit):.2f}x",
                f"{ratio(times, native):.2f}x" if native else "",
            ]
            for name, times in subjects.items()
        ]
        headers = ["", "median us", "quartiles us", "to orjson.loads", "to dynacore Table"]
        text += f"\n**{operation}**\n\n" + markdown(headers, rows)
    return text


def _memory(result: dict[str, Any]) -> str:
    encoded = result["item_bytes"]
    text = (
        f"## Memory\n\n{result['items']:,} items of {encoded / result['items']:.0f} encoded bytes "
        f"({encoded / 1e6:.0f} MB; their keys have {result['key_bytes'] / 1e6:.0f} MB). "
        "Growth of the resident set of a fresh process.\n\n"
    )
    rows = [
        [
            row["name"],
            f"{row['resident_bytes'] / 1e6:.0f}",
            f"{row['resident_bytes'] / result['items']:.0f}",
            f"{row['resident_bytes'] / encoded:.2f}x",
            f"{row['cpu_seconds']:.2f}" if "cpu_seconds" in row else "",
        ]
        for row in result["rows"]
    ]
    text += markdown(["", "MB", "bytes an item", "to encoded bytes", "CPU s to load"], rows)
    for name, reason in result["missing"].items():
        text += f"\nMissing: {name} ({reason}).\n"
    return text


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


# What a row is compared with: the same promise of SQLite's.
_PROMISES = {
    "dynacore commit": "SQLite WAL FULL",
    "dynacore interval": "SQLite WAL NORMAL",
    "dynacore never": "SQLite WAL NORMAL",
}


def _disk(result: dict[str, Any]) -> str:
    text = (
        "## Durable puts through Python\n\nMicroseconds of wall time a put. FULL and commit: durable when "
        "acknowledged. NORMAL and interval: a crash of the machine may lose the last ones.\n"
    )
    found: dict[str, dict[str, list[float]]] = {}
    for sample in result["samples"]:
        found.setdefault(sample["what"], {}).setdefault(sample["name"], []).append(sample["us"])
    for what, names in found.items():
        rows = []
        for name, times in names.items():
            rival = _PROMISES.get(name)
            faster = f"{ratio(names[rival], times):.2f}x {rival}" if rival else ""
            rows.append([name, figure(statistics.median(times)), spread(times), faster])
        text += f"\n**{what}**\n\n" + markdown(["", "median us", "quartiles us", "speed"], rows)
    reopen = result["reopen"]
    seconds = ", ".join(f"{second:.2f}" for second in reopen["seconds"])
    return text + (
        f"\nA database of {reopen['items']:,} items, {reopen['bytes'] / 1e6:.0f} MB on disk, answers "
        f"{seconds} s after it begins to be opened.\n"
    )


_SECTIONS = {
    "core": _core,
    "streams": _streams,
    "cost": _cost,
    "instructions": instructions.section,
    "python": _python,
    "triggers": _triggers,
    "world": _world,
    "http": http.section,
    "memory": _memory,
    "disk": _disk,
    "start": start.section,
}


def _write_readme(parts: dict[str, dict[str, Any]]) -> None:
    text = README.read_text()
    if MARKERS[0] not in text:
        return
    before, _, rest = text.partition(MARKERS[0])
    after = rest.partition(MARKERS[1])[2] if MARKERS[1] in rest else rest
    tables = "\n".join(
        [_short_python(parts["python"]), http.short(parts["http"]), _short_memory(parts["memory"])]
    )
    README.write_text(f"{before}{MARKERS[0]}\n\n{tables}\n{MARKERS[1]}{after}")


def _short_python(result: dict[str, Any]) -> str:
    found = _python_series(result)
    operations = list(found)
    subjects = dict.fromkeys(name for times in found.values() for name in times)
    rows = []
    for name in subjects:
        cells = []
        for operation in operations:
            times = found[operation].get(name)
            cells.append(f"{figure(statistics.median(times))}" if times else "")
        rows.append([name, *cells])
    return (
        "Through Python, microseconds an operation (of an item for `batch_writer`), 10,000 items of 200 "
        "bytes, one thread:\n\n" + markdown(["", *operations], rows)
    )


def _short_memory(result: dict[str, Any]) -> str:
    rows = [
        [
            row["name"],
            f"{row['resident_bytes'] / 1e6:.0f}",
            f"{row['resident_bytes'] / result['item_bytes']:.2f}x",
        ]
        for row in result["rows"]
    ]
    return f"Memory for {result['items']:,} items:\n\n" + markdown(["", "MB", "to encoded bytes"], rows)
