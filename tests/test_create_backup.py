"""CreateBackup: what a table is now, under a name."""

import re
import time

import pytest

import dynacore
from refusal import invalid, refused, violation


def back_up(client, name="monday", table="cars"):
    return client.create_backup(TableName=table, BackupName=name)["BackupDetails"]


def put(client, name, **attributes):
    client.put_item(TableName="cars", Item={"id": {"S": name}, **attributes})


def test_the_answer(cars):
    put(cars, "a")
    before = time.time()
    details = back_up(cars)
    assert re.fullmatch(
        r"arn:aws:dynamodb:us-east-1:\d{12}:table/cars/backup/\d{14}-[0-9a-f]{8}", details["BackupArn"]
    )
    assert details["BackupName"] == "monday"
    assert details["BackupStatus"] == "CREATING"
    assert details["BackupType"] == "USER"
    assert details["BackupSizeBytes"] == 3
    assert abs(details["BackupCreationDateTime"].timestamp() - before) < 60
    assert int(details["BackupArn"].split("/")[-1].split("-")[0]) == round(
        details["BackupCreationDateTime"].timestamp() * 1000
    )
    assert "BackupExpiryDateTime" not in details


def test_names_need_not_differ(cars):
    assert len({back_up(cars)["BackupArn"] for _ in range(3)}) == 3


def test_the_table_is_named_by_its_arn(cars):
    arn = cars.describe_table(TableName="cars")["Table"]["TableArn"]
    assert back_up(cars, table=arn)["BackupArn"].startswith(arn + "/backup/")


def test_no_throughput_is_consumed(client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    for number in range(20):
        put(client, str(number), text={"S": "x" * 3000})
    for _ in range(10):
        back_up(client)
    for number in range(20):
        put(client, str(number), text={"S": "y"})


@pytest.mark.parametrize("table", ["vans", "arn:aws:dynamodb:us-east-1:000000000000:table/vans"])
def test_a_missing_table(client, table):
    with refused("TableNotFoundException", f"Table not found: {table}"):
        back_up(client, table=table)


def test_bad_names(cars):
    with invalid(violation("null", "backupName", "Member must not be null")):
        cars.create_backup(TableName="cars")
    with invalid(violation("'ab'", "backupName", "Member must have length greater than or equal to 3")):
        back_up(cars, "ab")
    pattern = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
    with invalid(violation("'a b c'", "backupName", pattern)):
        back_up(cars, "a b c")
    with invalid(violation("null", "tableName", "Member must not be null")):
        cars.create_backup(BackupName="monday")


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_states(door, client):
    clock = door.database.clock
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with refused("TableNotFoundException", "Table not found: cars"):
        back_up(client)
    clock.advance(10)
    with refused(
        "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: cars. Please retry later",
    ):
        back_up(client)
    clock.advance(3)
    arn = back_up(client)["BackupArn"]

    def status():
        description = client.describe_backup(BackupArn=arn)["BackupDescription"]
        return description["BackupDetails"]["BackupStatus"]

    assert status() == "CREATING"
    clock.advance(10)
    assert status() == "AVAILABLE"
    client.update_table(
        TableName="cars",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    back_up(client)
    clock.advance(10)
    client.delete_table(TableName="cars")
    back_up(client)


def test_a_backup_is_what_the_table_was_also_under_load(tmp_path):
    """Each backup of a growing table holds exactly what was written before it, in memory and on disk."""
    for db in (dynacore.Database(), dynacore.Database(tmp_path / "shop.dynacore")):
        with db:
            client = db.client()
            client.create_table(
                TableName="cars",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            arns = []
            for number in range(200):
                put(client, str(number % 50), n={"N": str(number)})
                if number % 20 == 10:
                    arns.append((number, back_up(client)["BackupArn"]))
            for number, arn in arns:
                target = f"restored-{number}"
                client.restore_table_from_backup(TargetTableName=target, BackupArn=arn)
                client.get_waiter("table_exists").wait(TableName=target)
                items = client.scan(TableName=target)["Items"]
                latest = {str(n % 50): n for n in range(number + 1)}
                assert {item["id"]["S"]: int(item["n"]["N"]) for item in items} == latest
