"""UpdateTimeToLive, and what it does: items whose time has passed go by themselves."""

import time

import pytest

import dynacore
from refusal import invalid, refused, violation


def enable(client, attribute="ends", enabled=True):
    return client.update_time_to_live(
        TableName="cars", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute}
    )


def put(client, name, ends):
    client.put_item(TableName="cars", Item={"id": {"S": name}, "ends": {"N": str(ends)}})


def names(client):
    return sorted(item["id"]["S"] for item in client.scan(TableName="cars", ConsistentRead=True)["Items"])


def test_the_answer_repeats_the_setting(cars):
    answer = enable(cars)
    assert answer["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "ends"}


def test_an_item_whose_time_has_passed_is_gone(cars):
    now = int(time.time())
    put(cars, "before", now - 60)
    put(cars, "later", now + 3600)
    put(cars, "long ago", now - 6 * 365 * 24 * 3600)
    cars.put_item(TableName="cars", Item={"id": {"S": "text"}, "ends": {"S": str(now - 60)}})
    assert names(cars) == ["before", "later", "long ago", "text"]
    enable(cars)
    assert names(cars) == ["later", "long ago", "text"]
    put(cars, "new", now - 60)
    assert names(cars) == ["later", "long ago", "text"]
    assert cars.describe_table(TableName="cars")["Table"]["ItemCount"] == 3


@pytest.mark.database(clock="virtual")
def test_items_go_as_time_passes(cars, door):
    clock = door.database.clock
    enable(cars)
    start = int(clock.now())
    for seconds in (10, 20, 30):
        put(cars, str(seconds), start + seconds)
    assert door.database.next_event_at() == start + 11
    clock.advance(20)
    assert names(cars) == ["20", "30"]
    cars.update_item(TableName="cars", Key={"id": {"S": "20"}}, UpdateExpression="REMOVE ends")
    clock.advance(3600)
    assert names(cars) == ["20"]
    assert door.database.next_event_at() is None


@pytest.mark.database(clock="virtual", time_to_live_delay_seconds=100)
def test_the_delay_is_an_option(cars, door):
    clock = door.database.clock
    enable(cars)
    put(cars, "a", int(clock.now()) + 5)
    clock.advance(105)
    assert names(cars) == ["a"]
    clock.advance(1)
    assert names(cars) == []


def test_a_delay_is_no_less_than_nothing():
    with pytest.raises(ValueError, match="time_to_live_delay_seconds"):
        dynacore.Database(time_to_live_delay_seconds=-1)


def test_changes_that_are_refused(cars):
    with invalid("TimeToLive is already disabled"):
        enable(cars, enabled=False)
    enable(cars)
    with invalid("TimeToLive is already enabled"):
        enable(cars)
    with invalid("TimeToLive is active on a different AttributeName: current AttributeName is ends"):
        enable(cars, "other")
    with invalid("Time to live has been modified multiple times within a fixed interval"):
        enable(cars, enabled=False)


def test_the_specification_is_checked(cars, client):
    path = "timeToLiveSpecification.attributeName"
    with invalid(violation("''", path, "Member must have length greater than or equal to 1")):
        enable(cars, "")
    with invalid(violation("null", "timeToLiveSpecification", "Member must not be null")):
        client.update_time_to_live(TableName="cars")
    with refused("ResourceNotFoundException", "Requested resource not found: Table: vans not found"):
        client.update_time_to_live(
            TableName="vans", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"}
        )
