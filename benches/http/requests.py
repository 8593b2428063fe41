"""The requests: what each operation sends, and the loading of the table."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TypedDict

from benches import cars

ITEMS = 10_000
BATCH = 25
TRANSACTION = 4
# Bodies a generator cycles through.
BODIES = 2_000
BATCH_BODIES = 200
TRANSACTION_BODIES = 500
# What a page of a Scan holds at the least: 1 MB of items as DynamoDB counts them, smaller than their JSON.
SCAN_PAGE_ITEMS_MIN = 4_000
# What takes longer is not measured: sixteen at a time would outlast a round, and be in the way of the next.
ANSWER_SECONDS_MAX = 1.0
# With these words a server says that it has no such operation.
UNKNOWN_OPERATION = "UnknownOperationException"

# Some servers refuse a request without a signature, though none of them checks it.
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=bench/20250101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + "0" * 64,
    "X-Amz-Date": "20250101T000000Z",
}


Bodies = Callable[[int], Iterator[dict[str, Any]]]


class Operation:
    """An operation under load: its name in the table, its target and its bodies."""

    def __init__(self, name: str, target: str, bodies: Bodies) -> None:
        self.name = name
        self.target = f"DynamoDB_20120810.{target}"
        self._bodies = bodies

    def bodies(self, items: int = ITEMS) -> list[bytes]:
        """The bodies, as an SDK would write them, for a table of so many items."""
        return [encode(body) for body in self._bodies(items)]


def encode(body: dict[str, Any]) -> bytes:
    """JSON as botocore writes it."""
    return json.dumps(body).encode()


def _get_item(items: int) -> Iterator[dict[str, Any]]:
    for number in cars.spread(min(BODIES, items), items):
        yield {"TableName": cars.TABLE, "Key": cars.typed_key(number)}


def _put_item(items: int) -> Iterator[dict[str, Any]]:
    for number in cars.spread(min(BODIES, items), items):
        yield {"TableName": cars.TABLE, "Item": cars.typed_item(number)}


def _update_item(items: int) -> Iterator[dict[str, Any]]:
    for number in cars.spread(min(BODIES, items), items):
        yield {
            "TableName": cars.TABLE,
            "Key": cars.typed_key(number),
            "UpdateExpression": "SET hwy = hwy + :one",
            "ConditionExpression": "attribute_exists(make) AND hwy >= :zero",
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":zero": {"N": "0"}},
        }


def _query(limit: int) -> Bodies:
    def bodies(items: int) -> Iterator[dict[str, Any]]:
        for number in cars.spread(min(BODIES, items), items):
            yield {
                "TableName": cars.TABLE,
                "KeyConditionExpression": "make = :make",
                "ExpressionAttributeValues": {":make": {"S": cars.make(number)}},
                "Limit": limit,
            }

    return bodies


def _batch(numbers: list[int]) -> dict[str, Any]:
    puts = [{"PutRequest": {"Item": cars.typed_item(number)}} for number in numbers]
    return {"RequestItems": {cars.TABLE: puts}}


def _batch_write_item(items: int) -> Iterator[dict[str, Any]]:
    numbers = cars.spread(min(BATCH_BODIES * BATCH, items), items)
    for start in range(0, len(numbers), BATCH):
        yield _batch(numbers[start : start + BATCH])


def _transact_write_items(items: int) -> Iterator[dict[str, Any]]:
    # Without a token, which would make the second sending of a body a repetition that does nothing.
    numbers = cars.spread(min(TRANSACTION_BODIES * TRANSACTION, items), items)
    for start in range(0, len(numbers), TRANSACTION):
        puts = [
            {"Put": {"TableName": cars.TABLE, "Item": cars.typed_item(number)}}
            for number in numbers[start : start + TRANSACTION]
        ]
        yield {"TransactItems": puts}


def _scan(_: int) -> Iterator[dict[str, Any]]:
    # From the start, and as far as a page goes: 1 MB.
    yield {"TableName": cars.TABLE}


OPERATIONS = [
    Operation("GetItem", "GetItem", _get_item),
    Operation("PutItem", "PutItem", _put_item),
    Operation("UpdateItem, condition", "UpdateItem", _update_item),
    Operation("Query 10", "Query", _query(10)),
    Operation("Query 100", "Query", _query(100)),
    Operation("BatchWriteItem 25", "BatchWriteItem", _batch_write_item),
    Operation("TransactWriteItems 4", "TransactWriteItems", _transact_write_items),
    Operation("Scan 1 MB", "Scan", _scan),
]


class RefusedError(Exception):
    """A server answered with an error; the text is its answer."""


class Connection:
    """One client that asks and waits for the answer."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, target: str, body: bytes) -> bytes:
        """Send a request; anything but success is an error."""
        self._connection.request("POST", "/", body, {**HEADERS, "X-Amz-Target": target})
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RefusedError(f"{target}: {response.status} {answer[:300]!r}")
        return answer

    def call(self, target: str, body: bytes) -> dict[str, Any]:
        """Send a request; its answer, parsed."""
        return json.loads(self.ask(target, body))


def load(port: int, items: int) -> None:
    """Make the table and put the cars into it."""
    connection = Connection(port)
    connection.call("DynamoDB_20120810.CreateTable", encode(cars.CREATE_TABLE))
    for start in range(0, items, BATCH):
        body = encode(_batch(list(range(start, min(items, start + BATCH)))))
        answer = connection.call("DynamoDB_20120810.BatchWriteItem", body)
        if answer.get("UnprocessedItems"):
            raise RuntimeError("BatchWriteItem left items out")


class Checked(TypedDict):
    """What a server can do: the bytes of each operation's answer, and why an operation is not measured."""

    answer_bytes: dict[str, int]
    left_out: dict[str, str]


def check(port: int) -> Checked:
    """Look whether each operation answers as it should."""
    connection = Connection(port)
    answers: dict[str, dict[str, Any]] = {}
    checked: Checked = {"answer_bytes": {}, "left_out": {}}
    for operation in OPERATIONS:
        body = operation.bodies()[0]
        began = time.perf_counter()
        try:
            text = connection.ask(operation.target, body)
        except RefusedError as error:
            if UNKNOWN_OPERATION not in str(error):
                raise
            checked["left_out"][operation.name] = "it has none"
            continue
        if (seconds := time.perf_counter() - began) > ANSWER_SECONDS_MAX:
            checked["left_out"][operation.name] = f"one alone takes {seconds:.1f} s"
        answers[operation.name], checked["answer_bytes"][operation.name] = json.loads(text), len(text)
    number = cars.spread(BODIES, ITEMS)[0]
    assert answers["GetItem"]["Item"] == cars.typed_item(number), "GetItem answers with the car"
    for limit in (10, 100):
        assert answers[f"Query {limit}"]["Count"] == limit, f"Query {limit} finds as many"
    page = answers["Scan 1 MB"]
    assert "LastEvaluatedKey" in page, "the table is larger than a page"
    assert page["Count"] == len(page["Items"]) >= SCAN_PAGE_ITEMS_MIN, "the page is full"
    return checked


if __name__ == "__main__":
    # In a process of its own where the server is in a network of its own.
    load(int(sys.argv[1]), int(sys.argv[2]))
    if int(sys.argv[2]) >= ITEMS and sys.argv[3:] == ["check"]:
        print(json.dumps(check(int(sys.argv[1]))))
