"""Triggers and rules of a database in a directory: they go on when it is opened again."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import dynacore

START = 1_700_000_040


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.dynacore"


def ids_of(event):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]


class Shop:
    """The database, on a clock that goes on where the last one stood."""

    def __init__(self, path, now=START):
        self.clock = dynacore.VirtualClock(start=now)
        self.db = dynacore.Database(path, clock=self.clock)
        self.client = self.db.client()
        if not self.client.list_tables()["TableNames"]:
            self.client.create_table(
                TableName="cars",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
            )

    def put(self, *ids):
        for each in ids:
            self.client.put_item(TableName="cars", Item={"id": {"S": each}})

    def mappings(self):
        return self.db.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()


def test_the_same_call_takes_the_trigger_up(path):
    seen = []

    def stock(event):
        seen.append(ids_of(event))

    with Shop(path) as shop:
        trigger = shop.db.on_change("cars", stock, batch_size=2, filters=[{"eventName": ["INSERT"]}])
        shop.put("a", "b", "c")
        shop.clock.advance(1)
        shop.put("d")
        uuid = trigger.uuid
    assert seen == [["a", "b"], ["c"]]
    with Shop(path, START + 2) as shop:
        (before,) = shop.mappings()
        shop.put("e")
        shop.clock.advance(1)
        assert seen[2:] == [], "nobody knows the function yet"
        again = shop.db.on_change("cars", stock, batch_size=2, filters=[{"eventName": ["INSERT"]}])
        assert again.uuid == uuid
        assert shop.mappings() == [before], "nothing of it was changed"
        shop.clock.advance(1)
        assert seen[2:] == [["d", "e"]]
    with Shop(path, START + 5) as shop:
        shop.db.on_change("cars", stock, batch_size=3)
        (after,) = shop.mappings()
        assert (after["UUID"], after["BatchSize"], "FilterCriteria" in after) == (uuid, 3, False)
        shop.clock.advance(1)
        assert seen[3:] == []


def test_a_name_is_what_tells_triggers_apart(path):
    seen = []
    with Shop(path) as shop:
        for name in ("one", "two"):
            shop.db.on_change("cars", lambda _: None, name=name)
        shop.put("a")
    with Shop(path, START + 1) as shop:
        for name in ("two", "one"):
            shop.db.on_change("cars", lambda _, context: seen.append(context.function_name), name=name)
        assert len(shop.mappings()) == 2
        shop.clock.advance(1)
    assert sorted(seen) == ["one", "two"]


def test_a_trigger_that_was_disabled_stays_so_unless_it_is_said(path):
    with Shop(path) as shop:
        shop.db.on_change("cars", print, name="stock").disable()
    with Shop(path) as shop:
        assert shop.db.on_change("cars", print, name="stock").state == "Disabled"
        assert shop.db.on_change("cars", print, name="stock", enabled=True).state == "Enabled"


def test_a_function_that_fails_is_tried_on_with_what_it_told(path):
    calls, lost = [], []

    def fail(event):
        calls.append(ids_of(event))
        raise ValueError("no")

    options = {"maximum_retry_attempts": 2, "bisect_batch_on_function_error": True}
    with Shop(path) as shop:
        shop.db.on_change("cars", fail, on_failure=lost.append, **options)
        shop.put("a", "b")
        shop.clock.advance(0.15)
    assert calls == [["a", "b"], ["a"], ["a"]]
    with Shop(path, START + 1) as shop:
        shop.db.on_change("cars", fail, on_failure=lost.append, **options)
        shop.clock.advance(60)
    assert calls[3:] == [["a"], ["b"], ["b"], ["b"]]
    assert [each["requestContext"]["approximateInvokeCount"] for each in lost] == [3, 3]


def test_rules_go_on(path):
    seen = []
    with Shop(path) as shop:
        shop.db.schedule("rate(5 minutes)", lambda event: seen.append(event["time"]), name="report")
        shop.db.on_event({"source": ["shop"]}, lambda event: seen.append(event["detail"]), name="orders")
        shop.clock.advance(300)
    assert seen == ["2023-11-14T22:19:00Z"]
    with Shop(path, START + 3_000) as shop:
        shop.clock.advance(1)
        assert seen[1:] == []
        event = {"Source": "shop", "DetailType": "order", "Detail": "{}"}
        shop.db.client("events").put_events(Entries=[event])
        shop.db.function("orders", lambda event: seen.append(event["detail"]))
        shop.db.schedule("rate(5 minutes)", lambda event: seen.append(event["time"]), name="report")
        shop.clock.advance(1)
        assert len(shop.db.client("events").list_rules()["Rules"]) == 2
        # Once for the nine times that were missed.
        assert seen[1:] == [{}, "2023-11-14T23:04:01Z"] or seen[1:] == ["2023-11-14T23:04:01Z", {}]


def test_a_url_comes_back_by_itself(path):
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with Shop(path) as shop:
            shop.db.on_change("cars", url)
            shop.put("a")
        with Shop(path, START + 1) as shop:
            shop.clock.advance(1)
        with Shop(path, START + 5) as shop:
            shop.db.on_change("cars", url)
            assert len(shop.mappings()) == 1
            shop.put("b")
            shop.clock.advance(1)
        server.shutdown()
        thread.join()
    assert [ids_of(body) for body in bodies] == [["a"], ["b"]]


def test_a_database_can_be_made_while_another_thread_moves_its_clock_and_calls_python():
    """If one waited for the other, the process would never end."""
    program = """
import threading, dynacore
clock = dynacore.VirtualClock()
done = threading.Event()
class Sink:
    def put_records(self, *, Records, StreamARN):
        pass
table = dict(KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}], TableName="cars")
db = dynacore.Database(clock=clock)
arn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
db.kinesis_stream(arn, Sink())
db.client().create_table(**table)
db.client().enable_kinesis_streaming_destination(TableName="cars", StreamArn=arn)
db.on_change("cars", lambda event: sum(range(1_000)))
def move():
    number = 0
    while not done.is_set():
        number += 1
        db.client().put_item(TableName="cars", Item={"id": {"N": str(number)}})
        clock.advance(1)
mover = threading.Thread(target=move)
mover.start()
for number in range(300):
    made = dynacore.Database(clock=clock)
    made.client().create_table(**table)
    made.on_change("cars", lambda _: None)
    made.fork()
    made.kinesis_stream(arn, Sink())
    dynacore.World(["us-east-1", "eu-central-1"], clock=clock)
    made.close()
done.set()
mover.join()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
