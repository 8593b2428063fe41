"""Loads cars into one holder in a fresh process and prints what they cost.

`python -m benches.memory.holders NAME COUNT`
"""

from __future__ import annotations

import gc
import json
import os
import pathlib
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

import orjson

import dynacore
from benches import cars

PAGE = os.sysconf("SC_PAGE_SIZE")


def _resident_bytes() -> int:
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * PAGE


def _dynacore(count: int) -> Any:
    database = dynacore.Database()
    table = database.resource().create_table(**cars.CREATE_TABLE)
    with table.batch_writer() as batch:
        for number in range(count):
            batch.put_item(Item=cars.exact_item(number))
    return database


def _dict_of_json(count: int) -> Any:
    # `bytes` of orjson keep the slack of its buffer, so they are copied.
    return {
        (cars.make(number), number): bytes(bytearray(orjson.dumps(cars.plain_item(number))))
        for number in range(count)
    }


def _dict_of_dicts(count: int) -> Any:
    return {(cars.make(number), number): cars.plain_item(number) for number in range(count)}


def _sqlite(count: int) -> Any:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(
        "CREATE TABLE cars (make TEXT, id INTEGER, item BLOB, PRIMARY KEY (make, id)) WITHOUT ROWID"
    )
    rows = ((cars.make(number), number, orjson.dumps(cars.plain_item(number))) for number in range(count))
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO cars VALUES (?, ?, ?)", rows)
    connection.execute("COMMIT")
    return connection


HOLDERS: dict[str, Callable[[int], Any]] = {
    "dynacore, batch_writer": _dynacore,
    "dict of JSON bytes": _dict_of_json,
    "dict of dicts": _dict_of_dicts,
    "SQLite in memory + orjson": _sqlite,
}


def _main(name: str, count: int) -> None:
    HOLDERS[name](100)  # what is imported and made once is not an item's cost
    gc.collect()
    before, begin = _resident_bytes(), time.process_time()
    held = HOLDERS[name](count)
    seconds = time.process_time() - begin
    gc.collect()
    print(json.dumps({"resident_bytes": _resident_bytes() - before, "cpu_seconds": seconds}))
    del held


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
