"""DescribeTimeToLive."""

import pytest

from refusal import invalid, refused


def describe(client):
    return client.describe_time_to_live(TableName="cars")["TimeToLiveDescription"]


def switch(client, enabled):
    client.update_time_to_live(
        TableName="cars", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": "ends"}
    )


def test_off_and_on(cars):
    assert describe(cars) == {"TimeToLiveStatus": "DISABLED"}
    switch(cars, True)
    assert describe(cars) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}


@pytest.mark.database(clock="virtual")
def test_what_was_switched_off_is_forgotten(cars, door):
    switch(cars, True)
    door.database.clock.advance(3600)
    switch(cars, False)
    assert describe(cars) == {"TimeToLiveStatus": "DISABLED"}


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_the_states_between(cars, door):
    with invalid(
        "Cannot describe time to live while table is in CREATING state: Current table state is CREATING"
    ):
        describe(cars)
    door.database.clock.advance(10)
    switch(cars, True)
    assert describe(cars)["TimeToLiveStatus"] == "ENABLING"
    door.database.clock.advance(10)
    assert describe(cars)["TimeToLiveStatus"] == "ENABLED"


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        describe(client)
