"""CreateTable."""

import re
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation


def definition(**changes):
    request = {
        "TableName": "laps",
        "KeySchema": [
            {"AttributeName": "driver", "KeyType": "HASH"},
            {"AttributeName": "lap", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "lap", "AttributeType": "N"},
            {"AttributeName": "driver", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
        **changes,
    }
    return {name: value for name, value in request.items() if value is not None}


THROUGHPUT = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 7}


def test_an_on_demand_table(client):
    table = client.create_table(**definition())["TableDescription"]
    assert table["TableName"] == "laps"
    assert table["TableStatus"] == "CREATING"
    assert table["KeySchema"] == definition()["KeySchema"]
    assert sorted(table["AttributeDefinitions"], key=lambda one: one["AttributeName"]) == [
        {"AttributeName": "driver", "AttributeType": "S"},
        {"AttributeName": "lap", "AttributeType": "N"},
    ]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    throughput = table["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (0, 0)
    assert (table["ItemCount"], table["TableSizeBytes"]) == (0, 0)
    assert table["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/laps"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", table["TableId"])
    assert isinstance(table["CreationDateTime"], datetime)
    assert table["CreationDateTime"].tzinfo is not None
    assert table["DeletionProtectionEnabled"] is False
    assert client.describe_table(TableName="laps")["Table"]["TableStatus"] == "ACTIVE"


@pytest.mark.parametrize("mode", [None, "PROVISIONED"])
def test_a_provisioned_table(client, mode):
    table = client.create_table(**definition(BillingMode=mode, ProvisionedThroughput=THROUGHPUT))[
        "TableDescription"
    ]
    throughput = table["ProvisionedThroughput"]
    assert throughput == {**THROUGHPUT, "NumberOfDecreasesToday": 0}
    assert table.get("BillingModeSummary", {}).get("BillingMode") in (None, "PROVISIONED")


def test_a_table_with_a_partition_key_alone(client):
    request = definition(
        KeySchema=[{"AttributeName": "driver", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "driver", "AttributeType": "B"}],
    )
    table = client.create_table(**request)["TableDescription"]
    assert table["KeySchema"] == [{"AttributeName": "driver", "KeyType": "HASH"}]
    client.put_item(TableName="laps", Item={"driver": {"B": b"\x00"}})


@pytest.mark.parametrize("kind", ["S", "N", "B"])
def test_keys_are_of_three_types(client, kind):
    value = {"S": "x", "N": "1", "B": b"x"}[kind]
    client.create_table(
        TableName="table-of." + kind,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": kind}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="table-of." + kind, Item={"k": {kind: value}})
    item = client.get_item(TableName="table-of." + kind, Key={"k": {kind: value}})["Item"]
    assert item == {"k": {kind: value}}


def test_the_resource_makes_a_table(resource):
    table = resource.create_table(**definition(DeletionProtectionEnabled=True))
    table.wait_until_exists()
    assert table.name == "laps"
    table.reload()
    assert table.table_status == "ACTIVE"
    assert table.deletion_protection_enabled is True
    table.update(DeletionProtectionEnabled=False)


def test_a_name_is_taken_once(client):
    client.create_table(**definition())
    with refused("ResourceInUseException", "Table already exists: laps"):
        client.create_table(**definition())


def test_names_differ_by_case(client):
    client.create_table(**definition())
    client.create_table(**definition(TableName="Laps"))
    assert client.list_tables()["TableNames"] == ["Laps", "laps"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "The parameter 'TableName' is required but was not present in the request"),
        ("ab", violation("'ab'", "tableName", "Member must have length greater than or equal to 3")),
        (
            "n" * 256,
            violation(f"'{'n' * 256}'", "tableName", "Member must have length less than or equal to 255"),
        ),
        (
            "a table",
            violation(
                "'a table'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            ),
        ),
        (
            "täble",
            violation(
                "'täble'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            ),
        ),
    ],
)
def test_names_are_checked(client, name, message):
    with invalid(message):
        client.create_table(**definition(TableName=name))
    assert client.list_tables()["TableNames"] == []


def test_names_have_255_characters(client):
    client.create_table(**definition(TableName="n" * 255))
    assert client.list_tables()["TableNames"] == ["n" * 255]


def schema(*elements):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in elements]


def attributes(*pairs):
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in pairs]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"KeySchema": schema(("driver", "PARTITION"))},
            violation(
                "'PARTITION'",
                "keySchema.1.member.keyType",
                "Member must satisfy enum value set: [HASH, RANGE]",
            ),
        ),
        (
            {"AttributeDefinitions": attributes(("driver", "S"), ("lap", "SS"))},
            violation(
                "'SS'",
                "attributeDefinitions.2.member.attributeType",
                "Member must satisfy enum value set: [B, N, S]",
            ),
        ),
        (
            {"BillingMode": "FREE"},
            violation(
                "'FREE'", "billingMode", "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"
            ),
        ),
        ({"KeySchema": None}, violation("null", "keySchema", "Member must not be null")),
        (
            {"AttributeDefinitions": None},
            violation("null", "attributeDefinitions", "Member must not be null"),
        ),
        (
            {"KeySchema": schema(("driver", "HASH"), ("driver", "RANGE"))},
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            {
                "KeySchema": schema(("driver", "HASH"), ("driver", "RANGE")),
                "AttributeDefinitions": attributes(("driver", "S")),
            },
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            {"KeySchema": schema(("driver", "RANGE"), ("lap", "HASH"))},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            {"KeySchema": schema(("driver", "HASH"), ("lap", "HASH"))},
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            {"AttributeDefinitions": attributes(("driver", "S"))},
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            {"KeySchema": schema(("driver", "HASH"))},
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly "
            "match number "
            "of attributes defined in AttributeDefinitions",
        ),
        (
            {"AttributeDefinitions": attributes(("driver", "S"), ("round", "N"))},
            "One or more parameter values were invalid: Some index key attributes are not defined in "
            "AttributeDefinitions. Keys: [driver, lap], AttributeDefinitions: [driver, round]",
        ),
        (
            {"BillingMode": "PROVISIONED"},
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both "
            "be specified "
            "when BillingMode is PROVISIONED",
        ),
        (
            {"BillingMode": None},
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both "
            "be specified "
            "when BillingMode is PROVISIONED",
        ),
        (
            {"ProvisionedThroughput": THROUGHPUT},
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can "
            "be "
            "specified when BillingMode is PAY_PER_REQUEST",
        ),
        (
            {"BillingMode": None, "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}},
            violation(
                "'0'",
                "provisionedThroughput.readCapacityUnits",
                "Member must have value greater than or equal to 1",
            ),
        ),
        (
            {"BillingMode": None, "ProvisionedThroughput": {"ReadCapacityUnits": 1}},
            violation("null", "provisionedThroughput.writeCapacityUnits", "Member must not be null"),
        ),
    ],
)
def test_definitions_are_checked(client, changes, message):
    with invalid(message):
        client.create_table(**definition(**changes))
    assert client.list_tables()["TableNames"] == []


def test_a_key_has_two_attributes_at_most(client):
    three = schema(("driver", "HASH"), ("lap", "RANGE"), ("round", "RANGE"))
    defined = attributes(("driver", "S"), ("lap", "N"), ("round", "N"))
    with invalid(
        re.compile(
            r"1 validation error detected: Value '\[.*\]' at 'keySchema' failed to satisfy constraint: "
            r"Member must have "
            r"length less than or equal to 2"
        )
    ):
        client.create_table(**definition(KeySchema=three, AttributeDefinitions=defined))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("GlobalTableSourceArn", "arn:aws:dynamodb:eu-west-1:123456789012:table/laps"),
    ],
)
def test_what_is_not_there_yet_is_refused_clearly(client, member, value):
    with pytest.raises(ClientError, match=member) as caught:
        client.create_table(**definition(**{member: value}))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "not support" in caught.value.response["Error"]["Message"]
    assert client.list_tables()["TableNames"] == []


@pytest.mark.database(region="eu-central-1", account_id="123456789012")
def test_an_arn_has_the_databases_region_and_account(client):
    table = client.create_table(**definition())["TableDescription"]
    assert table["TableArn"] == "arn:aws:dynamodb:eu-central-1:123456789012:table/laps"
