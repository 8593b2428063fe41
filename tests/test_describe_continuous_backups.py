"""DescribeContinuousBackups."""

import pytest

from refusal import invalid, refused, violation


def described(client, table="cars"):
    return client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]


def test_every_table_has_them(cars):
    assert described(cars) == {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }


@pytest.mark.database(clock="virtual")
def test_the_window(door, cars):
    clock = door.database.clock
    start = int(clock.now())
    cars.update_continuous_backups(
        TableName="cars",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 2},
    )

    def window():
        recovery = described(cars)["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        assert recovery["RecoveryPeriodInDays"] == 2
        ends = (recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"])
        return tuple(end.timestamp() - start for end in ends)

    assert window() == (0, 0)
    clock.advance(300)
    assert window() == (0, 0)
    clock.advance(100)
    assert window() == (0, 100)
    clock.advance(3 * 86_400)
    assert window() == (86_400 + 400, 3 * 86_400 + 100)


def test_a_missing_table(client):
    with refused("TableNotFoundException", "Table not found: vans"):
        described(client, "vans")
    with invalid(violation("null", "tableName", "Member must not be null")):
        client.describe_continuous_backups()


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_a_new_table(door, client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with refused("TableNotFoundException", "Table not found: cars"):
        described(client)
    door.database.clock.advance(10)
    assert described(client)["ContinuousBackupsStatus"] == "DISABLED"
    door.database.clock.advance(3)
    assert described(client)["ContinuousBackupsStatus"] == "ENABLED"
