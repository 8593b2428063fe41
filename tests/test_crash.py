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
import dynacore

CRASHES = int(os.environ.get("DYNACORE_CRASHES", "24"))
FIRST_SEED = int(os.environ.get("DYNACORE_CRASH_SEED", "1"))


def run_and_kill(path, seed, start, seconds):
    """Let the writer work for a moment; give the lines it got out."""
    command = [sys.executable, writer.__file__, str(path), str(seed), str(start)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n", process.stderr.read().decode()
        time.sleep(seconds)
        process.kill()
        output = process.stdout.read().decode()
    # The last line may have been cut off by the kill.
    return output.split("\n")[:-1]


def scan(client, table, index=None):
    pages = client.get_paginator("scan").paginate(TableName=table, **({"IndexName": index} if index else {}))
    return [item for page in pages for item in page["Items"]]


def check(db, acknowledged):
    """Compare with what was acknowledged."""
    client = db.client()
    left = {(item["p"]["S"].split("-")[0], int(item["s"]["N"])): item for item in scan(client, "left")}
    right = {(item["p"]["S"].split("-")[0], int(item["s"]["N"])): item for item in scan(client, "right")}
    # A thread has one request under way at most. It may have taken effect without being acknowledged: then
    # all that differs in this thread's items is of that one request.
    differing = {}
    for (thread, key), (number, is_there) in acknowledged["left"].items():
        found = left.get((thread, key))
        found_number = int(found["n"]["N"]) if found else None
        if found_number != (number if is_there else None):
            assert found_number is None or found_number > number, (thread, key, number, found_number)
            differing.setdefault(thread, []).append(found_number)
    for numbers in differing.values():
        assert numbers == [None] or (None not in numbers and len(set(numbers)) == 1), differing
    for (thread, key), number in acknowledged["right"].items():
        assert int(right[thread, key]["n"]["N"]) >= number
    for place, item in right.items():
        # A transaction put the same into both; later writes may have replaced the one on the left.
        if place in left:
            assert int(left[place]["n"]["N"]) >= int(item["n"]["N"])
    for name, items in (("left", left), ("right", right)):
        everything = sorted(str(item) for item in items.values())
        assert sorted(str(item) for item in scan(client, name, "by-g")) == everything
        keys = [str({name: item[name] for name in ("p", "s", "n")}) for item in items.values()]
        local = [str({name: item[name] for name in ("p", "s", "n")}) for item in scan(client, name, "local")]
        assert sorted(local) == sorted(keys)
        description = client.describe_table(TableName=name)["Table"]
        assert description["ItemCount"] == len(items)
        assert sum(partition["items"] for partition in db.partitions(name)) == len(items)
        for index in description["GlobalSecondaryIndexes"] + description["LocalSecondaryIndexes"]:
            assert index["ItemCount"] == len(items)


def note(acknowledged, lines):
    for line in lines:
        kind, thread, key_text, number_text = line.split()
        key, number = int(key_text), int(number_text)
        keys = range(key, min(key + 5, writer.KEYS)) if kind == "batch" else [key]
        for each in keys:
            acknowledged["left"][thread, each] = (number, kind != "delete")
        if kind == "transact":
            acknowledged["right"][thread, key] = number


@pytest.mark.timeout(60 + 10 * CRASHES)
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_was_acknowledged_survives_being_killed(tmp_path):
    chance = random.Random(FIRST_SEED)
    path = Path(tmp_path) / "shop.dynacore"
    acknowledged = {"left": {}, "right": {}}
    start = 0
    for round_ in range(CRASHES):
        seed = FIRST_SEED + round_
        sys.stdout.write(f"round {round_}, seed {seed}\n")
        lines = run_and_kill(path, seed, start, chance.random() * 0.3)
        note(acknowledged, lines)
        with dynacore.Database(path) as db:
            check(db, acknowledged)
            # What took effect without being acknowledged counts from now on.
            acknowledged = {"left": {}, "right": {}}
            for table, known in acknowledged.items():
                for item in scan(db.client(), table):
                    place = (item["p"]["S"].split("-")[0], int(item["s"]["N"]))
                    number = int(item["n"]["N"])
                    known[place] = (number, True) if table == "left" else number
                    start = max(start, number)
        start += 1
