"""DeleteBackup."""

import pytest

from refusal import invalid, refused


def back_up(client):
    return client.create_backup(TableName="cars", BackupName="monday")["BackupDetails"]["BackupArn"]


def test_it_is_gone_at_once(cars):
    arn = back_up(cars)
    described = cars.describe_backup(BackupArn=arn)["BackupDescription"]
    described["BackupDetails"]["BackupStatus"] = "DELETED"
    assert cars.delete_backup(BackupArn=arn)["BackupDescription"] == described
    assert cars.list_backups()["BackupSummaries"] == []
    for call in (cars.describe_backup, cars.delete_backup):
        with refused("BackupNotFoundException", f"Backup not found: {arn}"):
            call(BackupArn=arn)


def test_others_stay(cars):
    cars.put_item(TableName="cars", Item={"id": {"S": "a"}, "n": {"N": "1"}})
    first, second, third = back_up(cars), back_up(cars), back_up(cars)
    cars.put_item(TableName="cars", Item={"id": {"S": "a"}, "n": {"N": "2"}})
    cars.delete_backup(BackupArn=first)
    cars.delete_backup(BackupArn=third)
    cars.restore_table_from_backup(TargetTableName="again", BackupArn=second)
    assert cars.scan(TableName="again")["Items"] == [{"id": {"S": "a"}, "n": {"N": "1"}}]


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_in_use(door, client):
    clock = door.database.clock
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    clock.advance(20)
    arn = back_up(client)
    with refused("BackupInUseException", f"Backup is being created: {arn}"):
        client.delete_backup(BackupArn=arn)
    clock.advance(10)
    client.restore_table_from_backup(TargetTableName="again", BackupArn=arn)
    with refused("BackupInUseException", f"Backup is being used to restore table: {arn}"):
        client.delete_backup(BackupArn=arn)
    clock.advance(10)
    client.delete_backup(BackupArn=arn)


@pytest.mark.database(clock="virtual")
def test_a_system_backup_goes_by_itself(door, cars):
    cars.update_continuous_backups(
        TableName="cars", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    cars.delete_table(TableName="cars")
    (backup,) = cars.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    arn, expires = backup["BackupArn"], backup["BackupExpiryDateTime"]
    with invalid(
        f"Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will "
        f"automatically expire on {expires:%Y-%m-%dT%H:%M:%S}.{expires.microsecond // 1000:03}Z"
    ):
        cars.delete_backup(BackupArn=arn)
    door.database.clock.advance(35 * 86_400)
    assert cars.list_backups(BackupType="ALL")["BackupSummaries"] == []
