"""What is compared: each subject holds the same cars and does the same operations in its own way.

A subject's method for an operation prepares everything that its user would have at hand (keys, items) and
gives back a function that carries out a known number of operations; only that function is timed.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import boto3
import lmdb
import orjson
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto import mock_aws

from benches import cars
from dynacore import Database

ITEMS = 10_000
BATCH = 25
LMDB_BYTES = 1 << 30

QUERY = "make = :make"
UPDATE = "SET hwy = hwy + :one"
CONDITION = "attribute_exists(make) AND hwy >= :zero"

Run = Callable[[], object]


class Subject:
    """Something that can be asked for cars. `share` says how much of the work of a round it is given."""

    name: str
    share = 1.0

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        """Be ready to be measured."""
        yield

    def close(self) -> None:
        """Give back what it holds."""


class Orjson(Subject):
    """The unit of the comparison: one parse of the item as plain JSON, and one serialisation."""

    name = "orjson.loads"

    def get_item(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def put_item(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def batch_writer(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def update_item(self, numbers: list[int]) -> Run:
        return self._loads(numbers)

    def query(self, numbers: list[int], limit: int) -> Run:
        return self._loads([_first(number) + offset for number in numbers for offset in range(limit)])

    def _loads(self, numbers: list[int]) -> Run:
        texts = [orjson.dumps(cars.plain_item(number)) for number in numbers]
        texts = [bytes(bytearray(text)) for text in texts]  # each without the slack that orjson leaves
        loads = orjson.loads

        def run() -> None:
            for text in texts:
                loads(text)

        return run


class Dumps(Subject):
    """`orjson.dumps` alone."""

    name = "orjson.dumps"

    def put_item(self, numbers: list[int]) -> Run:
        items = [cars.plain_item(number) for number in numbers]
        dumps = orjson.dumps

        def run() -> None:
            for item in items:
                dumps(item)

        return run

    batch_writer = put_item


class Dict(Subject):
    """A dict of dicts: no serialisation, no order, no copy."""

    name = "dict"

    def __init__(self) -> None:
        self._items = {self._key(number): cars.plain_item(number) for number in range(ITEMS)}

    @staticmethod
    def _key(number: int) -> tuple[str, int]:
        return (cars.make(number), number)

    def get_item(self, numbers: list[int]) -> Run:
        keys, items = [self._key(number) for number in numbers], self._items

        def run() -> None:
            for key in keys:
                items[key]

        return run

    def put_item(self, numbers: list[int]) -> Run:
        pairs = [(self._key(number), cars.plain_item(number)) for number in numbers]
        items = self._items

        def run() -> None:
            for key, item in pairs:
                items[key] = item

        return run

    batch_writer = put_item


class Lmdb(Subject):
    """LMDB with a writable map and no sync, JSON in it: a key-value store in a file's pages."""

    name = "LMDB writemap, no sync + orjson"

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="dynacore-bench-")
        self._environment = lmdb.open(
            self._folder, map_size=LMDB_BYTES, writemap=True, sync=False, metasync=False, lock=False
        )
        with self._environment.begin(write=True) as transaction:
            for number in range(ITEMS):
                transaction.put(self._key(number), orjson.dumps(cars.plain_item(number)))

    @staticmethod
    def _key(number: int) -> bytes:
        return f"{cars.make(number)}\0{number:010}".encode()

    def get_item(self, numbers: list[int]) -> Run:
        keys, begin, loads = [self._key(number) for number in numbers], self._environment.begin, orjson.loads

        def run() -> None:
            for key in keys:
                with begin(buffers=True) as transaction:
                    loads(transaction.get(key))

        return run

    def put_item(self, numbers: list[int]) -> Run:
        pairs = [(self._key(number), cars.plain_item(number)) for number in numbers]
        begin, dumps = self._environment.begin, orjson.dumps

        def run() -> None:
            for key, item in pairs:
                with begin(write=True) as transaction:
                    transaction.put(key, dumps(item))

        return run

    def batch_writer(self, numbers: list[int]) -> Run:
        pairs = [(self._key(number), cars.plain_item(number)) for number in numbers]
        begin, dumps = self._environment.begin, orjson.dumps

        def run() -> None:
            for start in range(0, len(pairs), BATCH):
                with begin(write=True) as transaction:
                    for key, item in pairs[start : start + BATCH]:
                        transaction.put(key, dumps(item))

        return run

    def query(self, numbers: list[int], limit: int) -> Run:
        firsts = [self._key(_first(number)) for number in numbers]
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
        self._connection.executemany(self._PUT, map(self._row, range(ITEMS)))

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


