"""What streams and replicas cost a put, how many puts reach all Regions, how fast a stream is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import dynacore
from benches import cars

ROUNDS, QUICK_ROUNDS = 9, 2
CHANGES, QUICK_CHANGES = 20_000, 1_000
# Puts at one moment of the clock, which then goes on by so many seconds.
PUTS, STEP_SECONDS = 100, 0.1
# From the last put until everything has arrived.
SETTLE_SECONDS = 5
PAGE = 1_000

REGIONS = ("us-east-1", "eu-west-1", "ap-south-1")
STREAMED = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
# What a put has behind it, with the number of Regions and whether there is a stream by itself.
WRITERS = {"no stream": (1, False), "a stream": (1, True), "2 Regions": (2, False), "3 Regions": (3, False)}


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every subject in each round; JSON with a sample for each round."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    changes = QUICK_CHANGES if quick else CHANGES
    items = [cars.exact_item(number) | {"id": str(number)} for number in range(changes)]
    samples: list[dict[str, Any]] = []
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}")
        for subject in WRITERS:
            put_us, all_us = writes(items, subject)
            samples.append({"subject": subject, "put_us": put_us, "all_us": all_us})
        samples.append({"subject": "GetRecords", "a_second": records(items)})
    return {"rounds": rounds, "changes": changes, "samples": samples}


def make_table(client: Any, *, streamed: bool) -> None:
    """Make the table of all subjects: on demand, with a string key."""
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **({"StreamSpecification": STREAMED} if streamed else {}),
    )


def writes(items: list[dict[str, Any]], subject: str) -> tuple[float, float]:
    """Microseconds of processor time of a put by itself, and with all that it leads to everywhere."""
    regions, streamed = WRITERS[subject]
    clock = dynacore.VirtualClock()
    with dynacore.World(REGIONS[:regions], clock=clock) as world:
        client: Any = world[REGIONS[0]].client()
        make_table(client, streamed=streamed)
        for region in REGIONS[1:regions]:
            client.update_table(TableName="cars", ReplicaUpdates=[{"Create": {"RegionName": region}}])
            clock.advance(SETTLE_SECONDS)
        table = world[REGIONS[0]].resource().Table("cars")
        puts = 0.0
        begun = time.process_time()
        for first in range(0, len(items), PUTS):
            begun_puts = time.process_time()
            for item in items[first : first + PUTS]:
                table.put_item(Item=item)
            puts += time.process_time() - begun_puts
            clock.advance(STEP_SECONDS)
        clock.advance(SETTLE_SECONDS)
        spent = time.process_time() - begun
        for region in REGIONS[1:regions]:
            compared = world.compare("cars", REGIONS[0], region)
            if compared.equal != len(items):
                raise AssertionError(f"{region} has not got all: {compared}")
        return puts / len(items) * 1e6, spent / len(items) * 1e6


def records(items: list[dict[str, Any]]) -> float:
    """Records a second of processor time through GetRecords, all written before."""
    with dynacore.Database() as db:
        make_table(db.client(), streamed=True)
        table = db.resource().Table("cars")
        for item in items:
            table.put_item(Item=item)
        streams: Any = db.client("dynamodbstreams")
        (stream,) = streams.list_streams()["Streams"]
        arn = stream["StreamArn"]
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        found = 0
        begun = time.process_time()
        for shard in shards:
            place = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = streams.get_shard_iterator(**place)["ShardIterator"]
            while page := streams.get_records(ShardIterator=iterator, Limit=PAGE):
                if not page["Records"]:
                    break
                found += len(page["Records"])
                iterator = page["NextShardIterator"]
        spent = time.process_time() - begun
        if found != len(items):
            raise AssertionError(f"{found} records of {len(items)} changes")
        return found / spent
