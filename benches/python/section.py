"""What is told of the comparison through Python."""

from __future__ import annotations

import statistics
from typing import Any

from benches.table import figure, markdown, ratio, spread

UNIT = "orjson.loads"
TABLE = "dynacore Table"
NATIVE_NUMBERS = "dynacore Table, native numbers"
LMDB = "LMDB writemap, no sync + orjson"
BOTO3, STUB = "dynacore through boto3", "boto3 with a stubbed answer"
# What a row is put beside: the store below it, or boto3 with nothing behind it.
_FLOORS = {TABLE: LMDB, NATIVE_NUMBERS: LMDB, BOTO3: STUB}


def series(result: dict[str, Any], items: int) -> dict[str, dict[str, list[float]]]:
    """Microseconds by operation and subject, in order of the rounds, of tables with so many items."""
    found: dict[str, dict[str, list[float]]] = {}
    for sample in result["samples"]:
        if sample["items"] == items:
            found.setdefault(sample["operation"], {}).setdefault(sample["subject"], []).append(sample["us"])
    return found


def sizes(result: dict[str, Any]) -> list[int]:
    """How many items there were in the tables."""
    return sorted({sample["items"] for sample in result["samples"]})


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    text = (
        "## Through Python\n\nMicroseconds of processor time an operation (an item for `batch_writer`), one "
        f"thread, {result['rounds']} rounds. The unit is one `orjson.loads` of each item concerned. Beside "
        "dynacore's table stands LMDB, and beside dynacore in boto3 stands boto3 with a stub that has the "
        "answers ready. Native numbers are ints and floats, as orjson gives them; others are Decimals.\n"
    )
    for items in sizes(result):
        for operation, subjects in series(result, items).items():
            text += f"\n**{operation}, {items:,} items**\n\n" + _table(subjects)
    return text


def _table(subjects: dict[str, list[float]]) -> str:
    rows = []
    for name, times in subjects.items():
        floor = subjects.get(_FLOORS.get(name, ""))
        table = subjects.get(TABLE)
        rows.append(
            [
                name,
                figure(statistics.median(times)),
                spread(times),
                f"{ratio(times, subjects[UNIT]):.2f}x",
                f"{ratio(times, floor):.2f}x" if floor else "",
                f"{ratio(times, table):.2f}x" if table else "",
            ]
        )
    headers = ["", "median us", "quartiles us", "to orjson.loads", "to LMDB or the stub", "to dynacore Table"]
    return markdown(headers, rows)


def short(result: dict[str, Any]) -> str:
    """The table of the README."""
    items = sizes(result)[0]
    found = series(result, items)
    rows = []
    for name in dict.fromkeys(name for times in found.values() for name in times):
        times = [subjects.get(name) for subjects in found.values()]
        rows.append([name, *(figure(statistics.median(each)) if each else "" for each in times)])
    return (
        f"Through Python, microseconds an operation (of an item for `batch_writer`), {items:,} items of 200 "
        "bytes, one thread:\n\n" + markdown(["", *found], rows)
    )
