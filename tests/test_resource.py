"""The shape of boto3's resource: natively, and boto3's own on both other doors."""

import decimal
from decimal import Decimal

import boto3.dynamodb.conditions
import botocore.exceptions
import pytest
from boto3.dynamodb.types import Binary

import dynacore
from refusal import refused


@pytest.fixture
def table(laps, resource):
    return resource.Table("laps")


def drive(table, count=10, driver="ann"):
    with table.batch_writer() as batch:
        for lap in range(count):
            batch.put_item(Item={"driver": driver, "lap": lap, "even": lap % 2 == 0, "note": f"lap {lap}"})


@pytest.mark.parametrize(
    "value",
    [
        "text",
        "",
        "Škoda 🚗 \x00 \u2028",
        0,
        -1,
        10**37,
        Decimal("0.1"),
        Decimal("-1E-130"),
        Decimal("12345678901234567890.123456789012345678"),
        True,
        False,
        None,
        [],
        {},
        [1, "two", [3, {"four": None}]],
        {"a": {"b": [Decimal("1.5"), {"c": {"x", "y"}}]}},
        {"a", "b"},
        {1, Decimal("2.5"), -3},
        Binary(b"\x00\xff"),
        Binary(b""),
        {Binary(b"a"), Binary(b"\xff")},
    ],
)
def test_values_come_back_equal(table, value):
    table.put_item(Item={"driver": "ann", "lap": 1, "value": value})
    got = table.get_item(Key={"driver": "ann", "lap": 1})["Item"]["value"]
    assert got == value
    if not isinstance(value, Binary):
        assert type(got) is (Decimal if type(value) is int else type(value))


@pytest.mark.parametrize("value", [b"bytes", bytearray(b"bytes"), Binary(b"bytes")])
def test_bytes_of_all_kinds_come_back_as_binary(table, value):
    table.put_item(Item={"driver": "ann", "lap": 1, "value": value, "set": {b"a"}})
    item = table.get_item(Key={"driver": "ann", "lap": 1})["Item"]
    assert item["value"] == Binary(b"bytes")
    assert item["value"] == b"bytes"
    assert item["value"].value == bytes(item["value"]) == b"bytes"
    assert {bytes(member) for member in item["set"]} == {b"a"}


def test_frozen_sets_are_sets(table):
    table.put_item(Item={"driver": "ann", "lap": 1, "tags": frozenset({"a"})})
    assert table.get_item(Key={"driver": "ann", "lap": 1})["Item"]["tags"] == {"a"}


@pytest.mark.parametrize("value", [1.5, float("nan"), [1.5], {"a": 1.5}])
def test_floats_are_refused(table, value):
    with pytest.raises(TypeError, match=r"Float types are not supported\. Use Decimal types instead\."):
        table.put_item(Item={"driver": "ann", "lap": 1, "value": value})


@pytest.mark.parametrize("value", [object(), {"a", 1}, {1.5}, 1j])
def test_what_has_no_type_is_refused(table, value):
    with pytest.raises(TypeError):
        table.put_item(Item={"driver": "ann", "lap": 1, "value": value})


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_numbers_that_are_none_are_refused(table, text):
    with pytest.raises(TypeError, match="Infinity and NaN not supported"):
        table.put_item(Item={"driver": "ann", "lap": 1, "value": Decimal(text)})


def test_numbers_that_would_be_rounded_are_refused(table):
    for number in (Decimal("1" * 39), Decimal("1." + "1" * 38)):
        with pytest.raises((decimal.Inexact, decimal.Rounded)):
            table.put_item(Item={"driver": "ann", "lap": 1, "value": number})


OURS = (dynacore.Key, dynacore.Attr)
THEIRS = (boto3.dynamodb.conditions.Key, boto3.dynamodb.conditions.Attr)


@pytest.mark.parametrize("classes", [OURS, THEIRS], ids=["ours", "theirs"])
def test_condition_objects(door, table, classes):
    if door.name != "native" and classes is OURS:
        pytest.skip("boto3 knows its own objects only")
    key, attr = classes
    drive(table)
    answer = table.query(
        KeyConditionExpression=key("driver").eq("ann") & key("lap").between(2, 7),
        FilterExpression=attr("even").eq(True) & ~attr("note").begins_with("lap 4"),
        ProjectionExpression="lap",
        ScanIndexForward=False,
    )
    assert [item["lap"] for item in answer["Items"]] == [6, 2]
    answer = table.scan(FilterExpression=attr("lap").is_in([1, 2]) | attr("note").contains("9"))
    assert sorted(item["lap"] for item in answer["Items"]) == [1, 2, 9]
    table.put_item(
        Item={"driver": "ann", "lap": 1}, ConditionExpression=attr("note").size().gt(1) & attr("lap").exists()
    )
    with pytest.raises(table.meta.client.exceptions.ConditionalCheckFailedException):
        table.delete_item(Key={"driver": "ann", "lap": 1}, ConditionExpression=attr("note").exists())
    table.update_item(
        Key={"driver": "ann", "lap": 1},
        UpdateExpression="SET #n = :n",
        ConditionExpression=attr("note").not_exists() & attr("lap").attribute_type("N"),
        ExpressionAttributeNames={"#n": "note"},
        ExpressionAttributeValues={":n": "again"},
    )
    assert table.get_item(Key={"driver": "ann", "lap": 1})["Item"]["note"] == "again"


