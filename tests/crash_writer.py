"""A process that writes to a durable database until it is killed, and says what was acknowledged.

`python tests/crash_writer.py PATH SEED START`. Each line on its output is a write that was acknowledged
before the line was written: its kind, the thread, the key and the number of the write, which the item has.
What is in memory is moved to tables every few commits, so that a kill often meets that as well.
"""

import random
import sys
import threading

import dynacore

THREADS = 4
KEYS = 40
GROUPS = 5
WRITE_BUFFER_BYTES = 60_000

TABLES = {
    "left": {
        "BillingMode": "PAY_PER_REQUEST",
        "VectorIndexes": [
            {
                "IndexName": "by-look",
                "VectorAttribute": {"AttributeName": "look"},
                "SearchSchema": [{"AttributeName": "g", "SearchSchemaElementType": "HASH"}],
                "Dimensions": 2,
                "DistanceFunction": "EUCLIDEAN",
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    },
    "right": {"BillingMode": "PAY_PER_REQUEST"},
}


def open_database(path, seed=0):
    return dynacore.Database(path, seed=seed, write_buffer_bytes=WRITE_BUFFER_BYTES)


def make_tables(client):
    for name, options in TABLES.items():
        if name in client.list_tables()["TableNames"]:
            continue
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "p", "AttributeType": "S"},
                {"AttributeName": "s", "AttributeType": "N"},
                {"AttributeName": "g", "AttributeType": "S"},
                {"AttributeName": "n", "AttributeType": "N"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-g",
                    "KeySchema": [
                        {"AttributeName": "g", "KeyType": "HASH"},
                        {"AttributeName": "n", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "local",
                    "KeySchema": [
                        {"AttributeName": "p", "KeyType": "HASH"},
                        {"AttributeName": "n", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            **options,
        )


def item(thread, key, number, length, *, kind="single"):
    # Each thread has keys of its own, so that the last acknowledged write of a key is known.
    return {
        "p": {"S": f"{thread}-{key % 7}"},
        "s": {"N": str(key)},
        "g": {"S": f"g{number % GROUPS}"},
        "n": {"N": str(number)},
        "look": {"L": [{"N": str(key)}, {"N": str(number % 7)}]},
        "kind": {"S": kind},
        "text": {"S": "x" * length},
    }


def work(client, thread, chance, start, say):
    number = start
    while True:
        number += 1
        key = chance.randrange(KEYS)
        value = item(thread, key, number, chance.randrange(2_000))
        where = {name: value[name] for name in ("p", "s")}
        kind = chance.randrange(10)
        if kind < 5:
            client.put_item(TableName="left", Item=value)
            say(f"put {thread} {key} {number}")
        elif kind < 7:
            client.delete_item(TableName="left", Key=where)
            say(f"delete {thread} {key} {number}")
        elif kind < 8:
            value["kind"] = {"S": "transact"}
            client.transact_write_items(
                TransactItems=[{"Put": {"TableName": name, "Item": value}} for name in ("left", "right")]
            )
            say(f"transact {thread} {key} {number}")
        elif kind < 9:
            client.transact_write_items(
                TransactItems=[{"Delete": {"TableName": name, "Key": where}} for name in ("left", "right")]
            )
            say(f"erase {thread} {key} {number}")
        else:
            client.batch_write_item(
                RequestItems={
                    "left": [
                        {"PutRequest": {"Item": item(thread, each, number, 10)}}
                        for each in range(key, min(key + 5, KEYS))
                    ]
                }
            )
            say(f"batch {thread} {key} {number}")


def main(path, seed, start):
    db = open_database(path, seed)
    client = db.client()
    make_tables(client)
    lock = threading.Lock()

    def say(line):
        with lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    say("ready")
    threads = [
        threading.Thread(
            target=work, args=(client, n, random.Random(seed * 100 + n), start, say), daemon=True
        )
        for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
