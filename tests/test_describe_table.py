"""DescribeTable."""

import pytest

from refusal import invalid, refused, violation


def describe(client, name="laps"):
    return client.describe_table(TableName=name)["Table"]


def test_what_was_created_is_described(client):
    created = client.create_table(
        TableName="laps",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        DeletionProtectionEnabled=True,
    )["TableDescription"]
    described = describe(client)
    warm = described.pop("WarmThroughput")
    assert warm == {"ReadUnitsPerSecond": 3, "WriteUnitsPerSecond": 4, "Status": "ACTIVE"}
    assert described == {**created, "TableStatus": "ACTIVE"}
    client.update_table(TableName="laps", DeletionProtectionEnabled=False)


def test_items_are_counted_with_their_bytes(laps):
    assert (describe(laps)["ItemCount"], describe(laps)["TableSizeBytes"]) == (0, 0)
    # driver + "ann" + lap + a number of two bytes
    weight = 6 + 3 + 3 + 2
    for lap in (1, 2, 3):
        laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": str(lap)}})
    assert (describe(laps)["ItemCount"], describe(laps)["TableSizeBytes"]) == (3, 3 * weight)
    laps.update_item(
        TableName="laps",
        Key={"driver": {"S": "ann"}, "lap": {"N": "1"}},
        UpdateExpression="SET note = :n",
        ExpressionAttributeValues={":n": {"S": "12345"}},
    )
    assert (describe(laps)["ItemCount"], describe(laps)["TableSizeBytes"]) == (3, 3 * weight + 9)
    laps.delete_item(TableName="laps", Key={"driver": {"S": "ann"}, "lap": {"N": "1"}})
    assert (describe(laps)["ItemCount"], describe(laps)["TableSizeBytes"]) == (2, 2 * weight)


def test_a_table_may_be_named_by_its_arn(laps):
    arn = describe(laps)["TableArn"]
    assert describe(laps, arn)["TableName"] == "laps"


def test_the_resource_has_the_description_as_attributes(laps, resource):
    table = resource.Table("laps")
    assert table.table_arn == describe(laps)["TableArn"]
    assert table.key_schema == describe(laps)["KeySchema"]
    assert table.item_count == 0
    laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": "1"}})
    assert table.item_count == 0, "attributes are read once"
    table.reload()
    assert table.item_count == 1


def test_no_table(client, resource):
    message = "Requested resource not found: Table: missing not found"
    with refused("ResourceNotFoundException", message):
        describe(client, "missing")
    with refused("ResourceNotFoundException", message):
        resource.Table("missing").load()


def test_names_are_checked(client):
    with invalid(violation("null", "tableName", "Member must not be null")):
        client.describe_table()
    with invalid(
        violation("'a b'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
    ):
        describe(client, "a b")


@pytest.mark.parametrize("waiter", ["table_exists", "table_not_exists"])
def test_waiters(laps, waiter):
    name = "laps" if waiter == "table_exists" else "missing"
    laps.get_waiter(waiter).wait(TableName=name)
