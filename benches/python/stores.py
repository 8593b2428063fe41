"""Stores of keys and bytes, with a car as JSON in each value."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile

import lmdb
import orjson
import rocksdict

from benches import cars
from benches.python.subject import BATCH, Run, Subject, first_of_maker

LMDB_BYTES = 1 << 30
LOAD_BATCH = 1_000


def key(number: int) -> bytes:
    """A car's key, in an order as DynamoDB's: by maker, and of one maker by number."""
    return f"{cars.make(number)}\0{number:010}".encode()


class Lmdb(Subject):
    """LMDB with a writable map and no sync, JSON in it: a key-value store in a file's pages."""

    name = "LMDB writemap, no sync + orjson"

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="dynacore-bench-")
        self._environment = lmdb.open(
            self._folder, map_size=LMDB_BYTES, writemap=True, sync=False, metasync=False, lock=False
        )
        with self._environment.begin(write=True) as transaction:
            for number in range(self.items):
                transaction.put(key(number), orjson.dumps(cars.plain_item(number)))

    def get_item(self, numbers: list[int]) -> Run:
        keys, begin, loads = [key(number) for number in numbers], self._environment.begin, orjson.loads

        def run() -> None:
            for key in keys:
                with begin(buffers=True) as transaction:
                    loads(transaction.get(key))

        return run

    def put_item(self, numbers: list[int]) -> Run:
        pairs = [(key(number), cars.plain_item(number)) for number in numbers]
        begin, dumps = self._environment.begin, orjson.dumps

        def run() -> None:
            for key, item in pairs:
                with begin(write=True) as transaction:
                    transaction.put(key, dumps(item))

        return run

    def batch_writer(self, numbers: list[int]) -> Run:
        pairs = [(key(number), cars.plain_item(number)) for number in numbers]
        begin, dumps = self._environment.begin, orjson.dumps

        def run() -> None:
            for start in range(0, len(pairs), BATCH):
                with begin(write=True) as transaction:
                    for key, item in pairs[start : start + BATCH]:
                        transaction.put(key, dumps(item))

        return run

    def query(self, numbers: list[int], limit: int) -> Run:
        firsts = [key(first_of_maker(number)) for number in numbers]
        begin, loads = self._environment.begin, orjson.loads

        def run() -> None:
            for first in firsts:
                items = []
                with begin(buffers=True) as transaction:
                    cursor = transaction.cursor()
                    cursor.set_range(first)
                    for value in cursor.iternext(keys=False):
                        items.append(loads(value))
                        if len(items) == limit:
                            break

        return run

    def close(self) -> None:
        self._environment.close()
        shutil.rmtree(self._folder)


class Sqlite(Subject):
    """SQLite in memory with JSON in a column."""

    name = "SQLite in memory + orjson"

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.execute(
            "CREATE TABLE cars (make TEXT, id INTEGER, item BLOB, PRIMARY KEY (make, id)) WITHOUT ROWID"
        )
        self._connection.executemany(self._PUT, map(self._row, range(self.items)))

    _PUT = "INSERT OR REPLACE INTO cars VALUES (?, ?, ?)"
    _GET = "SELECT item FROM cars WHERE make = ? AND id = ?"
    _QUERY = "SELECT item FROM cars WHERE make = ? ORDER BY id LIMIT ?"

    @staticmethod
    def _row(number: int) -> tuple[str, int, bytes]:
        return (cars.make(number), number, orjson.dumps(cars.plain_item(number)))

    def get_item(self, numbers: list[int]) -> Run:
        keys = [(cars.make(number), number) for number in numbers]
        execute, loads = self._connection.execute, orjson.loads

        def run() -> None:
            for key in keys:
                loads(execute(self._GET, key).fetchone()[0])

        return run

    def put_item(self, numbers: list[int]) -> Run:
        items = [(cars.make(number), number, cars.plain_item(number)) for number in numbers]
        execute, dumps = self._connection.execute, orjson.dumps

        def run() -> None:
            for make, identifier, item in items:
                execute(self._PUT, (make, identifier, dumps(item)))

        return run

    def batch_writer(self, numbers: list[int]) -> Run:
        items = [(cars.make(number), number, cars.plain_item(number)) for number in numbers]
        connection, dumps = self._connection, orjson.dumps

        def run() -> None:
            for start in range(0, len(items), BATCH):
                batch = items[start : start + BATCH]
                connection.execute("BEGIN")
                connection.executemany(
                    self._PUT, [(make, number, dumps(item)) for make, number, item in batch]
                )
                connection.execute("COMMIT")

        return run

    def query(self, numbers: list[int], limit: int) -> Run:
        makes, execute, loads = (
            [cars.make(number) for number in numbers],
            self._connection.execute,
            orjson.loads,
        )

        def run() -> None:
            for make in makes:
                for (item,) in execute(self._QUERY, (make, limit)):
                    loads(item)

        return run

    def close(self) -> None:
        self._connection.close()


class Rocks(Subject):
    """RocksDB, whose log is written and not synced: its default."""

    name = "rocksdict, log without fsync + orjson"

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="dynacore-bench-")
        self._store = rocksdict.Rdict(self._folder, rocksdict.Options(raw_mode=True))
        for start in range(0, self.items, LOAD_BATCH):
            batch = rocksdict.WriteBatch(raw_mode=True)
            for number in range(start, min(start + LOAD_BATCH, self.items)):
                batch.put(key(number), orjson.dumps(cars.plain_item(number)))
            self._store.write(batch)

    def get_item(self, numbers: list[int]) -> Run:
        keys, get, loads = [key(number) for number in numbers], self._store.get, orjson.loads

        def run() -> None:
            for key in keys:
                loads(get(key))

        return run

    def put_item(self, numbers: list[int]) -> Run:
        pairs = [(key(number), cars.plain_item(number)) for number in numbers]
        put, dumps = self._store.put, orjson.dumps

        def run() -> None:
            for key, item in pairs:
                put(key, dumps(item))

        return run

    def batch_writer(self, numbers: list[int]) -> Run:
        pairs = [(key(number), cars.plain_item(number)) for number in numbers]
        write, dumps = self._store.write, orjson.dumps

        def run() -> None:
            for start in range(0, len(pairs), BATCH):
                batch = rocksdict.WriteBatch(raw_mode=True)
                for key, item in pairs[start : start + BATCH]:
                    batch.put(key, dumps(item))
                write(batch)

        return run

    def query(self, numbers: list[int], limit: int) -> Run:
        firsts = [key(first_of_maker(number)) for number in numbers]
        store, loads = self._store, orjson.loads

        def run() -> None:
            for first in firsts:
                cursor = store.iter()
                cursor.seek(first)
                items = []
                while len(items) < limit and cursor.valid():
                    items.append(loads(cursor.value()))
                    cursor.next()

        return run

    def close(self) -> None:
        self._store.close()
        shutil.rmtree(self._folder)
