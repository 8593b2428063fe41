"""A process that writes, and reacts to what it writes, until it is killed.

`python tests/trigger_writer.py PATH SEED START`. Each line on its output is a batch that a function has
handled, written before it returns; a batch on which it fails leaves none.
"""

import json
import random
import sys
import threading

import dynacore

THREADS = 3
KEYS = 30
# Batches that are under way at a time, at most.
LANES_MAX = 3


def open_database(path, seed=0):
    return dynacore.Database(path, seed=seed, write_buffer_bytes=60_000, throttle=False)


def watch(db, see, **options):
    """Let `see` get what changes; `options` are those of the trigger that differ between rounds."""
    if "counts" not in db.client().list_tables()["TableNames"]:
        db.client().create_table(
            TableName="counts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
            # One partition, and so one shard.
            ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
    return db.on_change("counts", see, name="see", starting_position="TRIM_HORIZON", batch_size=7, **options)


def seen(event):
    """What a batch says: of each record the shard's sequence number, the key and the number written."""
    changes = [record["dynamodb"] for record in event["Records"]]
    return [
        [change["SequenceNumber"], int(change["Keys"]["id"]["N"]), int(change["NewImage"]["n"]["N"])]
        for change in changes
    ]


def work(client, thread, chance, start):
    for number in range(start + 1, sys.maxsize):
        # Each thread has keys of its own, so that the numbers of a key rise.
        key = chance.randrange(KEYS) * THREADS + thread
        client.put_item(TableName="counts", Item={"id": {"N": str(key)}, "n": {"N": str(number)}})


def main(path, seed, start):
    db = open_database(path, seed)
    chance = random.Random(seed)
    lock = threading.Lock()

    def say(line):
        with lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def see(event):
        if chance.random() < 0.1:
            raise RuntimeError("as chance has it")
        say(json.dumps(seen(event)))

    watch(db, see, bisect_batch_on_function_error=seed % 2 == 0, parallelization_factor=1 + seed % LANES_MAX)
    say("ready")
    threads = [
        threading.Thread(
            target=work, args=(db.client(), n, random.Random(seed * 100 + n), start), daemon=True
        )
        for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
