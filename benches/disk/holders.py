"""What keeps cars on the disk: each takes puts from several threads."""

from __future__ import annotations

import pathlib
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Literal, Protocol

import orjson
import rocksdict

from benches import cars
from benches.disk.section import ROCKSDICT
from dynacore import Database

Put = Callable[[int], object]


class Holder(Protocol):
    """A durable table of cars."""

    def putter(self) -> Put:
        """A function for one thread that puts the car of a number, and returns when that is acknowledged."""

    def close(self) -> None:
        """End it."""


class Dynacore:
    """The native table. Values become Python's only when they are read, as with any resource of boto3."""

    def __init__(self, path: pathlib.Path, sync: Literal["commit", "interval", "never"]) -> None:
        self._database = Database(path, sync=sync)
        self._table = self._database.resource().Table(cars.TABLE)
        client = self._database.client()
        if cars.TABLE not in client.list_tables()["TableNames"]:
            client.create_table(**cars.CREATE_TABLE)

    def putter(self) -> Put:
        put_item, exact_item = self._table.put_item, cars.exact_item
        items = [exact_item(number) for number in range(512)]

        def put(number: int) -> None:
            item = items[number % 512]
            item["make"], item["id"] = f"maker-{number // 100:05}", number
            put_item(Item=item)

        return put

    def get(self, number: int) -> object:
        """One car."""
        return self._table.get_item(Key=cars.plain_key(number))["Item"]

    def close(self) -> None:
        """End it."""
        self._database.close()


class Sqlite:
    """A table of SQLite with the keys as its primary key and the car as JSON.

    A connection for each thread.
    """

    def __init__(self, path: pathlib.Path, synchronous: Literal["FULL", "NORMAL"]) -> None:
        path.mkdir()
        self._path, self._synchronous = path / "cars.sqlite", synchronous
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._connect().execute(
            "CREATE TABLE cars (make TEXT, id INTEGER, item BLOB, PRIMARY KEY (make, id)) WITHOUT ROWID"
        )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=60, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        with self._lock:
            self._connections.append(connection)
        return connection

    def putter(self) -> Put:
        execute, dumps = self._connect().execute, orjson.dumps
        items = [cars.plain_item(number) for number in range(512)]

        def put(number: int) -> None:
            item = items[number % 512]
            make = f"maker-{number // 100:05}"
            item["make"], item["id"] = make, number
            execute("INSERT OR REPLACE INTO cars VALUES (?, ?, ?)", (make, number, dumps(item)))

        return put

    def close(self) -> None:
        """End it."""
        for connection in self._connections:
            connection.close()


class Rocks:
    """RocksDB, whose log is written and not synced: its default. A car as JSON in each value."""

    def __init__(self, path: pathlib.Path) -> None:
        self._store = rocksdict.Rdict(str(path), rocksdict.Options(raw_mode=True))

    def putter(self) -> Put:
        put_bytes, dumps = self._store.put, orjson.dumps
        items = [cars.plain_item(number) for number in range(512)]

        def put(number: int) -> None:
            item = items[number % 512]
            make = f"maker-{number // 100:05}"
            item["make"], item["id"] = make, number
            put_bytes(f"{make}\0{number:010}".encode(), dumps(item))

        return put

    def close(self) -> None:
        """End it."""
        self._store.close()


HOLDERS: dict[str, Callable[[pathlib.Path], Any]] = {
    "SQLite WAL FULL": lambda path: Sqlite(path, "FULL"),
    "dynacore commit": lambda path: Dynacore(path, "commit"),
    "SQLite WAL NORMAL": lambda path: Sqlite(path, "NORMAL"),
    ROCKSDICT: Rocks,
    "dynacore interval": lambda path: Dynacore(path, "interval"),
    "dynacore never": lambda path: Dynacore(path, "never"),
}
