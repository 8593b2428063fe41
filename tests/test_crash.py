"""A database whose process is killed at random moments: what was acknowledged is there, and fits together.

`DYNACORE_CRASHES=500 pytest tests/test_crash.py` for the long run; what fails names its round's seed.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import crash_writer as writer

CRASHES = int(os.environ.get("DYNACORE_CRASHES", "24"))
FIRST_SEED = int(os.environ.get("DYNACORE_CRASH_SEED", "1"))


def run_and_kill(path, seed, start, seconds, *, waits=True):
    """Let the writer work for a moment, or not even open the database; give the lines it got out."""
    command = [sys.executable, writer.__file__, str(path), str(seed), str(start)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        if waits:
            assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
        time.sleep(seconds)
        assert process.poll() is None, process.stderr.read().decode()
        process.kill()
        output = process.stdout.read().decode()
    # The last line may have been cut off by the kill.
    return [line for line in output.split("\n")[:-1] if line != "ready"]


def scan(client, table, index=None):
    pages = client.get_paginator("scan").paginate(TableName=table, **({"IndexName": index} if index else {}))
    return [item for page in pages for item in page["Items"]]


def place_of(item):
    return item["p"]["S"].split("-")[0], int(item["s"]["N"])


def number_of(item):
    return None if item is None else int(item["n"]["N"])


def check_acknowledged(name, items, acknowledged):
    """Compare with what was acknowledged.

    A thread has one request under way at most. It may have taken effect without being acknowledged: then all
    that differs in this thread's items is of that one request.
    """
    differing = {}
    for place in items.keys() | acknowledged.keys():
        latest, is_there = acknowledged.get(place, (0, False))
        found = number_of(items.get(place))
        if found != (latest if is_there else None):
            assert found is None or found > latest, (name, place, latest, found)
            differing.setdefault(place[0], []).append(found)
    for numbers in differing.values():
        assert numbers == [None] or (None not in numbers and len(set(numbers)) == 1), (name, differing)


def check_transactions(left, right):
    """A transaction writes or deletes in both tables; on the left others may have come after it."""
    for place, item in right.items():
        assert item["kind"]["S"] == "transact"
        if place in left:
            assert number_of(left[place]) >= number_of(item), place
    for place, item in left.items():
        if item["kind"]["S"] == "transact":
            assert number_of(right.get(place)) == number_of(item), place


def check_indexes(db, name, items):
    """Every index is what its table makes it, and counts are exact."""
    client = db.client()
    everything = sorted(str(item) for item in items.values())
    assert sorted(str(item) for item in scan(client, name, "by-g")) == everything
    keys = [str({name: item[name] for name in ("p", "s", "n")}) for item in items.values()]
    local = [str({name: item[name] for name in ("p", "s", "n")}) for item in scan(client, name, "local")]
    assert sorted(local) == sorted(keys)
    description = client.describe_table(TableName=name)["Table"]
    assert description["ItemCount"] == len(items)
    assert sum(partition["items"] for partition in db.partitions(name)) == len(items)
    vectors = description.get("VectorIndexes", [])
    for index in description["GlobalSecondaryIndexes"] + description["LocalSecondaryIndexes"] + vectors:
        assert index["ItemCount"] == len(items), index["IndexName"]
    for _ in vectors:
        assert sorted(found_by_look(client, name)) == sorted(items)


def found_by_look(client, name):
    for group in range(writer.GROUPS):
        answer = client.search_vectors(
            TableName=name,
            IndexName="by-look",
            SearchVector=[{"N": "0"}, {"N": "0"}],
            TopK=100,
            SearchConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": f"g{group}"}},
        )
        for result in answer["SearchResults"]:
            yield place_of(result["Item"])


class Follower:
    """What somebody has who reads the stream of a table and does to a copy what it says."""

    def __init__(self, name):
        self.name = name
        self.copy = {}
        self.read_up_to = {}

    def follow(self, db):
        arn = db.client().describe_table(TableName=self.name)["Table"]["LatestStreamArn"]
        streams = db.client("dynamodbstreams")
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            number = self.read_up_to.get(shard["ShardId"])
            place = (
                {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": number}
                if number
                else {"ShardIteratorType": "TRIM_HORIZON"}
            )
            iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], **place)
            page = streams.get_records(ShardIterator=iterator["ShardIterator"])
            while page["Records"]:
                for record in page["Records"]:
                    self.apply(record["dynamodb"], shard["ShardId"])
                page = streams.get_records(ShardIterator=page["NextShardIterator"])

    def apply(self, change, shard):
        assert change["SequenceNumber"] > self.read_up_to.get(shard, "")
        self.read_up_to[shard] = change["SequenceNumber"]
        place = place_of(change["Keys"])
        # Nothing is missing before it, and nothing comes twice.
        assert self.copy.pop(place, None) == change.get("OldImage"), place
        if "NewImage" in change:
            self.copy[place] = change["NewImage"]


def note(acknowledged, lines):
    for line in lines:
        kind, thread, key_text, number_text = line.split()
        key, number = int(key_text), int(number_text)
        keys = range(key, min(key + 5, writer.KEYS)) if kind == "batch" else [key]
        for each in keys:
            acknowledged["left"][thread, each] = (number, kind not in ("delete", "erase"))
        if kind in ("transact", "erase"):
            acknowledged["right"][thread, key] = (number, kind == "transact")


@pytest.mark.timeout(60 + 10 * CRASHES)
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_was_acknowledged_survives_being_killed(tmp_path):
    chance = random.Random(FIRST_SEED)
    path = Path(tmp_path) / "shop.dynacore"
    acknowledged = {"left": {}, "right": {}}
    followers = {name: Follower(name) for name in acknowledged}
    start = 0
    for round_ in range(CRASHES):
        seed = FIRST_SEED + round_
        sys.stdout.write(f"round {round_}, seed {seed}\n")
        # Some are killed while they open what the one before them left.
        waits = round_ == 0 or chance.random() < 0.85
        note(acknowledged, run_and_kill(path, seed, start, chance.random() * 0.3, waits=waits))
        with writer.open_database(path) as db:
            tables = {
                name: {place_of(item): item for item in scan(db.client(), name)} for name in acknowledged
            }
            for name, items in tables.items():
                check_acknowledged(name, items, acknowledged[name])
                check_indexes(db, name, items)
                followers[name].follow(db)
                assert followers[name].copy == items
            check_transactions(tables["left"], tables["right"])
        # What took effect without being acknowledged counts from now on, and what is gone stays gone.
        numbers = [number for known in acknowledged.values() for number, _ in known.values()]
        numbers += [number_of(item) for items in tables.values() for item in items.values()]
        start = max([start, *numbers]) + 1
        acknowledged = {
            name: {
                **dict.fromkeys(acknowledged[name], (start, False)),
                **{place: (number_of(item), True) for place, item in items.items()},
            }
            for name, items in tables.items()
        }
