"""What answers as DynamoDB does: dynacore through its doors, a stub behind boto3, and moto."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import boto3
import orjson
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto import mock_aws

from benches import cars
from benches.python.subject import Run, Subject, first_of_maker
from dynacore import Database

QUERY = "make = :make"
UPDATE = "SET hwy = hwy + :one"
CONDITION = "attribute_exists(make) AND hwy >= :zero"


class Table(Subject):
    """What boto3's `Table` and dynacore's have in common."""

    def __init__(
        self,
        name: str,
        resource: Any,
        share: float = 1.0,
        item: Callable[[int], dict[str, Any]] = cars.exact_item,
    ) -> None:
        self.name = name
        self.share = share
        # A car as its user would have it.
        self._item = item
        self._table = resource.Table(cars.TABLE)

    def load(self, resource: Any) -> None:
        """Make the table and put the cars into it."""
        resource.create_table(**cars.CREATE_TABLE)
        with self._table.batch_writer() as batch:
            for number in range(self.items):
                batch.put_item(Item=cars.exact_item(number))

    def check(self) -> None:
        """Fail unless the answers are right."""
        number = self.items // 2
        assert self._table.get_item(Key=cars.plain_key(number))["Item"] == self._item(number)
        for limit in (10, 100):
            values = {":make": cars.make(number)}
            page = self._table.query(
                KeyConditionExpression=QUERY, ExpressionAttributeValues=values, Limit=limit
            )
            expected = [self._item(first_of_maker(number) + offset) for offset in range(limit)]
            assert page["Items"] == expected

    def get_item(self, numbers: list[int]) -> Run:
        keys, get_item = [cars.plain_key(number) for number in numbers], self._table.get_item

        def run() -> None:
            for key in keys:
                get_item(Key=key)

        return run

    def put_item(self, numbers: list[int]) -> Run:
        items, put_item = [self._item(number) for number in numbers], self._table.put_item

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
        items = [self._item(number) for number in numbers]

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
    """A boto3 resource whose every request is answered with bytes that are there: what boto3 costs by itself.

    A page has different cars, as a table's has: reading the same one again and again takes less.
    """
    items = [cars.typed_item(number) for number in range(100)]
    answers = {
        "GetItem": orjson.dumps({"Item": items[0]}),
        "Query": {
            limit: orjson.dumps({"Items": items[:limit], "Count": limit, "ScannedCount": limit})
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
