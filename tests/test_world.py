"""Worlds of several Regions: native, boto3 in process and HTTP, with failures of Regions."""

import doctest
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

import dynacore
import dynacore._world

VIRGINIA, FRANKFURT, MUMBAI = "us-east-1", "eu-central-1", "ap-south-1"
ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})


@pytest.fixture
def clock() -> dynacore.VirtualClock:
    return dynacore.VirtualClock()


@pytest.fixture
def world(clock: dynacore.VirtualClock) -> Iterator[dynacore.World]:
    with dynacore.World([VIRGINIA, FRANKFURT, MUMBAI], clock=clock, seed=7) as world:
        yield world


def create(client: Any) -> None:
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def replicated(world: dynacore.World, clock: dynacore.VirtualClock) -> None:
    client = world[VIRGINIA].client()
    create(client)
    for region in (FRANKFURT, MUMBAI):
        client.update_table(TableName="cars", ReplicaUpdates=[{"Create": {"RegionName": region}}])
        clock.advance(5)


def cars(world: dynacore.World, region: str) -> Any:
    return world[region].resource().Table("cars")


def test_the_examples_run():
    outcome = doctest.testmod(dynacore._world)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_a_world_is_a_mapping_of_its_regions(world):
    assert world.regions == [VIRGINIA, FRANKFURT, MUMBAI] == list(world)
    assert len(world) == 3
    assert FRANKFURT in world
    assert world[MUMBAI].region == MUMBAI
    with pytest.raises(KeyError, match="there are: us-east-1, eu-central-1, ap-south-1"):
        _ = world["eu-west-1"]


@pytest.mark.parametrize("regions", [[], [VIRGINIA, VIRGINIA]])
def test_a_world_has_regions_and_each_once(regions):
    with pytest.raises(ValueError, match="a world has"):
        dynacore.World(regions)


def test_boto3_reaches_every_region_through_one_session(world, clock):
    replicated(world, clock)
    session = world.boto3_session()
    frankfurt = session.resource("dynamodb", region_name=FRANKFURT).Table("cars")
    frankfurt.put_item(Item={"id": "1", "make": "MINI"})
    virginia = session.resource("dynamodb").Table("cars")
    assert "Item" not in virginia.get_item(Key={"id": "1"})
    clock.advance(0.5)
    assert virginia.get_item(Key={"id": "1"})["Item"]["make"] == "MINI"
    replicas = session.client("dynamodb").describe_table(TableName="cars")["Table"]["Replicas"]
    assert {each["RegionName"]: each["ReplicaStatus"] for each in replicas} == {
        FRANKFURT: "ACTIVE",
        MUMBAI: "ACTIVE",
    }


def test_the_network_is_cut_and_heals(world, clock):
    replicated(world, clock)
    world.network.cut(VIRGINIA, FRANKFURT)
    assert world.network.is_cut(FRANKFURT, VIRGINIA)
    cars(world, VIRGINIA).put_item(Item={"id": "1"})
    clock.advance(60)
    assert "Item" not in cars(world, FRANKFURT).get_item(Key={"id": "1"})
    assert "Item" in cars(world, MUMBAI).get_item(Key={"id": "1"})
    world.network.heal(VIRGINIA, FRANKFURT)
    clock.advance(1)
    assert "Item" in cars(world, FRANKFURT).get_item(Key={"id": "1"})


def test_a_change_takes_its_latency_however_long_nothing_happened(world, clock):
    replicated(world, clock)
    for number in range(4):
        # Long, but not so long that the world has something to clear away.
        clock.advance(7 * number)
        cars(world, VIRGINIA).put_item(Item={"id": str(number)})
        clock.advance(0.499)
        assert "Item" not in cars(world, FRANKFURT).get_item(Key={"id": str(number)})
        clock.advance(0.001)
        assert "Item" in cars(world, FRANKFURT).get_item(Key={"id": str(number)})


def test_two_regions_are_compared_while_changes_are_under_way(world, clock):
    replicated(world, clock)
    cars(world, VIRGINIA).put_item(Item={"id": "1"})
    clock.advance(1)
    cars(world, VIRGINIA).put_item(Item={"id": "1", "make": "MINI"})
    cars(world, FRANKFURT).put_item(Item={"id": "2"})
    assert world.compare("cars", VIRGINIA, FRANKFURT) == (0, 1, 0, 1)
    assert world.compare("cars", VIRGINIA, MUMBAI) == (0, 1, 0, 0)
    clock.advance(1)
    compared = world.compare("cars", VIRGINIA, FRANKFURT)
    assert compared == (2, 0, 0, 0)
    assert compared.is_consistent
    with pytest.raises(dynacore.exceptions.ResourceNotFoundException):
        world.compare("vans", VIRGINIA, FRANKFURT)


