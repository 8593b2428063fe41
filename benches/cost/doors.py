"""What operations cost through a user's doors on tables of very different sizes, in one interleaved run."""

from __future__ import annotations

import pathlib
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from benches import cars
from benches.http import servers
from benches.http.requests import HEADERS, encode
from dynacore import Database

# Operations of one sample, each on other items.
OPERATIONS = 1_000
LOAD_SECONDS = 900
RECEIVED_BYTES = 1 << 16
UPDATE = {
    "UpdateExpression": "SET hwy = hwy + :one",
    "ConditionExpression": "attribute_exists(make) AND hwy >= :zero",
}
QUERY = "make = :make"

Call = Callable[[], object]


class Native:
    """dynacore's `Table`, and its client for transactions, by the processor's time of this thread."""

    name = "Python Table"

    def __init__(self, items: int) -> None:
        self.items = items
        self._database = Database()
        self._client = self._database.client()
        self._table = self._database.resource().create_table(**cars.CREATE_TABLE)
        with self._table.batch_writer() as batch:
            for number in range(items):
                batch.put_item(Item=cars.exact_item(number))
        self._calls = {name: self._prepared(name) for name in _OPERATIONS}

    def _prepared(self, name: str) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
        table, client = self._table, self._client
        calls: list[tuple[Callable[..., Any], dict[str, Any]]] = []
        for number in _numbers(name, self.items):
            if name == "put":
                calls.append((table.put_item, {"Item": cars.exact_item(number)}))
            elif name == "update":
                values = {":one": 1, ":zero": 0}
                request = {"Key": cars.plain_key(number), "ExpressionAttributeValues": values, **UPDATE}
                calls.append((table.update_item, request))
            elif name == "query of 10":
                values = {":make": cars.make(number)}
                request = {"KeyConditionExpression": QUERY, "ExpressionAttributeValues": values, "Limit": 10}
                calls.append((table.query, request))
            else:
                calls.append((client.transact_write_items, _request(name, number, self.items)))
        return calls

    def measure(self, name: str) -> dict[str, float]:
        """Nanoseconds of one of the operations, by what they were taken with."""
        calls = self._calls[name]
        begin = time.thread_time_ns()
        for call, request in calls:
            call(**request)
        return {self.name: (time.thread_time_ns() - begin) / len(calls)}

    def close(self) -> None:
        """Give the items back."""
        self._database.close()


class Http:
    """A server and one connection, by the processor's time of the server and by the client's clock."""

    name = "HTTP"

    def __init__(self, items: int) -> None:
        self._server = servers.dynacore_server()
        try:
            self._server.wait_until_ready()
            command = [sys.executable, "-m", "benches.http.requests", str(self._server.port), str(items)]
            subprocess.run(command, check=True, timeout=LOAD_SECONDS)
        except BaseException:
            self._server.stop()
            raise
        self._socket = socket.create_connection(("127.0.0.1", self._server.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = {
            name: [_http(target, _request(name, number, items)) for number in _numbers(name, items)]
            for name, target in _OPERATIONS.items()
        }

    def measure(self, name: str) -> dict[str, float]:
        """Nanoseconds of one of the operations, by what they were taken with."""
        requests = self._requests[name]
        begin, used = time.perf_counter_ns(), _processor_nanoseconds(self._server.process_id)
        for request in requests:
            self._socket.sendall(request)
            _receive(self._socket)
        waited = time.perf_counter_ns() - begin
        used = _processor_nanoseconds(self._server.process_id) - used
        return {
            f"{self.name}, the server": used / len(requests),
            f"{self.name}, seen by the client": waited / len(requests),
        }

    def close(self) -> None:
        """End the server."""
        self._socket.close()
        self._server.stop()


def measure(sizes: tuple[int, ...], rounds: int, tell: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Samples of every operation through every door; in each round the tables of a door take turns."""
    doors: list[list[tuple[int, Native | Http]]] = []
    try:
        for door in (Native, Http):
            doors.append([])
            for items in sizes:
                tell(f"{door.name}: a table of {items:,} items")
                doors[-1].append((items, door(items)))
        for number in range(-1, rounds):
            tell(f"doors, round {number + 1} of {rounds}")
            for name in _OPERATIONS:
                for tables in doors:
                    for turn in range(len(tables)):
                        items, table = tables[(turn + number) % len(tables)]
                        for door_name, nanoseconds in table.measure(name).items():
                            sample = {"door": door_name, "operation": name, "items": items, "ns": nanoseconds}
                            if number >= 0:
                                yield {**sample, "round": number}
    finally:
        for tables in doors:
            for _, table in tables:
                table.close()


# The operations, by the names that the engine's program gives them, with what the API calls them.
_OPERATIONS = {
    "put": "PutItem",
    "update": "UpdateItem",
    "query of 10": "Query",
    "transact, 2 items": "TransactWriteItems",
}


def _numbers(name: str, items: int) -> list[int]:
    """Items in no order, other ones for each operation and the same each time."""
    chosen = random.Random(name)
    return [chosen.randrange(items) for _ in range(OPERATIONS)]


def _request(name: str, number: int, items: int) -> dict[str, Any]:
    if name == "put":
        return {"TableName": cars.TABLE, "Item": cars.typed_item(number)}
    if name == "update":
        values = {":one": {"N": "1"}, ":zero": {"N": "0"}}
        key = cars.typed_key(number)
        return {"TableName": cars.TABLE, "Key": key, "ExpressionAttributeValues": values, **UPDATE}
    if name == "query of 10":
        values = {":make": {"S": cars.make(number)}}
        condition = {"KeyConditionExpression": QUERY, "ExpressionAttributeValues": values}
        return {"TableName": cars.TABLE, "Limit": 10, **condition}
    # A put and an update of two items that are far from each other.
    put = _request("put", number, items)
    update = _request("update", (number + items // 2) % items, items)
    return {"TransactItems": [{"Put": put}, {"Update": update}]}


def _http(target: str, body: dict[str, Any]) -> bytes:
    content = encode(body)
    headers = {**HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{target}", "Content-Length": str(len(content))}
    lines = ["POST / HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + content


def _receive(connection: socket.socket) -> None:
    """Read one answer whole; anything but success is an error."""
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += connection.recv(RECEIVED_BYTES)
    head = received[:end].lower()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(received.decode(errors="replace"))
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = end + 4 + length - len(received)
    while missing > 0:
        missing -= len(connection.recv(RECEIVED_BYTES))


def _processor_nanoseconds(pid: int) -> int:
    """What a process has used of the processor, more finely than in ticks."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)
