"""UpdateTable."""

from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation


@pytest.fixture
def cars(client):
    """A provisioned `cars`, 10 units for reads and writes."""
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 10},
    )
    return client


def units(read, write):
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def described(client):
    return client.describe_table(TableName="cars")["Table"]


def change(client, **parameters):
    return client.update_table(TableName="cars", **parameters)["TableDescription"]


def throughput(table):
    return table["ProvisionedThroughput"]["ReadCapacityUnits"], table["ProvisionedThroughput"][
        "WriteCapacityUnits"
    ]


def test_the_answer_has_the_old_throughput_and_what_follows_the_new(cars):
    table = change(cars, ProvisionedThroughput=units(20, 5))
    assert table["TableStatus"] == "UPDATING"
    assert throughput(table) == (10, 10)
    assert described(cars)["TableStatus"] == "ACTIVE"
    assert throughput(described(cars)) == (20, 5)


def test_increases_and_decreases_are_noted(cars):
    assert "LastIncreaseDateTime" not in described(cars)["ProvisionedThroughput"]
    change(cars, ProvisionedThroughput=units(20, 10))
    noted = described(cars)["ProvisionedThroughput"]
    assert isinstance(noted["LastIncreaseDateTime"], datetime)
    assert "LastDecreaseDateTime" not in noted
    assert noted["NumberOfDecreasesToday"] == 0
    change(cars, ProvisionedThroughput=units(20, 9))
    noted = described(cars)["ProvisionedThroughput"]
    assert isinstance(noted["LastDecreaseDateTime"], datetime)
    assert noted["NumberOfDecreasesToday"] == 1


def test_to_on_demand_and_back(cars):
    change(cars, BillingMode="PAY_PER_REQUEST")
    table = described(cars)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert isinstance(table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"], datetime)
    assert throughput(table) == (0, 0)
    change(cars, BillingMode="PROVISIONED", ProvisionedThroughput=units(3, 4))
    table = described(cars)
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert throughput(table) == (3, 4)


def test_items_stay(cars):
    for number in range(30):
        cars.put_item(TableName="cars", Item={"id": {"S": str(number)}})
    change(cars, ProvisionedThroughput=units(9000, 5000))
    change(cars, BillingMode="PAY_PER_REQUEST")
    assert cars.scan(TableName="cars")["Count"] == 30
    assert described(cars)["ItemCount"] == 30


def test_deletion_protection(cars):
    assert change(cars, DeletionProtectionEnabled=True)["DeletionProtectionEnabled"] is True
    assert described(cars)["DeletionProtectionEnabled"] is True
    assert change(cars, DeletionProtectionEnabled=False)["DeletionProtectionEnabled"] is False


def test_the_resource(cars, resource):
    table = resource.Table("cars")
    updated = table.update(ProvisionedThroughput=units(7, 8))
    assert updated.name == "cars"
    table.reload()
    assert table.provisioned_throughput["ReadCapacityUnits"] == 7


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {},
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
            "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
            "WarmThroughput or TableClass is required",
        ),
        (
            {"BillingMode": "FREE"},
            violation(
                "'FREE'", "billingMode", "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"
            ),
        ),
        (
            {"ProvisionedThroughput": units(0, 1)},
            violation(
                "'0'",
                "provisionedThroughput.readCapacityUnits",
                "Member must have value greater than or equal to 1",
            ),
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1}},
            violation("null", "provisionedThroughput.writeCapacityUnits", "Member must not be null"),
        ),
        (
            {"BillingMode": "PROVISIONED"},
            "One or more parameter values were invalid: ProvisionedThroughput must be specified when "
            "BillingMode is "
            "PROVISIONED",
        ),
        (
            {"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": units(1, 1)},
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can "
            "be "
            "specified when BillingMode is PAY_PER_REQUEST",
        ),
        (
            {"ProvisionedThroughput": units(10, 10)},
            "The provisioned throughput for the table will not change. The requested value equals the "
            "current value. "
            "Current ReadCapacityUnits provisioned for the table: 10. Requested ReadCapacityUnits: 10. "
            "Current "
            "WriteCapacityUnits provisioned for the table: 10. Requested WriteCapacityUnits: 10. Refer to "
            "the Amazon "
            "DynamoDB Developer Guide for current limits and how to request higher limits.",
        ),
    ],
)
def test_parameters_are_checked(cars, parameters, message):
    with invalid(message):
        change(cars, **parameters)
    assert throughput(described(cars)) == (10, 10)


def test_throughput_alone_does_not_end_on_demand(cars):
    change(cars, BillingMode="PAY_PER_REQUEST")
    with invalid(
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be "
        "specified when BillingMode is PAY_PER_REQUEST"
    ):
        change(cars, ProvisionedThroughput=units(5, 5))
    assert throughput(described(cars)) == (0, 0)


def test_a_database_of_one_region_has_no_replicas(cars):
    with pytest.raises(ClientError, match=r"open several as a dynacore\.World") as caught:
        change(cars, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: missing not found"):
        client.update_table(TableName="missing", BillingMode="PAY_PER_REQUEST")


def test_four_decreases_in_an_hour_then_no_more_soon(cars):
    """The first four decreases of a day are at any time, then there is one for each hour without one."""
    for write in (9, 8, 7, 6):
        change(cars, ProvisionedThroughput=units(10, write))
    with pytest.raises(ClientError, match="LimitExceededException"):
        change(cars, ProvisionedThroughput=units(10, 5))
    assert throughput(described(cars)) == (10, 6)
    change(cars, ProvisionedThroughput=units(10, 60))
