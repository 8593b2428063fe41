"""From a change to the function that it calls: how late, how many a second, what writers pay."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import dynacore
from benches import cars

ROUNDS, QUICK_ROUNDS = 9, 2
CHANGES, QUICK_CHANGES = 20_000, 1_000
LATENCIES, QUICK_LATENCIES = 1_000, 100
BATCH_SIZES = (1, 100, 1_000)
# A change is measured when nothing else is under way.
PAUSE_SECONDS = 0.001
LIMIT_SECONDS = 120

# What a writer may have behind it.
WRITERS = ("no stream", "a stream", "a trigger")


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every subject in each round; JSON with a sample for each round."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    changes = QUICK_CHANGES if quick else CHANGES
    items = [cars.exact_item(number) | {"id": str(number)} for number in range(changes)]
    samples: list[dict[str, Any]] = []
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        count = QUICK_LATENCIES if quick else LATENCIES
        samples.append({"subject": "latency", "us": latencies(items[:count])})
        samples += [
            {"subject": f"batches of {size:,}", "a_second": throughput(items, size)} for size in BATCH_SIZES
        ]
        samples += [{"subject": f"put with {writer}", "us": put_cost(items, writer)} for writer in WRITERS]
    return {"rounds": rounds, "changes": changes, "samples": samples}


def make_table(db: dynacore.Database, *, streamed: bool = False) -> Any:
    """Make the table of all subjects: on demand, with a string key."""
    more = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return db.resource().create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **({"StreamSpecification": more} if streamed else {}),
    )


def latencies(items: list[dict[str, Any]]) -> list[float]:
    """Microseconds from the return of put_item to the first line of the function, one change at a time."""
    called = threading.Semaphore(0)
    times: list[float] = []
    with dynacore.Database() as db:
        table = make_table(db)

        def note(_: dict[str, Any]) -> None:
            times.append(time.perf_counter())
            called.release()

        db.on_change("cars", note)
        found = []
        for item in items:
            time.sleep(PAUSE_SECONDS)
            begun = time.perf_counter()
            table.put_item(Item=item)
            if not called.acquire(timeout=LIMIT_SECONDS):
                raise TimeoutError("a change called no function")
            found.append((times[-1] - begun) * 1e6)
        return found


def throughput(items: list[dict[str, Any]], batch_size: int) -> float:
    """Changes a second of processor time that reach a function, when all are there before it."""
    seen = 0
    done = threading.Event()
    with dynacore.Database() as db:
        table = make_table(db, streamed=True)
        for item in items:
            table.put_item(Item=item)

        lock = threading.Lock()

        def count(event: dict[str, Any]) -> None:
            nonlocal seen
            with lock:
                seen += len(event["Records"])
            if seen == len(items):
                done.set()

        begun = time.process_time()
        db.on_change("cars", count, batch_size=batch_size, starting_position="TRIM_HORIZON")
        if not done.wait(LIMIT_SECONDS):
            raise TimeoutError(f"{seen} of {len(items)} changes")
        return len(items) / (time.process_time() - begun)


def put_cost(items: list[dict[str, Any]], writer: str) -> float:
    """Microseconds of processor time of a put_item, with what its trigger does meanwhile on other threads."""
    with dynacore.Database() as db:
        table = make_table(db, streamed=writer == "a stream")
        if writer == "a trigger":
            db.on_change("cars", lambda _: None)
        begun = time.process_time()
        for item in items:
            table.put_item(Item=item)
        return (time.process_time() - begun) / len(items) * 1e6
