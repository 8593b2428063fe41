"""RestoreTableFromBackup."""

import pytest

import dynacore
from refusal import invalid, refused, violation

BY_G = {
    "IndexName": "by-g",
    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
    "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8},
}
BY_L = {
    "IndexName": "by-l",
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}
ITEM = {name: {"S": name} for name in ("p", "s", "g", "l", "more")}
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
MISSING = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/backup/01791504762511-2779fadd"


def back_up(client, table):
    return client.create_backup(TableName=table, BackupName="monday")["BackupDetails"]["BackupArn"]


def restore(client, arn, target="again", **overrides):
    answer = client.restore_table_from_backup(TargetTableName=target, BackupArn=arn, **overrides)
    return answer["TableDescription"]


def described(client, table="again"):
    return client.describe_table(TableName=table)["Table"]


def units(description):
    throughput = description["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


@pytest.fixture
def shop(client):
    client.create_table(
        TableName="shop",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s", "g", "l")],
        ProvisionedThroughput=UNITS,
        GlobalSecondaryIndexes=[BY_G],
        LocalSecondaryIndexes=[BY_L],
        SSESpecification={"Enabled": True, "SSEType": "KMS"},
        Tags=[{"Key": "colour", "Value": "red"}],
        TableClass="STANDARD_INFREQUENT_ACCESS",
        DeletionProtectionEnabled=True,
    )
    client.update_time_to_live(
        TableName="shop", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"}
    )
    client.update_continuous_backups(
        TableName="shop", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client.put_item(TableName="shop", Item=ITEM)
    yield client
    client.update_table(TableName="shop", DeletionProtectionEnabled=False)


def test_the_answer(cars):
    arn = back_up(cars, "cars")
    backup = cars.describe_backup(BackupArn=arn)["BackupDescription"]
    description = restore(cars, arn)
    assert description["TableName"] == "again"
    assert description["TableStatus"] == "CREATING"
    assert description["TableId"] != backup["SourceTableDetails"]["TableId"]
    assert description["RestoreSummary"] == {
        "SourceBackupArn": arn,
        "SourceTableArn": backup["SourceTableDetails"]["TableArn"],
        "RestoreDateTime": backup["BackupDetails"]["BackupCreationDateTime"],
        "RestoreInProgress": True,
    }
    assert described(cars)["TableStatus"] == "ACTIVE"
    assert "RestoreSummary" not in described(cars)


def test_what_is_restored_and_what_is_not(shop):
    arn = back_up(shop, "shop")
    shop.put_item(TableName="shop", Item={**ITEM, "s": {"S": "later"}})
    restore(shop, arn)
    table, source = described(shop), described(shop, "shop")
    for member in ("KeySchema", "AttributeDefinitions", "SSEDescription"):
        assert table[member] == source[member]
    assert units(table) == (5, 6)
    assert units(table["GlobalSecondaryIndexes"][0]) == (7, 8)
    assert table["ItemCount"] == table["GlobalSecondaryIndexes"][0]["ItemCount"] == 1
    assert table["LocalSecondaryIndexes"][0]["ItemCount"] == 1
    assert "TableClassSummary" not in table
    assert table["DeletionProtectionEnabled"] is False
    assert shop.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == []
    time_to_live = shop.describe_time_to_live(TableName="again")["TimeToLiveDescription"]
    assert time_to_live == {"TimeToLiveStatus": "DISABLED"}
    recovery = shop.describe_continuous_backups(TableName="again")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert shop.scan(TableName="again")["Items"] == [ITEM]
    by_g = {"KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}}
    assert shop.query(TableName="again", IndexName="by-g", **by_g)["Items"] == [ITEM]
    assert len(shop.scan(TableName="again", IndexName="by-l")["Items"]) == 1
    shop.delete_item(TableName="again", Key={"p": {"S": "p"}, "s": {"S": "s"}})
    assert described(shop)["ItemCount"] == 0


def test_the_settings_are_those_of_the_backup(shop):
    arn = back_up(shop, "shop")
    shop.update_table(
        TableName="shop", ProvisionedThroughput={"ReadCapacityUnits": 50, "WriteCapacityUnits": 60}
    )
    restore(shop, arn)
    assert units(described(shop)) == (5, 6)


def test_throughput_of_its_own(shop):
    arn = back_up(shop, "shop")
    restore(shop, arn, ProvisionedThroughputOverride={"ReadCapacityUnits": 1, "WriteCapacityUnits": 2})
    assert units(described(shop)) == (1, 2)
    assert units(described(shop)["GlobalSecondaryIndexes"][0]) == (7, 8)


def test_on_demand(shop):
    arn = back_up(shop, "shop")
    maximum = {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 60}
    restore(shop, arn, BillingModeOverride="PAY_PER_REQUEST", OnDemandThroughputOverride=maximum)
    table = described(shop)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["OnDemandThroughput"] == maximum
    assert units(table) == units(table["GlobalSecondaryIndexes"][0]) == (0, 0)


def test_indexes_can_be_left_out_and_have_other_names(shop):
    arn = back_up(shop, "shop")
    restore(shop, arn, "none", GlobalSecondaryIndexOverride=[], LocalSecondaryIndexOverride=[])
    table = described(shop, "none")
    assert "GlobalSecondaryIndexes" not in table
    assert "LocalSecondaryIndexes" not in table
    assert len(table["AttributeDefinitions"]) == 2
    renamed = {**BY_G, "IndexName": "other", "ProvisionedThroughput": UNITS}
    restore(shop, arn, "other", GlobalSecondaryIndexOverride=[renamed])
    (index,) = described(shop, "other")["GlobalSecondaryIndexes"]
    assert (index["IndexName"], units(index), index["ItemCount"]) == ("other", (5, 6), 1)
    assert described(shop, "other")["LocalSecondaryIndexes"][0]["IndexName"] == "by-l"


def test_the_key(shop):
    arn = back_up(shop, "shop")
    restore(shop, arn, SSESpecificationOverride={"Enabled": False})
    assert "SSEDescription" not in described(shop)


def test_overrides_that_contradict(shop, cars):
    provisioned, on_demand = back_up(shop, "shop"), back_up(shop, "cars")
    for arn, overrides, problem in (
        (
            on_demand,
            {"ProvisionedThroughputOverride": UNITS},
            "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED",
        ),
        (
            on_demand,
            {"BillingModeOverride": "PROVISIONED"},
            "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
        ),
        (
            provisioned,
            {"BillingModeOverride": "PAY_PER_REQUEST", "ProvisionedThroughputOverride": UNITS},
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
        ),
        (
            provisioned,
            {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}},
            "Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is "
            "PAY_PER_REQUEST",
        ),
        (
            provisioned,
            {"GlobalSecondaryIndexOverride": [{**BY_G, "Projection": {"ProjectionType": "KEYS_ONLY"}}]},
            "Index by-g does not match a secondary index that existed in the source table and cannot be "
            "created during the restore operation",
        ),
        (
            provisioned,
            {
                "GlobalSecondaryIndexOverride": [
                    {name: value for name, value in BY_G.items() if name != "ProvisionedThroughput"}
                ]
            },
            "Must specify provisioned throughput for index by-g",
        ),
        (
            provisioned,
            {"BillingModeOverride": "PAY_PER_REQUEST", "GlobalSecondaryIndexOverride": [BY_G]},
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for "
            "index by-g",
        ),
    ):
        with invalid(f"Invalid Request: {problem}"):
            restore(shop, arn, **overrides)
    assert "again" not in shop.list_tables()["TableNames"]


def test_bad_names_and_arns(cars):
    arn = back_up(cars, "cars")
    with refused("TableAlreadyExistsException", "Table already exists: cars"):
        restore(cars, arn, "cars")
    with refused("BackupNotFoundException", f"Backup not found: {MISSING}"):
        restore(cars, MISSING)
    with invalid("Invalid Backup ARN"):
        restore(cars, MISSING.split("/backup")[0])
    with refused("AccessDeniedException", "Access is denied"):
        restore(cars, MISSING.replace("000000000000", "111111111111"))
    elsewhere = arn.replace("us-east-1", "us-west-2")
    with invalid("Invalid Request: sseSpecificationOverride must be provided for cross-region restores"):
        restore(cars, elsewhere)
    with refused("BackupNotFoundException", f"Backup not found: {elsewhere}"):
        restore(cars, elsewhere, SSESpecificationOverride={"Enabled": True})
    with invalid(violation("'a'", "targetTableName", "Member must have length greater than or equal to 3")):
        restore(cars, arn, "a")
    with invalid(
        violation(
            "'BOGUS'",
            "billingModeOverride",
            "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
        )
    ):
        restore(cars, arn, BillingModeOverride="BOGUS")
    with invalid("VectorIndexOverride is a parameter of DynamoDB that dynacore does not support yet"):
        restore(cars, arn, VectorIndexOverride=[])


@pytest.mark.database(clock="virtual", backfill_items_per_second=10)
def test_a_restore_takes_its_time(door, cars):
    for number in range(35):
        cars.put_item(TableName="cars", Item={"id": {"S": str(number)}})
    arn, other = back_up(cars, "cars"), back_up(cars, "cars")
    restore(cars, arn)
    door.database.clock.advance(1)
    with refused("BackupInUseException", f"Backup is being used to restore another table: {arn}"):
        restore(cars, arn, "more")
    with refused("TableInUseException", f"Table: again is already being restored from backup: {arn}"):
        restore(cars, other)
    with refused("ResourceInUseException", "Table is being used: again"):
        cars.create_table(
            TableName="again",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    for call in (cars.create_backup, cars.describe_continuous_backups):
        with refused("TableNotFoundException", "Table not found: again"):
            call(TableName="again", **({"BackupName": "again"} if call == cars.create_backup else {}))
    with refused("ResourceNotFoundException", "Requested resource not found"):
        cars.scan(TableName="again")
    with refused(
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table is being created: again",
    ):
        cars.delete_table(TableName="again")
    # What happens to the source makes no difference.
    cars.delete_item(TableName="cars", Key={"id": {"S": "7"}})
    cars.delete_table(TableName="cars")
    door.database.clock.advance(3)
    assert described(cars)["TableStatus"] == "ACTIVE"
    assert len(cars.scan(TableName="again")["Items"]) == described(cars)["ItemCount"] == 35
    restore(cars, arn, "more")


def test_on_disk_a_backup_outlives_table_and_process(tmp_path):
    path, clock = tmp_path / "shop.dynacore", dynacore.VirtualClock()
    with dynacore.Database(path, clock=clock) as db:
        client = db.client()
        client.create_table(
            TableName="cars",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.update_continuous_backups(
            TableName="cars", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        for number in range(100):
            client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "n": {"N": "1"}})
        arn, second = back_up(client, "cars"), int(clock.now())
        clock.advance(10)
        for number in range(50, 150):
            client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "n": {"N": "2"}})
    clock = dynacore.VirtualClock(start=clock.now() + 1000)

    def restored(client, target):
        client.get_waiter("table_exists").wait(TableName=target)
        items = client.scan(TableName=target)["Items"]
        return sorted((int(item["id"]["S"]), item["n"]["N"]) for item in items)

    with dynacore.Database(path, clock=clock) as db:
        client = db.client()
        for number in range(120):
            client.delete_item(TableName="cars", Key={"id": {"S": str(number)}})
        client.restore_table_to_point_in_time(
            SourceTableName="cars", TargetTableName="second", RestoreDateTime=second
        )
        assert restored(client, "second") == [(number, "1") for number in range(100)]
        client.delete_table(TableName="cars")
    with dynacore.Database(path, clock=clock) as db:
        client = db.client()
        restore(client, arn, "backup")
        assert restored(client, "backup") == [(number, "1") for number in range(100)]
        (system,) = client.list_backups(BackupType="SYSTEM")["BackupSummaries"]
        restore(client, system["BackupArn"], "system")
        assert restored(client, "system") == [(number, "2") for number in range(120, 150)]
