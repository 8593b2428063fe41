"""Snapshots and forks of databases in memory: every test can start from a seeded state."""

import pytest

import dynacore

KEY = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
ATTRIBUTES = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}]}


def seeded(clock=None, units=None):
    db = dynacore.Database(clock=clock, initial_burst_seconds=0 if units else 300)
    mode = (
        {"ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": units}}
        if units
        else {"BillingMode": "PAY_PER_REQUEST"}
    )
    db.client().create_table(TableName="cars", **KEY, **ATTRIBUTES, **mode)
    return db


def put(db, number, **attributes):
    db.client().put_item(TableName="cars", Item={"id": {"N": str(number)}, **attributes})


def ids(db):
    return sorted(int(item["id"]["N"]) for item in db.client().scan(TableName="cars")["Items"])


def test_restore_makes_the_state_of_the_snapshot_as_often_as_wanted():
    db = seeded()
    for number in range(1_000):
        put(db, number)
    snapshot = db.snapshot()
    client = db.client()
    for _ in range(3):
        put(db, 5_000)
        client.delete_item(TableName="cars", Key={"id": {"N": "7"}})
        client.create_table(TableName="more", **KEY, **ATTRIBUTES, BillingMode="PAY_PER_REQUEST")
        db.restore(snapshot)
        assert ids(db) == list(range(1_000))
        assert client.list_tables()["TableNames"] == ["cars"]
        assert client.describe_table(TableName="cars")["Table"]["ItemCount"] == 1_000
    client.delete_table(TableName="cars")
    db.restore(snapshot)
    assert ids(db) == list(range(1_000))


def test_a_fork_and_its_origin_do_not_see_each_other():
    db = seeded()
    put(db, 1)
    fork = db.fork()
    second = fork.fork()
    put(db, 2)
    put(fork, 3)
    assert (ids(db), ids(fork), ids(second)) == ([1, 2], [1, 3], [1])
    db.close()
    put(fork, 4)
    assert ids(fork) == [1, 3, 4]


def test_a_snapshot_may_be_restored_into_another_database():
    snapshot = seeded().snapshot()
    other = dynacore.Database()
    other.restore(snapshot)
    assert other.client().list_tables()["TableNames"] == ["cars"]


def test_time_does_not_go_back_and_buckets_fill_up():
    clock = dynacore.VirtualClock()
    db = seeded(clock, units=1)
    clock.advance(1)
    put(db, 1)
    snapshot = db.snapshot()
    with pytest.raises(dynacore.exceptions.ProvisionedThroughputExceededException):
        put(db, 2)
    db.restore(snapshot)
    with pytest.raises(dynacore.exceptions.ProvisionedThroughputExceededException):
        put(db, 2)
    clock.advance(1)
    db.restore(snapshot)
    put(db, 2)
    assert ids(db) == [1, 2]


def test_a_fork_lives_by_the_same_clock():
    clock = dynacore.VirtualClock()
    db = dynacore.Database(clock=clock, table_transition_seconds=10)
    db.client().create_table(TableName="cars", **KEY, **ATTRIBUTES, BillingMode="PAY_PER_REQUEST")
    fork = db.fork()
    clock.advance(10)
    assert fork.client().describe_table(TableName="cars")["Table"]["TableStatus"] == "ACTIVE"


def test_a_database_in_a_directory_has_none(tmp_path):
    with dynacore.Database(tmp_path / "db") as db:
        with pytest.raises(ValueError, match="in memory"):
            db.snapshot()
        with pytest.raises(ValueError, match="in memory"):
            db.fork()
        with pytest.raises(ValueError, match="in memory"):
            db.restore(dynacore.Database().snapshot())
