"""DeleteTable."""

from refusal import invalid, refused, violation


def test_a_table_goes_with_all_in_it(laps):
    laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": "1"}})
    table = laps.delete_table(TableName="laps")["TableDescription"]
    assert table["TableName"] == "laps"
    assert table["TableStatus"] == "DELETING"
    assert laps.list_tables()["TableNames"] == []
    with refused("ResourceNotFoundException", "Requested resource not found"):
        laps.get_item(TableName="laps", Key={"driver": {"S": "ann"}, "lap": {"N": "1"}})
    laps.get_waiter("table_not_exists").wait(TableName="laps")


def test_a_name_can_be_used_again(client):
    definition = {
        "TableName": "again",
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    ids = set()
    for _ in range(3):
        ids.add(client.create_table(**definition)["TableDescription"]["TableId"])
        assert client.scan(TableName="again")["Count"] == 0
        client.put_item(TableName="again", Item={"k": {"S": "1"}})
        client.delete_table(TableName="again")
    assert len(ids) == 3


def test_another_table_is_left_alone(cars, laps):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    laps.delete_table(TableName="laps")
    assert cars.scan(TableName="cars")["Count"] == 1


def test_protection(cars, resource):
    cars.update_table(TableName="cars", DeletionProtectionEnabled=True)
    with invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
        "protection first."
    ):
        cars.delete_table(TableName="cars")
    assert cars.describe_table(TableName="cars")["Table"]["TableStatus"] == "ACTIVE"
    cars.update_table(TableName="cars", DeletionProtectionEnabled=False)
    resource.Table("cars").delete()
    assert cars.list_tables()["TableNames"] == []


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: missing not found"):
        client.delete_table(TableName="missing")


def test_names_are_checked(client):
    with invalid(violation("null", "tableName", "Member must not be null")):
        client.delete_table()
