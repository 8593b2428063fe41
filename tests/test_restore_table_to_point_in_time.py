"""RestoreTableToPointInTime."""

import datetime
import re

import pytest

from refusal import invalid, refused, violation

VIRTUAL = pytest.mark.database(clock="virtual")
SHAPE = "Invalid Request: "


def recover(client, enabled=True, table="cars"):
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled}
    )


def put(client, name, n=0):
    client.put_item(TableName="cars", Item={"id": {"S": name}, "n": {"N": str(n)}})


def restore(client, target="again", **parameters):
    parameters = {"SourceTableName": "cars", **parameters}
    return client.restore_table_to_point_in_time(TargetTableName=target, **parameters)["TableDescription"]


def restored(client, target="again"):
    client.get_waiter("table_exists").wait(TableName=target)
    items = client.scan(TableName=target)["Items"]
    return {item["id"]["S"]: int(item["n"]["N"]) for item in items}


@VIRTUAL
def test_any_second(door, cars):
    clock = door.database.clock
    start = int(clock.now())
    recover(cars)
    for second in range(10):
        put(cars, "a", second)
        clock.advance(0.25)
        put(cars, f"new-{second}", second)
        clock.advance(0.5)
        put(cars, "a", 100 + second)
        clock.advance(0.25)
    cars.delete_item(TableName="cars", Key={"id": {"S": "a"}})
    clock.advance(300)
    for second in range(10):
        # A part of a second stands for the whole.
        time = start + second + (0.9 if second % 2 else 0)
        restore(cars, f"at-{second}", RestoreDateTime=time)
        expected = {f"new-{earlier}": earlier for earlier in range(second + 1)}
        assert restored(cars, f"at-{second}") == {**expected, "a": 100 + second}
    restore(cars, "latest", UseLatestRestorableTime=True)
    assert "a" not in restored(cars, "latest")


@VIRTUAL
def test_the_answer(door, cars):
    recover(cars)
    arn = cars.describe_table(TableName="cars")["Table"]["TableArn"]
    time = datetime.datetime.fromtimestamp(int(door.database.clock.now()), datetime.UTC)
    description = restore(cars, RestoreDateTime=time)
    assert description["TableStatus"] == "CREATING"
    summary = description["RestoreSummary"]
    assert summary.pop("RestoreDateTime").timestamp() == time.timestamp()
    assert summary == {"SourceTableArn": arn, "RestoreInProgress": True}
    assert "RestoreSummary" not in cars.describe_table(TableName="again")["Table"]


def test_at_once_the_latest_is_when_it_was_switched_on(cars):
    put(cars, "a", 1)
    recover(cars)
    arn = cars.describe_table(TableName="cars")["Table"]["TableArn"]
    cars.restore_table_to_point_in_time(
        SourceTableArn=arn, TargetTableName="again", UseLatestRestorableTime=True
    )
    assert restored(cars) == {"a": 1}


@VIRTUAL
def test_settings_are_those_of_now(door, cars):
    recover(cars)
    put(cars, "a", 1)
    door.database.clock.advance(400)
    cars.update_table(
        TableName="cars",
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by-n",
                    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    door.database.clock.advance(1)
    restore(cars, UseLatestRestorableTime=True)
    table = cars.describe_table(TableName="again")["Table"]
    assert table["GlobalSecondaryIndexes"][0]["ItemCount"] == 1
    restore(
        cars,
        "more",
        UseLatestRestorableTime=True,
        GlobalSecondaryIndexOverride=[],
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
    )
    table = cars.describe_table(TableName="more")["Table"]
    assert "GlobalSecondaryIndexes" not in table
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


@VIRTUAL
def test_times_out_of_reach(door, cars):
    clock = door.database.clock
    start = int(clock.now())
    recover(cars)
    clock.advance(1000)
    for time in (0, start - 1, start + 701, start + 5000):
        with refused(
            "InvalidRestoreTimeException",
            re.compile(
                r"RestoreDateTime '[-\dT:]+Z' must be within EarliestRestorableDateTime '[-\dT:]+Z' and "
                r"LatestRestorableDateTime '[-\dT:]+Z'"
            ),
        ):
            # The name is taken: the time is looked at first.
            restore(cars, "cars", RestoreDateTime=time)
    for time in (start, start + 700):
        restore(cars, f"at-{time}", RestoreDateTime=time)


@VIRTUAL
def test_what_is_older_than_the_period_is_gone(door, cars):
    clock = door.database.clock
    start = int(clock.now())
    cars.update_continuous_backups(
        TableName="cars",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 1},
    )
    for number in range(10):
        put(cars, "a", number)
        clock.advance(20_000)
    restore(cars, RestoreDateTime=start + 7 * 20_000 + 5)
    assert restored(cars) == {"a": 7}
    with refused("InvalidRestoreTimeException", re.compile(".*")):
        restore(cars, "more", RestoreDateTime=start + 20_000)


def test_a_table_without_recovery(cars):
    text = "Point in time recovery is not enabled for table 'cars'"
    for parameters in ({"UseLatestRestorableTime": True}, {"RestoreDateTime": 0}):
        with refused("PointInTimeRecoveryUnavailableException", text):
            restore(cars, "cars", **parameters)


def test_shapes(cars):
    recover(cars)
    with invalid(
        f"{SHAPE}Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
        "request. Please specify either RestoreDateTime time or UseLatestRestorableTime"
    ):
        restore(cars, UseLatestRestorableTime=True, RestoreDateTime=0)
    either = "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
    for parameters in ({}, {"UseLatestRestorableTime": False}):
        with invalid(SHAPE + either):
            restore(cars, **parameters)
    arn = cars.describe_table(TableName="cars")["Table"]["TableArn"]
    with invalid(f"{SHAPE}Must provide exactly one of: sourceTableArn, sourceTableName"):
        restore(cars, SourceTableArn=arn, UseLatestRestorableTime=True)

    def by_arn(arn):
        cars.restore_table_to_point_in_time(
            SourceTableArn=arn, TargetTableName="again", UseLatestRestorableTime=True
        )

    with invalid("sourceTableArn is not a valid ARN"):
        by_arn("cars")
    with invalid("This action is only supported by accounts that match the resource owner\u2019s account."):
        by_arn(arn.replace("000000000000", "111111111111"))
    with invalid(f"{SHAPE}sseSpecificationOverride must be provided for cross-region restores"):
        by_arn(arn.replace("us-east-1", "us-west-2"))
    with invalid("The parameter 'TableName' is required but was not present in the request"):
        cars.restore_table_to_point_in_time(TargetTableName="again", UseLatestRestorableTime=True)
    pattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    with invalid(violation("'bad name!'", "targetTableName", pattern)):
        restore(cars, "bad name!", UseLatestRestorableTime=True)


def test_names(cars):
    recover(cars)
    with refused("TableAlreadyExistsException", "Table already exists: cars"):
        restore(cars, "cars", UseLatestRestorableTime=True)
    with refused("TableNotFoundException", "Table not found: vans"):
        restore(cars, "cars", SourceTableName="vans", UseLatestRestorableTime=True)


def test_a_deleted_table_cannot_be_restored_to_a_second(cars):
    recover(cars)
    cars.delete_table(TableName="cars")
    with refused("TableNotFoundException", "Table not found: cars"):
        restore(cars, UseLatestRestorableTime=True)
