"""DescribeBackup."""

import pytest

from refusal import invalid, refused, violation

MISSING = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01791504762511-2779fadd"


@pytest.fixture
def shop(client):
    """`shop`: provisioned, with one index of each kind, encrypted, with a time to live."""
    client.create_table(
        TableName="shop",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s", "g", "l")],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["price"]},
                "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8},
            }
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-l",
                "KeySchema": [
                    {"AttributeName": "p", "KeyType": "HASH"},
                    {"AttributeName": "l", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
        Tags=[{"Key": "colour", "Value": "red"}],
        TableClass="STANDARD_INFREQUENT_ACCESS",
        DeletionProtectionEnabled=True,
    )
    client.update_time_to_live(
        TableName="shop", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"}
    )
    client.put_item(TableName="shop", Item={name: {"S": "x"} for name in ("p", "s", "g", "l")})
    yield client
    client.update_table(TableName="shop", DeletionProtectionEnabled=False)


def test_what_a_backup_records(shop):
    table = shop.describe_table(TableName="shop")["Table"]
    details = shop.create_backup(TableName="shop", BackupName="monday")["BackupDetails"]
    described = shop.describe_backup(BackupArn=details["BackupArn"])["BackupDescription"]
    assert described["BackupDetails"] == {**details, "BackupStatus": "AVAILABLE"}
    assert described["SourceTableDetails"] == {
        "TableName": "shop",
        "TableId": table["TableId"],
        "TableArn": table["TableArn"],
        "TableSizeBytes": 8,
        "KeySchema": table["KeySchema"],
        "TableCreationDateTime": table["CreationDateTime"],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
        "ItemCount": 1,
        "BillingMode": "PROVISIONED",
    }
    assert described["SourceTableFeatureDetails"] == {
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["price"]},
                "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8},
            }
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "by-l",
                "KeySchema": [
                    {"AttributeName": "p", "KeyType": "HASH"},
                    {"AttributeName": "l", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"},
        "SSEDescription": table["SSEDescription"],
    }


def test_a_plain_table_has_no_features(cars):
    arn = cars.create_backup(TableName="cars", BackupName="monday")["BackupDetails"]["BackupArn"]
    described = cars.describe_backup(BackupArn=arn)["BackupDescription"]
    assert described["SourceTableFeatureDetails"] == {}
    source = described["SourceTableDetails"]
    assert source["BillingMode"] == "PAY_PER_REQUEST"
    assert source["ProvisionedThroughput"] == {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}


def test_what_is_recorded_stays(cars):
    cars.put_item(TableName="cars", Item={"id": {"S": "a"}})
    arn = cars.create_backup(TableName="cars", BackupName="monday")["BackupDetails"]["BackupArn"]
    before = cars.describe_backup(BackupArn=arn)["BackupDescription"]
    cars.put_item(TableName="cars", Item={"id": {"S": "b"}})
    cars.delete_table(TableName="cars")
    assert cars.describe_backup(BackupArn=arn)["BackupDescription"] == before


def test_the_region_of_the_arn_is_not_looked_at(cars):
    arn = cars.create_backup(TableName="cars", BackupName="monday")["BackupDetails"]["BackupArn"]
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    described = cars.describe_backup(BackupArn=elsewhere)["BackupDescription"]
    assert described["BackupDetails"]["BackupArn"] == elsewhere


def test_arns_that_are_none(client):
    with refused("BackupNotFoundException", f"Backup not found: {MISSING}"):
        client.describe_backup(BackupArn=MISSING)
    with invalid("Invalid Backup ARN"):
        client.describe_backup(BackupArn=MISSING.split("/backup")[0])
    with invalid("Invalid Backup ARN"):
        client.describe_backup(BackupArn="x" * 48)
    with invalid("Invalid Request: BackupArn is not valid"):
        client.describe_backup(BackupArn=MISSING.replace("us-east-1", "xx-fake-1"))
    with refused("AccessDeniedException", "Access is denied"):
        client.describe_backup(BackupArn=MISSING.replace("000000000000", "111111111111"))
    with invalid(violation("null", "backupArn", "Member must not be null")):
        client.describe_backup()
    with invalid(violation("'short'", "backupArn", "Member must have length greater than or equal to 37")):
        client.describe_backup(BackupArn="short")