class Table(Subject):
    """What boto3's `Table` and dynacore's have in common."""

    def __init__(self, name: str, resource: Any, share: float = 1.0) -> None:
        self.name = name
        self.share = share
        self._table = resource.Table(cars.TABLE)

    def load(self, resource: Any) -> None:
        """Make the table and put the cars into it."""
        resource.create_table(**cars.CREATE_TABLE)
        with self._table.batch_writer() as batch:
            for number in range(ITEMS):
                batch.put_item(Item=cars.exact_item(number))

    def check(self) -> None:
        """Fail unless the answers are right."""
        number = ITEMS // 2
        assert self._table.get_item(Key=cars.plain_key(number))["Item"] == cars.exact_item(number)
        for limit in (10, 100):
            values = {":make": cars.make(number)}
            page = self._table.query(
                KeyConditionExpression=QUERY, ExpressionAttributeValues=values, Limit=limit
            )
            expected = [cars.exact_item(_first(number) + offset) for offset in range(limit)]
            assert page["Items"] == expected

    def get_item(self, numbers: list[int]) -> Run:
        keys, get_item = [cars.plain_key(number) for number in numbers], self._table.get_item

        def run() -> None:
            for key in keys:
                get_item(Key=key)

        return run

    def put_item(self, numbers: list[int]) -> Run:
        items, put_item = [cars.exact_item(number) for number in numbers], self._table.put_item

        def run() -> None:
            for item in items:
                put_item(Item=item)

        return run

    def update_item(self, numbers: list[int]) -> Run:
        keys, update_item = [cars.plain_key(number) for number in numbers], self._table.update_item

        def run() -> None:
            for key in keys:
                update_item(
                    Key=key,
                    UpdateExpression=UPDATE,
                    ConditionExpression=CONDITION,
                    ExpressionAttributeValues={":one": 1, ":zero": 0},
                )

        return run

    def batch_writer(self, numbers: list[int]) -> Run:
        items = [cars.exact_item(number) for number in numbers]

        def run() -> None:
            with self._table.batch_writer() as batch:
                for item in items:
                    batch.put_item(Item=item)

        return run

    def query(self, numbers: list[int], limit: int) -> Run:
        makes, query = [cars.make(number) for number in numbers], self._table.query

        def run() -> None:
            for make in makes:
                query(KeyConditionExpression=QUERY, ExpressionAttributeValues={":make": make}, Limit=limit)

        return run


class Client(Subject):
    """dynacore's client, whose values carry their types."""

    name = "dynacore client, typed values"

    def __init__(self, database: Database) -> None:
        self._client = database.client()

    def get_item(self, numbers: list[int]) -> Run:
        keys, get_item = [cars.typed_key(number) for number in numbers], self._client.get_item

        def run() -> None:
            for key in keys:
                get_item(TableName=cars.TABLE, Key=key)

        return run

    def put_item(self, numbers: list[int]) -> Run:
        items, put_item = [cars.typed_item(number) for number in numbers], self._client.put_item

        def run() -> None:
            for item in items:
                put_item(TableName=cars.TABLE, Item=item)

        return run

    def update_item(self, numbers: list[int]) -> Run:
        keys, update_item = [cars.typed_key(number) for number in numbers], self._client.update_item

        def run() -> None:
            for key in keys:
                update_item(
                    TableName=cars.TABLE,
                    Key=key,
                    UpdateExpression=UPDATE,
                    ConditionExpression=CONDITION,
                    ExpressionAttributeValues={":one": {"N": "1"}, ":zero": {"N": "0"}},
                )

        return run

    def query(self, numbers: list[int], limit: int) -> Run:
        values = [{":make": {"S": cars.make(number)}} for number in numbers]
        query = self._client.query

        def run() -> None:
            for value in values:
                query(
                    TableName=cars.TABLE,
                    KeyConditionExpression=QUERY,
                    ExpressionAttributeValues=value,
                    Limit=limit,
                )

        return run


def stubbed_boto3() -> Any:
    """A boto3 resource whose every request is answered with the same bytes: what boto3 costs by itself."""
    item = cars.typed_item(0)
    answers = {
        "GetItem": orjson.dumps({"Item": item}),
        "Query": {
            limit: orjson.dumps({"Items": [item] * limit, "Count": limit, "ScannedCount": limit})
            for limit in (10, 100)
        },
        "BatchWriteItem": b'{"UnprocessedItems":{}}',
    }

    def answer(request: Any, event_name: str, **_: Any) -> AWSResponse:
        body = answers.get(event_name.rpartition(".")[2], b"{}")
        if isinstance(body, dict):
            body = body[100 if b'"Limit": 100' in _bytes(request.body) else 10]
        return AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.0"}, _Raw(body))

    session = _session()
    session.events.register("before-send", answer)
    return session.resource("dynamodb", config=Config(retries={"total_max_attempts": 1}))


def in_process_boto3(database: Database) -> Any:
    """A boto3 resource that dynacore answers."""
    return database.boto3_session().resource("dynamodb", config=Config(retries={"total_max_attempts": 1}))


class Mocked(Table):
    """boto3 with moto behind it, which is only there while it is measured."""

    def __init__(self, name: str, share: float) -> None:
        self._mock = mock_aws()
        self._mock.start()
        resource = _session().resource("dynamodb")
        super().__init__(name, resource, share)
        self.load(resource)
        self.check()
        self._mock.stop(remove_data=False)

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        self._mock.start(reset=False)
        try:
            yield
        finally:
            self._mock.stop(remove_data=False)


def _session() -> Any:
    return boto3.session.Session("bench", "bench", region_name="us-east-1")


class _Raw:
    """The part of urllib3's response that botocore reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterable[bytes]:
        return [self._body]


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body)


def _first(number: int) -> int:
    """The first car of the maker of `number`."""
    return number - number % cars.CARS_PER_MAKER
