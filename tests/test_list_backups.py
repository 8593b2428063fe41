"""ListBackups."""

import datetime

import pytest

from refusal import invalid, violation

VIRTUAL = pytest.mark.database(clock="virtual")


def back_up(client, name="monday", table="cars"):
    return client.create_backup(TableName=table, BackupName=name)["BackupDetails"]


def names(client, **filters):
    return [backup["BackupName"] for backup in client.list_backups(**filters)["BackupSummaries"]]


def test_a_summary(cars):
    answer = cars.list_backups()
    assert answer["BackupSummaries"] == []
    assert "LastEvaluatedBackupArn" not in answer
    details = back_up(cars)
    table = cars.describe_table(TableName="cars")["Table"]
    assert cars.list_backups()["BackupSummaries"] == [
        {
            **details,
            "BackupStatus": "AVAILABLE",
            "TableName": "cars",
            "TableArn": table["TableArn"],
            "TableId": table["TableId"],
        }
    ]


@VIRTUAL
def test_filters(door, cars, laps):
    clock, times = door.database.clock, {}
    for name, table in (("one", "cars"), ("two", "laps"), ("three", "cars")):
        times[name] = back_up(cars, name, table)["BackupCreationDateTime"]
        clock.advance(10)
    assert names(cars) == ["one", "two", "three"]
    assert names(cars, TableName="cars") == ["one", "three"]
    arn = cars.describe_table(TableName="laps")["Table"]["TableArn"]
    assert names(cars, TableName=arn) == ["two"]
    assert names(cars, TableName="vans") == []
    assert names(cars, BackupType="USER") == ["one", "two", "three"]
    assert names(cars, BackupType="SYSTEM") == []
    assert names(cars, BackupType="AWS_BACKUP") == []
    assert names(cars, TimeRangeLowerBound=times["two"]) == ["two", "three"]
    assert names(cars, TimeRangeUpperBound=times["two"]) == ["one"]
    later = times["two"] + datetime.timedelta(milliseconds=1)
    assert names(cars, TimeRangeLowerBound=later) == ["three"]
    assert names(cars, TimeRangeUpperBound=later) == ["one", "two"]
    with invalid(
        "One or more parameter values were invalid: Time range lower bound must be less than or equal to "
        "upper bound"
    ):
        names(cars, TimeRangeLowerBound=times["three"], TimeRangeUpperBound=times["one"])


@VIRTUAL
def test_pages(door, cars):
    arns = []
    for number in range(5):
        arns.append(back_up(cars, f"backup-{number}")["BackupArn"])
        door.database.clock.advance(1)
    page = cars.list_backups(Limit=2)
    assert page["LastEvaluatedBackupArn"] == arns[1]
    cars.delete_backup(BackupArn=arns[1])
    page = cars.list_backups(Limit=3, ExclusiveStartBackupArn=arns[1])
    assert [backup["BackupArn"] for backup in page["BackupSummaries"]] == arns[2:]
    assert "LastEvaluatedBackupArn" not in page
    pages = cars.get_paginator("list_backups").paginate(PaginationConfig={"PageSize": 1})
    assert [backup["BackupArn"] for page in pages for backup in page["BackupSummaries"]] == arns[:1] + arns[
        2:
    ]
    with invalid("Invalid Request: The supplied ExclusiveStartBackupArn does not match the region"):
        cars.list_backups(ExclusiveStartBackupArn=arns[0].replace("us-east-1", "us-west-2"))


@VIRTUAL
def test_backups_span_tables_of_one_name(cars, door):
    back_up(cars, "first")
    cars.delete_table(TableName="cars")
    assert names(cars, TableName="cars") == ["first"]
    cars.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    door.database.clock.advance(1)
    back_up(cars, "second")
    assert names(cars, TableName="cars") == ["first", "second"]
    backups = cars.list_backups()["BackupSummaries"]
    assert len({backup["TableArn"] for backup in backups}) == 1
    assert len({backup["TableId"] for backup in backups}) == 2


def test_the_backup_of_a_deleted_table(cars):
    cars.update_continuous_backups(
        TableName="cars", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    cars.put_item(TableName="cars", Item={"id": {"S": "a"}})
    cars.delete_table(TableName="cars")
    assert names(cars) == []
    # Earlier tests may have left theirs on a served database.
    assert names(cars, BackupType="ALL")[-1] == "cars$DeletedTableBackup"
    backup = cars.list_backups(BackupType="SYSTEM")["BackupSummaries"][-1]
    assert backup["BackupType"] == "SYSTEM"
    assert backup["BackupArn"].endswith("-00000000")
    assert backup["BackupExpiryDateTime"] - backup["BackupCreationDateTime"] == datetime.timedelta(days=35)
    described = cars.describe_backup(BackupArn=backup["BackupArn"])["BackupDescription"]
    assert described["SourceTableFeatureDetails"] == {}
    assert described["SourceTableDetails"]["ItemCount"] == 1


def test_bad_parameters(client):
    for limit, constraint in (
        (0, "Member must have value greater than or equal to 1"),
        (101, "Member must have value less than or equal to 100"),
    ):
        with invalid(violation(f"'{limit}'", "limit", constraint)):
            client.list_backups(Limit=limit)
    enum = "Member must satisfy enum value set: [USER, SYSTEM, AWS_BACKUP, ALL]"
    with invalid(violation("'user'", "backupType", enum)):
        client.list_backups(BackupType="user")
    with invalid("Invalid Backup ARN"):
        client.list_backups(ExclusiveStartBackupArn="x" * 37)
