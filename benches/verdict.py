"""What must hold, and whether it does: a line for each promise, judged by the results alone.

The promises are about medians on one machine, in one run: ratios are those of subjects that took turns in the
same rounds, and the spread is that of the rounds.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any, NamedTuple

from benches.disk import section as disk
from benches.http import section as http
from benches.http.comparison import OWN
from benches.python import section as python
from benches.start import section as start
from benches.table import figure, quotients, spread

# How many times the rate of the best rival.
RATES = {
    "GetItem": 3.5,
    "PutItem": 3.5,
    "UpdateItem, condition": 5.0,
    "Query 10": 3.5,
    "Query 100": 7.0,
    "BatchWriteItem 25": 8.0,
    "TransactWriteItems 4": 10.0,
    "Scan 1 MB": 7.0,
}
# How many times the processor time of the floor.
COSTS = {"GetItem": 2.0, "PutItem": 2.5}
PYTHON_ITEMS = (10_000, 1_000_000)
MEMORY_ITEMS = 1_000_000

Parts = dict[str, dict[str, Any]]


class Line(NamedTuple):
    """A promise and what was measured of it: nothing, where that was not."""

    what: str
    limit: float
    unit: str
    samples: list[float]
    # Whether the measured must not be above the limit; otherwise not below it.
    is_most: bool = True
    note: str = ""

    def cells(self) -> list[str]:
        """The line as a row of the table."""
        target = f"{'at most' if self.is_most else 'at least'} {_plain(self.limit)}{self.unit}"
        if not self.samples:
            return [self.what, target, "", "not measured"]
        median = statistics.median(self.samples)
        spreads = f" ({spread(self.samples)})" if len(self.samples) > 1 else ""
        measured = f"{figure(median)}{self.unit}{spreads}{self.note}"
        # How far from the limit on the wrong side, as a part of the limit.
        excess = (median - self.limit) / self.limit * (1 if self.is_most else -1)
        verdict = f"**missed** by {_percent(excess)}" if excess > 0 else f"met, {_percent(-excess)} to spare"
        return [self.what, target, measured, verdict]


def table(parts: Parts) -> str:
    """All promises as Markdown."""
    rows = [line.cells() for line in lines(parts)]
    met = sum(row[3].startswith("met") for row in rows)
    measured = sum(row[3] != "not measured" for row in rows)
    text = (
        f"What dynacore is held to, and what was measured (quartiles): {met} of {measured} lines are met.\n"
        '`numbers="native"` gives ints and floats, as orjson does, and other rows Decimals.\n\n'
    )
    # Words in every column but the third are read, not compared.
    head = "| line | target | measured | |\n| --- | --- | ---: | --- |\n"
    return text + head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def lines(parts: Parts) -> Iterator[Line]:
    """Every promise, in the order in which it is told."""
    yield from _python(parts.get("python", {"samples": []}))
    yield from _disk(parts.get("disk", {"samples": []}))
    yield _boto3(parts.get("python", {"samples": []}))
    yield from _http(parts.get("http", {"samples": [], "answer_bytes": {}}))
    yield from _memory(parts.get("memory", {"items": 0, "rows": []}))
    yield from _start(parts.get("start", {"samples": {}, "sizes": {}}))


def _python(result: dict[str, Any]) -> Iterator[Line]:
    for items in PYTHON_ITEMS:
        found = python.series(result, items)

        def times(operation: str, subject: str, found: Any = found) -> list[float]:
            return found.get(operation, {}).get(subject, [])

        for subject, numbers in ((python.TABLE, ""), (python.NATIVE_NUMBERS, ', `numbers="native"`')):
            where = f"{items:,} items{numbers}"
            for operation, name in (
                ("get_item", "`Table.get_item` to LMDB get + `orjson.loads`"),
                ("put_item", "`put_item` to `orjson.dumps` + LMDB put"),
                ("query 100", "a query of 100 to an LMDB cursor + `orjson.loads` of each"),
            ):
                ratios = quotients(times(operation, subject), times(operation, python.LMDB))
                yield Line(f"{name}, {where}", 1.0, "x", ratios)
            loads = quotients(times("get_item", subject), times("get_item", python.UNIT))
            yield Line(f"`Table.get_item` to `orjson.loads`, {where}", 3.5, "x", loads)
            writes = times("batch_writer", subject)
            yield Line(f"`batch_writer`, an item, {where}", 1.2, " us", writes)


def _disk(result: dict[str, Any]) -> Iterator[Line]:
    found = disk.series(result).get("1 writer", {})
    for sync in ("never", "interval"):
        ratios = quotients(found.get(f"dynacore {sync}", []), found.get(disk.ROCKSDICT, []))
        yield Line(f'a put with `sync="{sync}"` to rocksdict, log without fsync', 1.0, "x", ratios)


def _boto3(result: dict[str, Any]) -> Line:
    """The operation at which boto3 in process is furthest from boto3 with a stub."""
    worst: tuple[list[float], str] = ([], "")
    for operation, subjects in python.series(result, PYTHON_ITEMS[0]).items():
        ratios = quotients(subjects.get(python.BOTO3, []), subjects.get(python.STUB, []))
        if ratios and (not worst[0] or statistics.median(ratios) > statistics.median(worst[0])):
            worst = (ratios, f", the most: {operation}")
    return Line("boto3 in process to boto3 with a stubbed answer", 1.08, "x", worst[0], note=worst[1])


def _http(result: dict[str, Any]) -> Iterator[Line]:
    for operation, limit in RATES.items():
        found = {server: http.to_best_rival(result, operation, server) for server in OWN}
        ratios, server = _least(found)
        note = f", {server} to {http.best_rival(result, operation)}" if ratios else ""
        yield Line(f"HTTP, {operation}: rate to the best rival", limit, "x", ratios, is_most=False, note=note)
    for operation, limit in COSTS.items():
        found = {server: http.to_floor(result, operation, server) for server in OWN}
        costs, server = _least({name: [-cost for cost in costs] for name, costs in found.items()})
        note = f", {server}" if costs else ""
        costs = [-cost for cost in costs]
        yield Line(f"HTTP, {operation}: server CPU to the fixed reply", limit, "x", costs, note=note)


def _least(found: dict[str, list[float]]) -> tuple[list[float], str]:
    """The samples with the least median, and whose they are: of two doors, the worse is judged."""
    measured = [(statistics.median(samples), name) for name, samples in found.items() if samples]
    if not measured:
        return [], ""
    name = min(measured)[1]
    return found[name], name


def _memory(result: dict[str, Any]) -> Iterator[Line]:
    own = [row for row in result["rows"] if row["name"].startswith("dynacore")]
    resident: list[float] = []
    seconds: list[float] = []
    note = ""
    if result["items"] == MEMORY_ITEMS and own:
        most = max(own, key=lambda row: row["resident_bytes"])
        resident, note = [most["resident_bytes"] / 1e6], f", the most: {most['name']}"
        seconds = next((row["seconds"] for row in own if row.get("seconds")), [])
    yield Line(f"{MEMORY_ITEMS:,} items, resident", 300.0, " MB", resident, note=note)
    yield Line(f"{MEMORY_ITEMS:,} items, loaded through `batch_writer`", 2.0, " s", seconds)


def _start(result: dict[str, Any]) -> Iterator[Line]:
    samples = result["samples"]
    wheel = [result["sizes"]["wheel"] / 1e6] if result["sizes"] else []
    imports = start.import_ms(result) if samples else []
    yield Line("`dynacore serve` in memory, first answer", 80.0, " ms", samples.get("dynacore serve", []))
    yield Line("`dynacore-server`, first answer", 20.0, " ms", samples.get("dynacore-server", []))
    yield Line("`import dynacore` without boto3", 30.0, " ms", imports)
    yield Line("a new `Database()`", 50.0, " us", samples.get("Database()", []))
    yield Line("the wheel", 8.0, " MB", wheel)


def _plain(number: float) -> str:
    return f"{number:g}"


def _percent(part: float) -> str:
    return f"{part * 100:.1f} %" if part < 0.1 else f"{part * 100:.0f} %"
