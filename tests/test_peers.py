"""Two server processes that replicate: what one acknowledges reaches the other, though either is killed.

`DYNACORE_PEER_CRASHES=200 pytest tests/test_peers.py` for the long run.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import dynacore

CRASHES = int(os.environ.get("DYNACORE_PEER_CRASHES", "10"))
REGIONS = ("us-east-1", "eu-central-1")
START_SECONDS = 30
CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10, max_pool_connections=8)
THREADS = 2
KEYS = 20

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")


class Process:
    """`dynacore serve` of one Region, which can be killed and started again."""

    def __init__(self, path, region, port, peers):
        self.region, self.port = region, port
        self.process = self.listener = None
        self.command = [sys.executable, "-m", "dynacore", "serve", "--region", region, "--port", str(port)]
        self.command += [f"--peer={other}=http://127.0.0.1:{number}" for other, number in peers]
        if path is not None:
            self.command.insert(4, str(path))
        session = boto3.session.Session(
            aws_access_key_id="dynacore", aws_secret_access_key="dynacore", region_name=region
        )
        place = {"endpoint_url": f"http://127.0.0.1:{port}", "config": CONFIG}
        self.client = session.client("dynamodb", **place)
        self.streams = session.client("dynamodbstreams", **place)
        self.watch = session.client("cloudwatch", **place)
        self.notices = []

    def close(self):
        self.kill()
        for client in (self.client, self.streams, self.watch):
            client.close()

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.listener = threading.Thread(target=self.listen, args=(self.process.stderr,), daemon=True)
        self.listener.start()
        line = self.process.stdout.readline()
        assert "http://" in line, f"the server did not start: {self.notices}"

    def listen(self, lines):
        with lines:
            self.notices.extend(lines)

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.end()

    def stop(self):
        self.process.terminate()
        return self.end()

    def end(self):
        code = self.process.wait(START_SECONDS)
        self.listener.join()
        self.process.stdout.close()
        self.process = None
        return code


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def processes(*paths, regions=REGIONS, starts=True):
    """A process for each path, all peers of each other."""
    ports = free_ports(len(paths))
    places = list(zip(regions, ports, strict=False))
    made = [
        Process(path, region, port, [place for place in places if place[0] != region])
        for path, (region, port) in zip(paths, places, strict=True)
    ]
    try:
        if starts:
            for each in made:
                each.start()
        yield made
    finally:
        for each in made:
            each.close()


def until(question, what):
    """Wait for what is to come true by itself."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            found = question()
        except (BotoCoreError, ClientError):
            found = None
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"not within a minute: {what}")


def create(process, name="cars", **options):
    process.client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def replicate(process, other, name="cars"):
    updates = [{"Create": {"RegionName": other.region}}]
    return process.client.update_table(TableName=name, ReplicaUpdates=updates)["TableDescription"]


def replicas(process, name="cars"):
    table = process.client.describe_table(TableName=name)["Table"]
    return {each["RegionName"]: each["ReplicaStatus"] for each in table.get("Replicas", [])}


def are_active(*made, name="cars"):
    wanted = dict.fromkeys((each.region for each in made), "ACTIVE")
    return all({**replicas(each, name), each.region: "ACTIVE"} == wanted for each in made)


def items(process, name="cars"):
    pages = process.client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return {item["id"]["S"]: item for page in pages for item in page["Items"]}


def put(process, key, number=0):
    process.client.put_item(TableName="cars", Item={"id": {"S": key}, "n": {"N": str(number)}})


def records(process, name="cars"):
    """All records of a table's stream, those of an item in their order."""
    arn = process.client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    found = []
    for shard in process.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = process.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while True:
            page = process.streams.get_records(ShardIterator=iterator)
            found += [record["dynamodb"] for record in page["Records"]]
            iterator = page.get("NextShardIterator")
            if not page["Records"] or not iterator:
                break
    return found


