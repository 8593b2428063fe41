"""A table's states, and how long they last."""

import pytest

from refusal import refused

SECONDS = 7
SLOW = pytest.mark.database(clock="virtual", table_transition_seconds=SECONDS)
USE = "Attempt to change a resource which is still in use: Table is being {}: cars"


def create(client):
    return client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )["TableDescription"]


def described(client):
    return client.describe_table(TableName="cars")["Table"]


def set_write_units(client, units):
    return client.update_table(
        TableName="cars", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": units}
    )["TableDescription"]


def write_units(client):
    return described(client)["ProvisionedThroughput"]["WriteCapacityUnits"]


def test_on_the_systems_clock_states_last_no_visible_time(client):
    assert create(client)["TableStatus"] == "CREATING"
    assert described(client)["TableStatus"] == "ACTIVE"
    client.put_item(TableName="cars", Item={"id": {"S": "1"}})
    assert set_write_units(client, 6)["TableStatus"] == "UPDATING"
    assert described(client)["TableStatus"] == "ACTIVE"
    assert client.delete_table(TableName="cars")["TableDescription"]["TableStatus"] == "DELETING"
    assert client.list_tables()["TableNames"] == []


@SLOW
def test_creating(door, client):
    create(client)
    door.database.clock.advance(SECONDS - 0.001)
    assert described(client)["TableStatus"] == "CREATING"
    assert client.list_tables()["TableNames"] == ["cars"]
    for call in (
        lambda: client.put_item(TableName="cars", Item={"id": {"S": "1"}}),
        lambda: client.get_item(TableName="cars", Key={"id": {"S": "1"}}),
        lambda: client.scan(TableName="cars"),
    ):
        with refused("ResourceNotFoundException", "Requested resource not found"):
            call()
    with refused("ResourceInUseException", USE.format("created")):
        set_write_units(client, 6)
    with refused("ResourceInUseException", USE.format("created")):
        client.delete_table(TableName="cars")
    with refused("ResourceInUseException", "Table already exists: cars"):
        create(client)
    door.database.clock.advance(0.001)
    assert described(client)["TableStatus"] == "ACTIVE"
    client.put_item(TableName="cars", Item={"id": {"S": "1"}})


@SLOW
def test_updating(door, client):
    create(client)
    door.database.clock.advance(SECONDS)
    client.put_item(TableName="cars", Item={"id": {"S": "1"}})
    set_write_units(client, 9)
    assert described(client)["TableStatus"] == "UPDATING"
    assert write_units(client) == 5
    assert client.get_item(TableName="cars", Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}
    client.put_item(TableName="cars", Item={"id": {"S": "2"}})
    with refused("ResourceInUseException", USE.format("updated")):
        set_write_units(client, 10)
    with refused("ResourceInUseException", USE.format("updated")):
        client.delete_table(TableName="cars")
    door.database.clock.advance(SECONDS)
    assert described(client)["TableStatus"] == "ACTIVE"
    assert write_units(client) == 9
    assert client.scan(TableName="cars")["Count"] == 2


@SLOW
def test_deleting(door, client):
    create(client)
    door.database.clock.advance(SECONDS)
    client.delete_table(TableName="cars")
    assert described(client)["TableStatus"] == "DELETING"
    assert client.list_tables()["TableNames"] == ["cars"]
    with refused("ResourceInUseException", USE.format("deleted")):
        set_write_units(client, 10)
    with refused("ResourceInUseException", "Table already exists: cars"):
        create(client)
    assert client.delete_table(TableName="cars")["TableDescription"]["TableStatus"] == "DELETING"
    door.database.clock.advance(SECONDS)
    assert client.list_tables()["TableNames"] == []
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        described(client)
    create(client)


@SLOW
def test_several_tables_at_once(door, client):
    for name in ("ann", "bob"):
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        door.database.clock.advance(3)

    def states():
        return [client.describe_table(TableName=name)["Table"]["TableStatus"] for name in ("ann", "bob")]

    assert states() == ["CREATING", "CREATING"]
    door.database.clock.advance(1)
    assert states() == ["ACTIVE", "CREATING"]
    door.database.clock.advance(3)
    assert states() == ["ACTIVE", "ACTIVE"]


@SLOW
def test_the_times_are_events_of_the_database(database):
    client = database.client()
    assert database.next_event_at() is None
    create(client)
    assert database.next_event_at() == database.clock.now() + SECONDS
    database.clock.advance(SECONDS)
    database.tick()
    assert database.next_event_at() is None


@SLOW
def test_waiters_let_the_virtual_clock_run(database):
    client = database.client()
    start = database.clock.now()
    create(client)
    client.get_waiter("table_exists").wait(TableName="cars")
    assert described(client)["TableStatus"] == "ACTIVE"
    assert database.clock.now() == start + 20
    table = database.resource().Table("cars")
    table.delete()
    table.wait_until_not_exists()
    assert client.list_tables()["TableNames"] == []
    assert database.clock.now() == start + 40


@SLOW
def test_the_creation_time_is_the_clocks(door, client):
    before = door.database.clock.now()
    created = create(client)["CreationDateTime"].timestamp()
    assert created == pytest.approx(before, abs=0.001)
    door.database.clock.advance(1000)
    assert described(client)["CreationDateTime"].timestamp() == created
