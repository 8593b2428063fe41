"""Late global indexes, stale reads, and other options of a database, through every door."""

import time
from itertools import pairwise
from typing import Any

import pytest

import dynacore

WAIT_SECONDS = 20


def make_table(client: Any, **more: Any) -> None:
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "make", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_make",
                "KeySchema": [{"AttributeName": "make", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def put(client: Any, car: str, make: str) -> None:
    client.put_item(TableName="cars", Item={"id": {"S": car}, "make": {"S": make}})


def ids_of(client: Any, make: str) -> list[str]:
    found = client.query(
        TableName="cars",
        IndexName="by_make",
        KeyConditionExpression="make = :make",
        ExpressionAttributeValues={":make": {"S": make}},
    )
    return [item["id"]["S"] for item in found["Items"]]


def make_of(client: Any, car: str, consistent: bool = False) -> str | None:
    answer = client.get_item(TableName="cars", Key={"id": {"S": car}}, ConsistentRead=consistent)
    return answer["Item"]["make"]["S"] if "Item" in answer else None


@pytest.mark.database(clock="virtual", index_propagation_seconds=0.5)
def test_an_index_follows_its_table_after_the_delay(door: Any) -> None:
    client = door.client("dynamodb")
    clock = door.database.clock
    make_table(client)
    put(client, "a", "MINI")
    assert ids_of(client, "MINI") == []
    clock.advance(0.4)
    put(client, "a", "Fiat")
    clock.advance(0.1)
    assert ids_of(client, "MINI") == ["a"], "as it was half a second ago"
    clock.advance(0.4)
    assert ids_of(client, "MINI") == []
    assert ids_of(client, "Fiat") == ["a"]
    assert door.database.next_event_at() is None


@pytest.mark.database(index_propagation_seconds=0.05)
def test_an_index_follows_by_itself(door: Any) -> None:
    client = door.client("dynamodb")
    make_table(client)
    put(client, "a", "MINI")
    end = time.monotonic() + WAIT_SECONDS
    while not ids_of(client, "MINI"):
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.database(stale_reads_seconds=3600, seed=7)
def test_a_read_sees_former_states(door: Any) -> None:
    client = door.client("dynamodb")
    make_table(client)
    for make in ("MINI", "Fiat", "Saab"):
        put(client, "a", make)
        assert make_of(client, "a", consistent=True) == make
    seen = [make_of(client, "a") for _ in range(100)]
    assert set(seen) == {None, "MINI", "Fiat", "Saab"}
    assert any(later == "MINI" and earlier == "Saab" for earlier, later in pairwise(seen))
    pages = [client.scan(TableName="cars")["Count"] for _ in range(50)]
    assert set(pages) == {0, 1}
    scans = [client.scan(TableName="cars", ConsistentRead=True)["Items"] for _ in range(20)]
    assert all(items == [{"id": {"S": "a"}, "make": {"S": "Saab"}}] for items in scans)


@pytest.mark.database(stale_reads_seconds=3600)
def test_a_condition_sees_the_latest_state(door: Any) -> None:
    table = door.resource().create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for count in range(20):
        table.update_item(
            Key={"id": "a"},
            UpdateExpression="SET doors = :next",
            ConditionExpression="attribute_not_exists(doors) OR doors = :now",
            ExpressionAttributeValues={":next": count + 1, ":now": count},
        )


def test_stale_reads_end_with_their_window() -> None:
    clock = dynacore.VirtualClock()
    with dynacore.Database(clock=clock, stale_reads_seconds=2) as db:
        client = db.client()
        make_table(client)
        put(client, "a", "MINI")
        assert {make_of(client, "a") for _ in range(50)} == {None, "MINI"}
        clock.advance(2)
        assert {make_of(client, "a") for _ in range(50)} == {"MINI"}
        assert db.next_event_at() is None, "nothing is remembered any more"


def history(seed: int) -> list[str | None]:
    clock = dynacore.VirtualClock()
    with dynacore.Database(
        clock=clock, seed=seed, stale_reads_seconds=1, index_propagation_seconds=0.2
    ) as db:
        client = db.client()
        make_table(client)
        seen: list[str | None] = []
        for number in range(50):
            put(client, "a", f"make {number}")
            seen += [make_of(client, "a"), *ids_of(client, f"make {number - 1}")]
            clock.advance(0.1)
        return seen


def test_the_same_seed_sees_the_same() -> None:
    assert history(7) == history(7)
    assert history(7) != history(8)


@pytest.mark.parametrize(
    "option",
    [
        {"index_propagation_seconds": -1},
        {"stale_reads_seconds": float("nan")},
        {"backfill_items_per_second": 0},
        {"item_collection_bytes_max": -5},
    ],
)
def test_an_option_that_makes_no_sense_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(option))):
        dynacore.Database(**option)


