"""The doors themselves: the same calls through each have the same answers and the same errors."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from typing import Any

import botocore.exceptions
import pytest

import dynacore

CARS = {
    "TableName": "cars",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def cars(resource) -> Any:
    table = resource.create_table(**CARS)
    table.wait_until_exists()
    return table


def test_an_item_comes_back_as_it_went_in(client):
    client.create_table(**CARS)
    item = {"id": {"S": "1"}, "year": {"N": "1967"}, "tags": {"SS": ["a", "b"]}, "seal": {"B": b"\x00\xff"}}
    response = client.put_item(TableName="cars", Item=item)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert len(response["ResponseMetadata"]["RequestId"]) == 52
    assert response["ResponseMetadata"]["RetryAttempts"] == 0
    assert client.get_item(TableName="cars", Key={"id": {"S": "1"}})["Item"] == item


def test_python_values_come_back_as_they_went_in(cars):
    item = {
        "id": "1",
        "year": 1967,
        "price": Decimal("1.5"),
        "tags": {"a", "b"},
        "sold": None,
        "parts": [True],
    }
    cars.put_item(Item=item)
    assert cars.get_item(Key={"id": "1"})["Item"] == item


def test_floats_are_refused(cars):
    with pytest.raises(TypeError, match=r"Float types are not supported\. Use Decimal types instead\."):
        cars.put_item(Item={"id": "1", "price": 1.5})


def test_errors_are_caught_by_both_names(client):
    for catching in (client.exceptions.ResourceNotFoundException, botocore.exceptions.ClientError):
        with pytest.raises(catching) as caught:
            client.get_item(TableName="missing", Key={"id": {"S": "1"}})
        assert caught.value.response["Error"] == {
            "Code": "ResourceNotFoundException",
            "Message": "Requested resource not found",
        }
        # botocore adds this to any error where it was told not to retry.
        assert str(caught.value).replace(" (reached max retries: 0)", "") == (
            "An error occurred (ResourceNotFoundException) when calling the GetItem operation: "
            "Requested resource not found"
        )


def test_tables_are_listed(resource, cars):
    assert [table.name for table in resource.tables.all()] == ["cars"]
    assert resource.Table("cars").table_status == "ACTIVE"
    cars.delete()
    cars.wait_until_not_exists()
    assert list(resource.tables.all()) == []


def test_nothing_is_left_of_another_test(client):
    assert client.list_tables()["TableNames"] == []


@pytest.mark.database(clock="virtual")
def test_a_virtual_clock_stays_in_process(door):
    assert door.name in ("native", "boto3")
    assert isinstance(door.database.clock, dynacore.VirtualClock)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_server_says_where_it_is_and_ends_cleanly(stop):
    command = [sys.executable, "-m", "dynacore", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        assert line.startswith("dynacore is ready on http://127.0.0.1:")
        os.kill(process.pid, stop)
        assert process.wait(20) == 0
        assert process.stdout.read() == ""


def test_a_closed_database_makes_nothing():
    with dynacore.Database() as database:
        pass
    for make in (database.client, database.resource, database.boto3_session, database.tick):
        with pytest.raises(ValueError, match="the database is closed"):
            make()


def test_a_service_that_is_not_here_says_so():
    with pytest.raises(ValueError, match="no service 's3' here; there are: dynamodb, dynamodbstreams"):
        dynacore.Database().client("s3")
