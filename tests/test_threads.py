"""Threads that share databases, tables and the objects they write, on any build of Python.

On a free-threaded one they run at the same time, without an interpreter lock: `make free-threaded`.
"""

import gc
import os
import random
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

import dynacore

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))

THREADS = 8


def run(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Let threads work at the same time; what they return, or the first exception."""
    start = threading.Barrier(threads)

    def begin(number: int) -> Any:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return [each.result() for each in [pool.submit(begin, number) for number in range(threads)]]


@contextmanager
def meanwhile(*work: Callable[[], Any]) -> Iterator[None]:
    """Let threads do something again and again inside the block."""
    ended = threading.Event()

    def repeat(each: Callable[[], Any]) -> None:
        while not ended.is_set():
            each()

    with ThreadPoolExecutor(len(work)) as pool:
        running = [pool.submit(repeat, each) for each in work]
        try:
            yield
        finally:
            ended.set()
        for each in running:
            each.result()


def collect() -> None:
    """Stop all threads for a moment, as a collection does without an interpreter lock."""
    gc.collect()
    time.sleep(0.1)


def create(database: dynacore.Database, name: str, **more: Any) -> Any:
    """Make a table of laps by driver; numbers are `int` in what it answers."""
    return database.resource(numbers="native").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "driver", "KeyType": "HASH"},
            {"AttributeName": "lap", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "driver", "AttributeType": "S"},
            {"AttributeName": "lap", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def lap(driver: str, number: int) -> dict[str, Any]:
    return {
        "driver": driver,
        "lap": number,
        "seconds": 90 + number / 8,
        "flags": {"green", "yellow"} if number % 2 else {"green"},
        "tyres": {"kind": "soft", "age": number, "sets": [number, "used", None, True]},
        "team": "red" if number % 3 else "silver",
        "raw": bytes([number % 256]) * 3,
    }


@pytest.mark.skipif(not FREE_THREADED, reason="this Python is not free-threaded")
def test_the_interpreter_lock_stays_off():
    assert not sys._is_gil_enabled()
    code = "import sys, dynacore; dynacore.Database().client().list_tables(); print(sys._is_gil_enabled())"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    command = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("False\n", "")


def test_no_update_of_a_shared_counter_is_lost():
    steps = 40
    with dynacore.Database() as database:
        table = create(database, "laps")
        key = {"driver": "all", "lap": 0}
        table.put_item(Item={**key, "added": 0, "set": 0})
        refused = database.client().exceptions.ConditionalCheckFailedException

        def count(_number: int) -> int:
            lost = 0
            for _ in range(steps):
                table.update_item(
                    Key=key, UpdateExpression="ADD added :one", ExpressionAttributeValues={":one": 1}
                )
                while True:
                    known = table.get_item(Key=key, ConsistentRead=True)["Item"]["set"]
                    try:
                        table.update_item(
                            Key=key,
                            UpdateExpression="SET #s = :new",
                            ConditionExpression="#s = :old",
                            ExpressionAttributeNames={"#s": "set"},
                            ExpressionAttributeValues={":old": known, ":new": known + 1},
                        )
                        break
                    except refused:
                        lost += 1
            return lost

        with meanwhile(collect):
            run(count)
        item = table.get_item(Key=key)["Item"]
        assert (item["added"], item["set"]) == (THREADS * steps, THREADS * steps)


@pytest.mark.parametrize("shared", [True, False], ids=["one table", "a table each"])
def test_each_thread_reads_what_it_wrote(shared):
    with dynacore.Database() as database:
        tables = [create(database, f"laps-{number}") for number in range(1 if shared else THREADS)]

        def drive(number: int) -> int:
            # A table is made by whoever uses it, or shared.
            table = tables[number % len(tables)]
            chance = random.Random(number)
            driver, mine = f"driver {number}", {}
            for step in range(40):
                written = lap(driver, chance.randrange(30))
                table.put_item(Item=written)
                mine[written["lap"]] = written
                key = {"driver": driver, "lap": chance.choice(list(mine))}
                assert table.get_item(Key=key)["Item"] == mine[key["lap"]]
                answer = table.update_item(
                    Key=key,
                    UpdateExpression="SET team = :team",
                    ExpressionAttributeValues={":team": f"team {step}"},
                    ReturnValues="ALL_NEW",
                )
                mine[key["lap"]] = {**mine[key["lap"]], "team": f"team {step}"}
                assert answer["Attributes"] == mine[key["lap"]]
                if step % 8 == 0:
                    table.delete_item(Key=key)
                    del mine[key["lap"]]
                if step % 10 == 0:
                    with table.batch_writer() as batch:
                        for other in range(100, 130):
                            batch.put_item(Item=lap(driver, other))
                    mine |= {other: lap(driver, other) for other in range(100, 130)}
                found = table.query(
                    KeyConditionExpression="driver = :driver",
                    ExpressionAttributeValues={":driver": driver},
                )["Items"]
                assert found == [mine[number] for number in sorted(mine)]
            scanned = [item for item in table.scan()["Items"] if item["driver"] == driver]
            assert sorted(scanned, key=lambda item: item["lap"]) == found
            return len(mine)

        written = run(drive)
        assert sum(table.scan(Select="COUNT")["Count"] for table in tables) == sum(written)


def test_a_dictionary_that_others_change_is_written_as_it_was_at_a_moment():
    item: dict[str, Any] = {"driver": "a", "lap": 1, "first": 0, "second": 0}
    steps = iter(range(1, 1 << 60))

    def change() -> None:
        step = next(steps)
        item["first"] = step
        item[f"more {step % 50}"] = step
        item["second"] = step
        item.pop(f"more {(step + 25) % 50}", None)

    with dynacore.Database() as database:
        table = create(database, "laps")
        seen = set()
        with meanwhile(change):
            while len(seen) < 10:
                table.put_item(Item=item)
                written = table.get_item(Key={"driver": "a", "lap": 1})["Item"]
                assert written["first"] - written["second"] in (0, 1)
                seen.add(written["first"])


@pytest.mark.parametrize("typed", [False, True], ids=["plain", "typed"])
def test_what_others_change_deep_inside_an_item_is_written_or_refused(typed):
    """Never does anything else come of it: no panic, and no text that was not there."""

    def wrap(kind: str, value: Any) -> Any:
        return {kind: value} if typed else value

    deep = {str(number): wrap("S", "deep") for number in range(5)}
    elements = [wrap("S", "element")] * 5
    raw = bytearray(b"raw")
    flags = {"green", "yellow"}
    scalar = {"S": "scalar"}
    item = {
        "driver": wrap("S", "a"),
        "lap": wrap("N", "1") if typed else 1,
        "deep": wrap("M", deep),
        "elements": wrap("L", elements),
        "raw": wrap("B", raw),
        "flags": wrap("SS", list(flags)) if typed else flags,
        "scalar": scalar if typed else "scalar",
    }

    def change_dictionaries() -> None:
        deep["more"] = wrap("S", "deep")
        scalar["N"] = "1"
        deep.pop("more", None)
        scalar.pop("N", None)

    def change_others() -> None:
        elements.append(wrap("S", "element"))
        raw.extend(b"raw" * 20)
        flags.add("red")
        elements.pop()
        del raw[3:]
        flags.discard("red")

    with dynacore.Database() as database:
        table = create(database, "laps")
        client = database.client() if typed else table.meta.client
        written, refusals = 0, set()
        with meanwhile(change_dictionaries, change_others):
            while written < 200:
                try:
                    client.put_item(TableName="laps", Item=item)
                except (RuntimeError, dynacore.exceptions.ClientError) as error:
                    refusals.add(str(error))
                    continue
                written += 1
                read = table.get_item(Key={"driver": "a", "lap": 1})["Item"]
                assert set(read["deep"].values()) == {"deep"}
                assert set(read["elements"]) == {"element"}
                assert read["raw"] == b"raw" * (len(read["raw"]) // 3)
                assert read["flags"] <= {"green", "yellow", "red"}
        # A set is read as Python's loops read it, and a typed value may have two types at a moment.
        known = ("Set changed size during iteration", "more than one datatypes set")
        assert all(any(text in refusal for text in known) for refusal in refusals)


def test_databases_come_and_go():
    def live(number: int) -> int:
        for life in range(6):
            database = dynacore.Database(seed=number)
            table = create(database, "laps")
            table.put_item(Item=lap("a", life))
            fork = database.fork()
            table.delete_item(Key={"driver": "a", "lap": life})
            found = fork.resource().Table("laps").get_item(Key={"driver": "a", "lap": life})
            assert found["Item"]["lap"] == Decimal(life)
            assert table.scan(Select="COUNT")["Count"] == 0
            del database, table, fork
        return life

    with meanwhile(collect):
        run(live)


def test_more_threads_than_there_are_cores_and_shelves():
    with dynacore.Database() as database:
        table = create(database, "laps")

        def drive(number: int) -> None:
            for step in range(5):
                table.put_item(Item=lap(str(number), step))
                assert table.get_item(Key={"driver": str(number), "lap": step})["Item"] == lap(
                    str(number), step
                )

        run(drive, threads=80)
        run(drive, threads=80)


class Place:
    """A bucket and a Kinesis stream that are Python objects."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.records = 0

    def list(self, prefix: str) -> Any:
        return [key for key in self.objects if key.startswith(prefix)]

    def get(self, key: str) -> bytes:
        return self.objects[key]

    def put(self, key: str, body: bytes) -> None:
        self.objects[key] = body

    def put_records(self, *, Records: Any, StreamARN: str) -> None:
        self.records += len(Records)


def test_functions_sinks_and_buckets_are_called_while_other_threads_call():
    """None of them is called with a lock that another thread waits for while it has the interpreter's."""
    clock, place, called = dynacore.VirtualClock(), Place(), []
    with dynacore.Database(clock=clock) as database:
        table = create(
            database, "laps", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        )
        client = database.client()
        arn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
        database.kinesis_stream(arn, place)
        database._core.add_bucket("laps", place)
        client.enable_kinesis_streaming_destination(TableName="laps", StreamArn=arn)
        client.update_continuous_backups(
            TableName="laps", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        table_arn = client.describe_table(TableName="laps")["Table"]["TableArn"]

        def follow(event: Any) -> None:
            called.extend(event["Records"])
            table.get_item(Key={"driver": "a", "lap": len(called)})

        database.on_change("laps", follow, batch_size=10)
        clock.advance(1)

        def pass_time() -> None:
            clock.advance(0.5)

        def export() -> None:
            client.export_table_to_point_in_time(TableArn=table_arn, S3Bucket="laps")

        def drive(number: int) -> None:
            for step in range(40):
                table.put_item(Item=lap(str(number), step))
                if step % 10 == 0:
                    export()

        with meanwhile(pass_time, collect):
            run(drive, threads=4)
        clock.advance(10)
    assert len(called) == place.records == 4 * 40
    assert any(key.endswith("manifest-summary.json") for key in place.objects)