class Writer(threading.Thread):
    """Writes items of its own, and some that all write, one by one; notes what was acknowledged."""

    def __init__(self, process, number):
        super().__init__(daemon=True)
        self.process, self.name = process, f"{process.region}-{number}"
        self.ends = threading.Event()
        # The last write of each item that was acknowledged, and the later ones of which nobody knows.
        self.acknowledged, self.unknown = {}, {}

    def run(self):
        step = 0
        while not self.ends.is_set():
            step += 1
            shared = step % 4 == 0
            key = f"shared-{step % 7}" if shared else f"{self.name}-{step % KEYS}"
            deletes = step % 11 == 0
            value = None if deletes else step
            try:
                if deletes:
                    self.process.client.delete_item(TableName="cars", Key={"id": {"S": key}})
                else:
                    put(self.process, key, step)
            except (BotoCoreError, ClientError):
                self.unknown.setdefault(key, []).append(value)
                self.ends.wait(0.05)
            else:
                self.acknowledged[key] = value
                self.unknown.pop(key, None)

    def check(self, found):
        """What was acknowledged is there, or what nobody knows of and came after it."""
        for key in self.acknowledged.keys() | self.unknown.keys():
            if key.startswith("shared"):
                continue
            value = int(found[key]["n"]["N"]) if key in found else None
            possible = [self.acknowledged.get(key), *self.unknown.get(key, [])]
            assert value in possible, (key, value, possible)


def check_stream(process, found):
    """Each change of an item follows the one before it, and all of them lead to what is there."""
    latest = {}
    for record in records(process):
        key = record["Keys"]["id"]["S"]
        assert latest.get(key) == record.get("OldImage"), (process.region, key)
        latest[key] = record.get("NewImage")
    assert {key: item for key, item in latest.items() if item is not None} == found