def add_index(client: Any) -> None:
    client.update_table(
        TableName="cars",
        AttributeDefinitions=[{"AttributeName": "colour", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by_colour",
                    "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            }
        ],
    )


def index_status(client: Any, name: str) -> str:
    indexes = client.describe_table(TableName="cars")["Table"]["GlobalSecondaryIndexes"]
    return next(index["IndexStatus"] for index in indexes if index["IndexName"] == name)


@pytest.mark.database(clock="virtual", backfill_items_per_second=10)
def test_a_new_index_is_filled_at_its_pace(door: Any) -> None:
    client = door.client("dynamodb")
    make_table(client)
    for number in range(25):
        client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "colour": {"S": "red"}})
    add_index(client)
    states = []
    for _ in range(5):
        states.append(index_status(client, "by_colour"))
        door.database.clock.advance(1)
    assert states == ["CREATING", "CREATING", "ACTIVE", "ACTIVE", "ACTIVE"], "10, 20 and 25 of 25"


@pytest.mark.database(backfill_items_per_second=1)
def test_the_pace_acts_through_every_door(door: Any) -> None:
    client = door.client("dynamodb")
    make_table(client)
    for number in range(100):
        client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "colour": {"S": "red"}})
    add_index(client)
    assert index_status(client, "by_colour") == "CREATING"
    client.update_table(
        TableName="cars", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_colour"}}]
    )


@pytest.mark.database(item_collection_bytes_max=1000)
def test_an_item_collection_has_a_limit(door: Any) -> None:
    client = door.client("dynamodb")
    client.create_table(
        TableName="cars",
        KeySchema=[
            {"AttributeName": "fleet", "KeyType": "HASH"},
            {"AttributeName": "id", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("fleet", "id", "make")
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by_make",
                "KeySchema": [
                    {"AttributeName": "fleet", "KeyType": "HASH"},
                    {"AttributeName": "make", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"fleet": {"S": "a"}, "text": {"S": "x" * 600}}
    client.put_item(TableName="cars", Item={**item, "id": {"S": "1"}})
    with pytest.raises(client.exceptions.ItemCollectionSizeLimitExceededException):
        client.put_item(TableName="cars", Item={**item, "id": {"S": "2"}})


def test_the_partitions_of_an_index() -> None:
    with dynacore.Database() as db:
        client = db.client()
        make_table(client)
        put(client, "a", "MINI")
        client.put_item(TableName="cars", Item={"id": {"S": "b"}})
        assert sum(partition["items"] for partition in db.partitions("cars")) == 2
        partitions = db.partitions("cars", index="by_make")
        assert sum(partition["items"] for partition in partitions) == 1
        assert sum(partition["write_units"] for partition in partitions) == 1
        with pytest.raises(
            client.exceptions.ResourceNotFoundException, match="Index by_owner for table cars"
        ):
            db.partitions("cars", index="by_owner")


@pytest.mark.parametrize("name", ["", "n" * 65_536])
def test_a_name_that_no_attribute_can_have(door: Any, name: str) -> None:
    client = door.client("dynamodb")
    make_table(client)
    text = "too large, must be less than 65536 bytes" if name else "Empty attribute name"
    for item in ({name: {"S": "v"}}, {"m": {"M": {name: {"S": "v"}}}}):
        with pytest.raises(client.exceptions.ClientError, match=text):
            client.put_item(TableName="cars", Item={"id": {"S": "a"}, **item})
    with pytest.raises(client.exceptions.ClientError, match=text):
        door.resource().Table("cars").put_item(Item={"id": "a", name: "v"})
