"""Loads cars into one holder in a fresh process and prints what they cost.

`python -m benches.memory.holders memory NAME COUNT` prints the growth of the resident set; each car is made
when it is its turn. `... load NAME COUNT` prints the seconds it takes; all cars are made before its clock
starts.
"""

from __future__ import annotations

import gc
import json
import os
import pathlib
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson

import dynacore
from benches import cars

PAGE = os.sysconf("SC_PAGE_SIZE")


def _resident_bytes() -> int:
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * PAGE


Cars = Iterable[dict[str, Any]]


def _dynacore(items: Cars) -> Any:
    database = dynacore.Database()
    table = database.resource().create_table(**cars.CREATE_TABLE)
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)
    return database


def _dict_of_json(items: Cars) -> Any:
    # `bytes` of orjson keep the slack of its buffer, so they are copied.
    return {(item["make"], item["id"]): bytes(bytearray(orjson.dumps(item))) for item in items}


def _dict_of_dicts(items: Cars) -> Any:
    return {(item["make"], item["id"]): item for item in items}


def _sqlite(items: Cars) -> Any:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(
        "CREATE TABLE cars (make TEXT, id INTEGER, item BLOB, PRIMARY KEY (make, id)) WITHOUT ROWID"
    )
    rows = ((item["make"], item["id"], orjson.dumps(item)) for item in items)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO cars VALUES (?, ?, ?)", rows)
    connection.execute("COMMIT")
    return connection


DYNACORE = "dynacore, batch_writer"
HOLDERS: dict[str, Callable[[Cars], Any]] = {
    DYNACORE: _dynacore,
    "dict of JSON bytes": _dict_of_json,
    "dict of dicts": _dict_of_dicts,
    "SQLite in memory + orjson": _sqlite,
}
# What its users have at hand: a fraction is a Decimal for dynacore.
_MAKERS = {DYNACORE: cars.exact_item}


def _memory(name: str, count: int) -> dict[str, float]:
    hold, make = HOLDERS[name], _MAKERS.get(name, cars.plain_item)
    hold(map(make, range(100)))  # what is imported and made once is not an item's cost
    gc.collect()
    before = _resident_bytes()
    held = hold(map(make, range(count)))
    gc.collect()
    resident = _resident_bytes() - before
    del held
    return {"resident_bytes": resident}


def _load(name: str, count: int) -> dict[str, float]:
    hold, make = HOLDERS[name], _MAKERS.get(name, cars.plain_item)
    hold(map(make, range(100)))
    items = [make(number) for number in range(count)]
    gc.collect()
    begin, used = time.perf_counter(), time.process_time()
    held = hold(items)
    loaded = {"seconds": time.perf_counter() - begin, "cpu_seconds": time.process_time() - used}
    del held
    return loaded


if __name__ == "__main__":
    measure = {"memory": _memory, "load": _load}[sys.argv[1]]
    print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
