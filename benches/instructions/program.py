"""What runs under callgrind: each operation n times and then 2n times, with a mark before and after.

A mark is a call of `getppid`, at which callgrind writes what it has counted since the last one (its option
`--dump-before`). Prints the operations and which dumps are theirs.

`python -m benches.instructions.program`
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from benches import cars
from benches.http import requests
from dynacore import Database, VirtualClock, _core

ITEMS = 1_000
# What is repeated: as many different items, in no order.
DIFFERENT = 250
BATCH = 25

Run = Callable[[int], object]


class Marks:
    """Counts the marks, as callgrind numbers its dumps."""

    def __init__(self) -> None:
        self._made = 0

    def count(self, run: Run, operations: int) -> int:
        """Let something run between two marks; the number of the dump with what it took."""
        os.getppid()
        run(operations)
        os.getppid()
        self._made += 2
        return self._made


def main() -> None:
    """Make a database, carry everything out and tell where it was counted."""
    # On a clock that stands still: nothing is due, no bucket is filled up, no minute ends.
    database = Database(clock=VirtualClock(), seed=1)
    resource = database.resource()
    resource.create_table(**cars.CREATE_TABLE)
    with resource.Table(cars.TABLE).batch_writer() as batch:
        for number in range(ITEMS):
            batch.put_item(Item=cars.exact_item(number))
    marks, counted = Marks(), {}
    gc.disable()
    # The server comes after what needs none: its threads look at the time now and then.
    for door in (lambda: _through_python(resource), lambda: _through_http(_served(database))):
        for name, (run, operations) in door().items():
            # What happens the first time only is no operation's cost.
            run(operations)
            counted[name] = [[marks.count(run, times), times] for times in (operations, 2 * operations)]
    print("COUNTED " + json.dumps(counted), flush=True)
    # Without an end of Python, which takes as long as a start. callgrind writes its last dump all the same.
    os._exit(0)


def _cycle(things: list[Any], length: int) -> Iterable[Any]:
    return itertools.islice(itertools.cycle(things), length)


def _through_python(resource: Any) -> dict[str, tuple[Run, int]]:
    table = resource.Table(cars.TABLE)
    numbers = cars.spread(DIFFERENT, ITEMS)
    keys = [cars.plain_key(number) for number in numbers]
    items = [cars.exact_item(number) for number in numbers]
    one = {":one": 1, ":zero": 0}

    def get_item(times: int) -> None:
        for key in _cycle(keys, times):
            table.get_item(Key=key)

    def put_item(times: int) -> None:
        for item in _cycle(items, times):
            table.put_item(Item=item)

    def update_item(times: int) -> None:
        for key in _cycle(keys, times):
            table.update_item(
                Key=key,
                UpdateExpression="SET hwy = hwy + :one",
                ConditionExpression="attribute_exists(make) AND hwy >= :zero",
                ExpressionAttributeValues=one,
            )

    def query(times: int) -> None:
        for key in _cycle(keys, times):
            table.query(
                KeyConditionExpression="make = :make",
                ExpressionAttributeValues={":make": key["make"]},
                Limit=10,
            )

    def batch_writer(times: int) -> None:
        with table.batch_writer() as batch:
            for item in _cycle(items, times * BATCH):
                batch.put_item(Item=item)

    return {
        "Python: get_item": (get_item, DIFFERENT),
        "Python: put_item": (put_item, DIFFERENT),
        "Python: update_item, condition": (update_item, DIFFERENT),
        "Python: query 10": (query, DIFFERENT),
        "Python: batch_writer 25": (batch_writer, 2 * DIFFERENT // BATCH),
    }


def _served(database: Database) -> int:
    """Serve it from this process; the port."""
    ready: list[int] = []
    is_ready = threading.Event()

    def announce(_: str, port: int) -> None:
        ready.append(port)
        is_ready.set()

    serve = threading.Thread(target=_core.serve, args=(database._core, "127.0.0.1", 0, announce), daemon=True)
    serve.start()
    is_ready.wait()
    return ready[0]


def _through_http(port: int) -> dict[str, tuple[Run, int]]:
    return {
        f"HTTP: {operation.name}": (_asking(operation, port), DIFFERENT)
        for operation in requests.OPERATIONS
        if operation.name in ("GetItem", "PutItem", "Query 10")
    }


def _asking(operation: requests.Operation, port: int) -> Run:
    """Ask over one connection, which is made when it is first used: a server closes one that says nothing."""
    headers = {"Host": f"127.0.0.1:{port}", **requests.HEADERS, "X-Amz-Target": operation.target}
    bodies = operation.bodies(ITEMS)[:DIFFERENT]
    messages = []
    for body in bodies:
        lines = [f"{name}: {value}" for name, value in {**headers, "Content-Length": len(body)}.items()]
        messages.append("\r\n".join(["POST / HTTP/1.1", *lines, "", ""]).encode() + body)
    open_connections: list[tuple[socket.socket, Iterator[bytes]]] = []

    def run(times: int) -> None:
        if not open_connections:
            made = socket.create_connection(("127.0.0.1", port))
            open_connections.append((made, _answers(made)))
        connection, answers = open_connections[0]
        for message in _cycle(messages, times):
            connection.sendall(message)
            assert next(answers).startswith(b"HTTP/1.1 200 OK\r\n"), "each request is carried out"

    return run


def _answers(connection: socket.socket) -> Iterator[bytes]:
    """What comes over a connection, an answer at a time."""
    received = b""
    while True:
        head, found, body = received.partition(b"\r\n\r\n")
        if found:
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            if len(body) >= length:
                received = body[length:]
                yield head + found + body[:length]
                continue
        more = connection.recv(1 << 16)
        assert more, "the server closes no connection"
        received += more


if __name__ == "__main__":
    main()