def test_a_region_that_failed_is_seen_as_an_sdk_sees_it(world, clock):
    replicated(world, clock)
    world.fail(FRANKFURT)
    assert not world.is_up(FRANKFURT)
    with pytest.raises(dynacore.exceptions.EndpointConnectionError) as caught:
        world[FRANKFURT].client().list_tables()
    url = "https://dynamodb.eu-central-1.amazonaws.com/"
    assert str(caught.value) == f'Could not connect to the endpoint URL: "{url}"'
    assert isinstance(caught.value, botocore.exceptions.EndpointConnectionError)
    client = world[FRANKFURT].boto3_session().client("dynamodb", config=ONCE)
    with pytest.raises(botocore.exceptions.EndpointConnectionError, match=re.escape(url)):
        client.list_tables()
    cars(world, VIRGINIA).put_item(Item={"id": "1"})
    world.recover(FRANKFURT)
    clock.advance(1)
    assert "Item" in cars(world, FRANKFURT).get_item(Key={"id": "1"})


def test_a_lone_database_has_no_replicas():
    client = dynacore.Database().client()
    create(client)
    with pytest.raises(dynacore.exceptions.ClientError, match=r"open several as a dynacore\.World"):
        client.update_table(TableName="cars", ReplicaUpdates=[{"Create": {"RegionName": FRANKFURT}}])


def test_with_the_systems_clock_changes_arrive_by_themselves():
    world = dynacore.World([VIRGINIA, FRANKFURT])
    world.network.latency(VIRGINIA, FRANKFURT, seconds=0.01)
    client = world[VIRGINIA].client()
    create(client)
    client.update_table(TableName="cars", ReplicaUpdates=[{"Create": {"RegionName": FRANKFURT}}])
    frankfurt = world[FRANKFURT].client()
    frankfurt.get_waiter("table_exists").wait(TableName="cars", WaiterConfig={"Delay": 1})
    client.put_item(TableName="cars", Item={"id": {"S": "1"}})
    until = time.monotonic() + 20
    while "Item" not in frankfurt.get_item(TableName="cars", Key={"id": {"S": "1"}}):
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def served() -> Iterator[str]:
    """The address of a server of two Regions."""
    command = [sys.executable, "-m", "dynacore", "serve", "--port", "0"]
    command += ["--regions", f"{VIRGINIA},{FRANKFURT}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()


def test_a_server_of_several_regions_answers_by_the_credential(served):
    def client(region: str) -> Any:
        return boto3.client(
            "dynamodb",
            region_name=region,
            endpoint_url=served,
            aws_access_key_id="a",
            aws_secret_access_key="b",
            config=ONCE,
        )

    create(client(VIRGINIA))
    assert client(VIRGINIA).list_tables()["TableNames"] == ["cars"]
    assert client(FRANKFURT).list_tables()["TableNames"] == []
    arn = client(VIRGINIA).describe_table(TableName="cars")["Table"]["TableArn"]
    assert arn.split(":")[3] == VIRGINIA
    client(VIRGINIA).update_table(TableName="cars", ReplicaUpdates=[{"Create": {"RegionName": FRANKFURT}}])
    client(FRANKFURT).get_waiter("table_exists").wait(TableName="cars", WaiterConfig={"Delay": 1})
    with pytest.raises(botocore.exceptions.ClientError, match="valid region, not 'eu-west-1'"):
        client("eu-west-1").list_tables()


def test_a_table_moves_to_another_region_while_it_is_written(world, clock):
    client = world[VIRGINIA].client()
    create(client)
    virginia = cars(world, VIRGINIA)
    for number in range(300):
        virginia.put_item(Item={"id": str(number)})
    move = world.replicate("cars", VIRGINIA, FRANKFURT)
    clock.advance(0.1)
    virginia.put_item(Item={"id": "7", "make": "MINI"})
    assert move.lag().status == "CREATING"
    clock.advance(10)
    assert move.lag() == ("ACTIVE", 0, None)
    assert move.check() == (300, 0, 0, 0)
    assert move.check().is_consistent
    assert "Replicas" not in client.describe_table(TableName="cars")["Table"]

    virginia.put_item(Item={"id": "8", "make": "Tatra"})
    assert move.lag().pending == 1
    assert move.check() == (299, 1, 0, 0)
    with pytest.raises(dynacore.exceptions.ResourceInUseException, match="1 changes still to come"):
        move.promote()
    clock.advance(1)
    back = move.promote()
    assert (back.master, back.replica) == (FRANKFURT, VIRGINIA)
    cars(world, FRANKFURT).put_item(Item={"id": "9", "make": "Praga"})
    clock.advance(1)
    assert virginia.get_item(Key={"id": "9"})["Item"]["make"] == "Praga"
    back.stop()
    cars(world, FRANKFURT).put_item(Item={"id": "new"})
    clock.advance(5)
    assert "Item" not in virginia.get_item(Key={"id": "new"})