@pytest.mark.timeout(120 + 10 * CRASHES)
def test_both_end_equal_though_either_is_killed_under_load(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as both:
        first, second = both
        create(first)
        replicate(first, second)
        until(lambda: are_active(first, second), "both replicas are ACTIVE")
        writers = [Writer(process, number) for process in both for number in range(THREADS)]
        for writer in writers:
            writer.start()
        try:
            for crash in range(CRASHES):
                time.sleep(0.2 + 0.1 * (crash % 5))
                victim = both[crash % 2]
                victim.kill()
                time.sleep(0.1 * (crash % 3))
                victim.start()
        finally:
            for writer in writers:
                writer.ends.set()
            for writer in writers:
                writer.join()
        until(lambda: items(first) == items(second), "both have the same items")
        found = items(first)
        for writer in writers:
            assert writer.acknowledged
            writer.check(found)
        put(first, "last")
        put(second, "last of all")
        until(
            lambda: len(items(first).keys() & items(second).keys() & {"last", "last of all"}) == 2, "the last"
        )
        found = items(first)
        assert found == items(second)
        for process in both:
            assert are_active(*both)
            check_stream(process, found)


@pytest.mark.timeout(120)
def test_a_replica_is_filled_under_load(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as (first, second):
        create(first)
        for number in range(500):
            put(first, f"old-{number}", number)
        writers = [Writer(first, number) for number in range(THREADS)]
        for writer in writers:
            writer.start()
        try:
            told = replicate(first, second)
            assert [each["ReplicaStatus"] for each in told["Replicas"]] == ["CREATING"]
            until(lambda: are_active(first, second), "both replicas are ACTIVE")
        finally:
            for writer in writers:
                writer.ends.set()
            for writer in writers:
                writer.join()
        until(lambda: items(first) == items(second), "both have the same items")
        for writer in writers:
            writer.check(items(second))
        metrics = first.watch.list_metrics(MetricName="ReplicationLatency")["Metrics"]
        assert [one for one in metrics[0]["Dimensions"] if one["Name"] == "ReceivingRegion"] == [
            {"Name": "ReceivingRegion", "Value": "eu-central-1"}
        ]


@pytest.mark.timeout(120)
def test_a_peer_may_come_later_and_go_for_a_while(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt", starts=False) as (first, second):
        first.start()
        create(first)
        put(first, "before")
        until(lambda: any("eu-central-1" in line for line in first.notices), "a notice about the peer")
        with pytest.raises(ClientError, match=re.escape("eu-central-1 is not reached at http://127.0.0.1")):
            replicate(first, second)
        assert replicas(first) == {}
        second.start()
        until(lambda: any("reached again" in line for line in first.notices), "a notice about the peer")
        replicate(first, second)
        until(lambda: are_active(first, second), "both replicas are ACTIVE")
        assert second.stop() == 0
        put(first, "meanwhile")
        second.start()
        until(lambda: items(second).keys() == {"before", "meanwhile"}, "the item")


@pytest.mark.timeout(120)
def test_a_replicated_table_opens_again_as_what_it_was(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as (first, second):
        create(first)
        replicate(first, second)
        until(lambda: are_active(first, second), "both replicas are ACTIVE")
        assert (first.stop(), second.stop()) == (0, 0)
        with dynacore.Database(tmp_path / "virginia", region="us-east-1") as db:
            table = db.client().describe_table(TableName="cars")["Table"]
            told = [(each["RegionName"], each["ReplicaStatus"]) for each in table["Replicas"]]
            assert told == [("eu-central-1", "ACTIVE")]
            assert table["GlobalTableVersion"] == "2019.11.21"
            db.client().put_item(TableName="cars", Item={"id": {"S": "alone"}})
        first.start()
        second.start()
        until(lambda: items(second).keys() == {"alone"}, "what was written while no server ran")


@pytest.mark.timeout(120)
def test_a_replica_that_is_deleted_leaves_though_its_process_is_killed(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as (first, second):
        create(first)
        replicate(first, second)
        until(lambda: are_active(first, second), "both replicas are ACTIVE")
        first.kill()
        second.client.delete_table(TableName="cars")
        second.kill()
        second.start()
        first.start()
        until(lambda: replicas(first) == {}, "no replicas")
        assert second.client.list_tables()["TableNames"] == []


@pytest.mark.timeout(120)
def test_what_is_no_question_is_refused(tmp_path):
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=0",
        "X-Amz-Date": "20261121T000000Z",
        "Content-Type": "application/x-amz-json-1.0",
    }

    def ask(process, operation, body):
        target = {"X-Amz-Target": f"DynacoreReplication_20261121.{operation}"}
        connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=START_SECONDS)
        try:
            connection.request("POST", "/", body, {**headers, **target})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as (first, _):
        for body in ("", "{", "[]", '{"Region": 1}', '{"Region": "eu-central-1", "Tables": [{}]}'):
            status, text = ask(first, "ReadChanges", body)
            assert (status, "SerializationException" in text) == (400, True), text
        assert "UnknownOperationException" in ask(first, "WriteChanges", "{}")[1]
        place = '{"has_items": false, "behind": null}'
        question = f'{{"Region": "eu-central-1", "TableName": "none", "Place": {place}}}'
        assert "ResourceNotFoundException" in ask(first, "ReadItems", question)[1]
        assert first.client.list_tables()["TableNames"] == []


@pytest.mark.timeout(120)
def test_a_replica_is_removed(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as (first, second):
        create(first)
        put(first, "1")
        replicate(first, second)
        until(lambda: are_active(first, second), "both replicas are ACTIVE")
        first.client.update_table(
            TableName="cars", ReplicaUpdates=[{"Delete": {"RegionName": second.region}}]
        )
        until(lambda: replicas(first) == {}, "no replicas")
        assert second.client.list_tables()["TableNames"] == []
        assert items(first).keys() == {"1"}


@pytest.mark.timeout(120)
def test_a_table_of_the_name_is_refused_and_kept(tmp_path):
    with processes(tmp_path / "virginia", tmp_path / "frankfurt") as (first, second):
        create(first)
        create(second, DeletionProtectionEnabled=True)
        put(second, "its own")
        with pytest.raises(ClientError, match="because one or more replicas already existed as tables"):
            replicate(first, second)
        assert replicas(first) == {}
        assert items(second).keys() == {"its own"}


@pytest.mark.timeout(120)
def test_three_processes_in_memory_replicate():
    regions = (*REGIONS, "ap-south-1")
    with processes(None, None, None, regions=regions) as made:
        first, second, third = made
        create(first)
        put(first, "1")
        replicate(first, second)
        until(lambda: are_active(first, second), "two replicas are ACTIVE")
        put(second, "2")
        replicate(first, third)
        until(lambda: are_active(*made), "all replicas are ACTIVE")
        put(third, "3")
        for process in made:
            until(lambda each=process: items(each).keys() == {"1", "2", "3"}, "all items")


def test_what_is_no_peer_is_refused():
    for peer, problem in [
        ("eu-central-1", "a peer is REGION=http://HOST:PORT"),
        ("us-east-1=http://127.0.0.1:9", "us-east-1 is named twice"),
    ]:
        command = [sys.executable, "-m", "dynacore", "serve", "--port", "0", "--peer", peer]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)
        assert ended.returncode == 2
        assert problem in ended.stderr
