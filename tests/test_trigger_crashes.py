"""A trigger whose process is killed at random moments: each change is seen, in order for each item.

What is seen again is of the batches that were under way. `DYNACORE_CRASHES=500` makes it long.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import trigger_writer as writer

CRASHES = max(4, int(os.environ.get("DYNACORE_CRASHES", "24")) // 3)
FIRST_SEED = int(os.environ.get("DYNACORE_CRASH_SEED", "1"))


def run_and_kill(path, seed, start, seconds):
    """Let the writer work for a moment; give the batches that its function has handled."""
    command = [sys.executable, writer.__file__, str(path), str(seed), str(start)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdout is not None
        # A trigger may go on before the writer is ready.
        while (line := process.stdout.readline().decode()) != "ready\n":
            assert line, "the writer ended"
            lines.append(line)
        time.sleep(seconds)
        assert process.poll() is None
        process.kill()
        lines += process.stdout.read().decode().splitlines(keepends=True)
    # The last line may have been cut off by the kill; then its batch was not handled.
    return [json.loads(line) for line in lines if line.endswith("\n") and line != "ready\n"]


def written(db):
    """All records of the stream, as the function sees them."""
    streams = db.client("dynamodbstreams")
    arn = db.client().describe_table(TableName="counts")["Table"]["LatestStreamArn"]
    records = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        place = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(**place)["ShardIterator"]
        page = streams.get_records(ShardIterator=iterator)
        while page["Records"]:
            records += writer.seen(page)
            page = streams.get_records(ShardIterator=page["NextShardIterator"])
    return records


class Watcher:
    """What was seen so far."""

    def __init__(self):
        self.seen = {}
        # The last number and value that was seen of each key.
        self.latest = {}
        # Batches that may have been under way when the last round ended, and how many of them at most.
        self.last = ([], 0)

    def note(self, batches, under_way_then):
        """Take in a round's batches, which may repeat what was under way when the last round ended.

        A round may be killed before it has repeated a batch; then a later one does.
        """
        earlier, under_way = self.last
        repeated = {number for batch in batches for number, _, _ in batch if number in self.seen}
        again = [place for place, batch in enumerate(earlier) if any(each[0] in repeated for each in batch)]
        assert len(again) <= under_way, (again, len(earlier))
        assert repeated <= {number for place in again for number, _, _ in earlier[place]}
        for place in again:
            keys = {key for _, key, _ in earlier[place]}
            later = {key for batch in earlier[place + 1 :] for _, key, _ in batch}
            assert not keys & later, "a batch was repeated although its lane had gone on"
        in_round = {}
        for number, key, value in (each for batch in batches for each in batch):
            assert in_round.get(key, "") < number, f"the changes of {key} are out of order"
            in_round[key] = number
            if number not in repeated:
                assert self.latest.get(key, ("", 0)) < (number, value), f"a change of {key} comes late"
                self.latest[key] = (number, value)
            self.seen[number] = (key, value)
        handled = {key for batch in batches for _, key, _ in batch}
        waiting = [batch for batch in earlier if under_way and not handled & {key for _, key, _ in batch}]
        self.last = ([*waiting, *batches] if under_way_then else batches, under_way_then)


def drain(path, watcher):
    """Let a function here see all that is left, and close the database."""
    batches, news = [], threading.Condition()

    def see(event):
        with news:
            batches.append(writer.seen(event))
            news.notify()

    with writer.open_database(path) as db:
        expected = {record[0] for record in written(db)}
        writer.watch(db, see)
        with news:
            assert news.wait_for(
                lambda: expected <= watcher.seen.keys() | {each[0] for batch in batches for each in batch},
                timeout=60,
            )
    return batches


@pytest.mark.timeout(120 + 20 * CRASHES)
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_trigger_sees_each_change_although_it_is_killed(tmp_path):
    chance = random.Random(FIRST_SEED)
    path = Path(tmp_path) / "counts.dynacore"
    watcher = Watcher()
    for round_ in range(CRASHES):
        seed = FIRST_SEED + round_
        sys.stdout.write(f"round {round_}, seed {seed}\n")
        batches = run_and_kill(path, seed, round_ * 1_000_000, 0.05 + chance.random() * 0.4)
        watcher.note(batches, writer.LANES_MAX)
        if chance.random() < 0.4 or round_ == CRASHES - 1:
            # Nothing is under way after a close.
            watcher.note(drain(path, watcher), 0)
    with writer.open_database(path) as db:
        expected = {number: (key, value) for number, key, value in written(db)}
    assert watcher.seen == expected
    assert len(expected) > CRASHES