def test_the_batch_writer(table):
    with table.batch_writer() as batch:
        for lap in range(60):
            batch.put_item(Item={"driver": "ann", "lap": lap})
        for lap in range(0, 60, 2):
            batch.delete_item(Key={"driver": "bob", "lap": lap})
    assert table.scan(Select="COUNT")["Count"] == 60
    with table.batch_writer() as batch:
        for lap in range(0, 60, 2):
            batch.delete_item(Key={"driver": "ann", "lap": lap})
    assert sorted(int(item["lap"]) for item in table.scan()["Items"]) == list(range(1, 60, 2))


def test_the_batch_writer_can_drop_repeated_keys(table):
    with table.batch_writer(overwrite_by_pkeys=["driver", "lap"]) as batch:
        for version in range(5):
            batch.put_item(Item={"driver": "ann", "lap": 1, "version": version})
    assert table.scan()["Items"] == [{"driver": "ann", "lap": 1, "version": 4}]


def test_the_batch_writer_writes_what_it_has_when_the_block_fails(table):
    def fail():
        with table.batch_writer() as batch:
            batch.put_item(Item={"driver": "ann", "lap": 1})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert table.scan(Select="COUNT")["Count"] == 1


@pytest.mark.database(clock="virtual", initial_burst_seconds=0)
def test_the_batch_writer_sends_again_what_was_throttled(database):
    table = database.resource().create_table(
        TableName="laps",
        KeySchema=[{"AttributeName": "driver", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "driver", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 30},
    )
    database.clock.advance(1)

    def write():
        with table.batch_writer() as batch:
            for number in range(40):
                batch.put_item(Item={"driver": str(number)})

    # 25, then 5 of 15, then nothing more as long as the clock stands.
    with pytest.raises(dynacore.exceptions.ProvisionedThroughputExceededException):
        write()
    assert table.item_count == 0
    table.reload()
    assert table.item_count == 30


def test_pages_by_hand(table):
    drive(table)
    start, seen = {}, []
    for _ in range(10):
        answer = table.query(
            KeyConditionExpression=boto3.dynamodb.conditions.Key("driver").eq("ann"), Limit=4, **start
        )
        seen += [int(item["lap"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        assert answer["LastEvaluatedKey"] == {"driver": "ann", "lap": seen[-1]}
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert seen == list(range(10))


def test_the_resources_client_speaks_python(table):
    drive(table)
    client = table.meta.client
    pages = client.get_paginator("query").paginate(
        TableName="laps",
        KeyConditionExpression=boto3.dynamodb.conditions.Key("driver").eq("ann"),
        PaginationConfig={"PageSize": 4},
    )
    assert [[item["lap"] for item in page["Items"]] for page in pages] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    whole = client.get_paginator("scan").paginate(TableName="laps").build_full_result()
    assert len(whole["Items"]) == 10
    assert client.get_item(TableName="laps", Key={"driver": "ann", "lap": 3})["Item"]["note"] == "lap 3"


def test_a_table_is_made_waited_for_and_deleted(resource):
    table = resource.create_table(
        TableName="new",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    table.reload()
    assert (table.name, table.table_name, table.table_status) == ("new", "new", "ACTIVE")
    assert table.attribute_definitions == [{"AttributeName": "id", "AttributeType": "N"}]
    assert table.billing_mode_summary["BillingMode"] == "PAY_PER_REQUEST"
    assert table.global_secondary_indexes is None
    assert table.creation_date_time.tzinfo is not None
    assert table in list(resource.tables.all())
    table.delete()
    table.wait_until_not_exists()
    assert list(resource.tables.all()) == []


def test_a_table_that_is_not_there(resource):
    table = resource.Table("missing")
    assert table.name == "missing", "taking it asks nothing"
    with refused("ResourceNotFoundException", "Requested resource not found: Table: missing not found"):
        table.load()
    with refused("ResourceNotFoundException", "Requested resource not found"):
        table.put_item(Item={"id": 1})


def test_batches_of_the_resource(table, resource):
    drive(table, 3)
    keys = [{"driver": "ann", "lap": lap} for lap in range(5)]
    answer = resource.batch_get_item(RequestItems={"laps": {"Keys": keys, "ProjectionExpression": "lap"}})
    assert sorted(item["lap"] for item in answer["Responses"]["laps"]) == [0, 1, 2]
    assert answer["UnprocessedKeys"] == {}


@pytest.mark.parametrize("catching", ["ours", "botocore's", "the client's"])
def test_errors_are_caught_by_all_their_names(door, table, catching):
    client = table.meta.client
    classes = {
        "ours": dynacore.exceptions.ConditionalCheckFailedException,
        "botocore's": botocore.exceptions.ClientError,
        "the client's": client.exceptions.ConditionalCheckFailedException,
    }
    if catching == "ours" and door.name != "native":
        pytest.skip("real boto3 raises its own")
    with pytest.raises(classes[catching]) as caught:
        table.delete_item(Key={"driver": "x", "lap": 1}, ConditionExpression="attribute_exists(driver)")
    assert caught.value.response["Error"] == {
        "Code": "ConditionalCheckFailedException",
        "Message": "The conditional request failed",
    }
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.operation_name == "DeleteItem"
