"""Secondary indexes through every door."""

import pytest
from boto3.dynamodb.conditions import Key

from refusal import invalid, refused

ATTRIBUTES = [
    {"AttributeName": name, "AttributeType": kind}
    for name, kind in [("driver", "S"), ("lap", "N"), ("time", "N"), ("team", "S")]
]


def index(name, *keys, projection="ALL"):
    kinds = ["HASH", "RANGE"]
    schema = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": projection}}


@pytest.fixture
def races(client):
    client.create_table(
        TableName="races",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=ATTRIBUTES,
        KeySchema=index("", "driver", "lap")["KeySchema"],
        LocalSecondaryIndexes=[index("by-time", "driver", "time", projection="KEYS_ONLY")],
        GlobalSecondaryIndexes=[index("by-team", "team", "time")],
    )
    client.get_waiter("table_exists").wait(TableName="races")
    for driver, team in (("ann", "red"), ("bob", "red"), ("cid", "blue")):
        for lap in range(4):
            item = {"driver": {"S": driver}, "lap": {"N": str(lap)}, "team": {"S": team}}
            client.put_item(TableName="races", Item=item | {"time": {"N": str(90 - lap)}})
    return client


def test_a_query_pages_through_an_index(races):
    pages = races.get_paginator("query").paginate(
        TableName="races",
        IndexName="by-team",
        KeyConditionExpression="team = :t",
        ExpressionAttributeValues={":t": {"S": "red"}},
        PaginationConfig={"PageSize": 3},
    )
    times = [item["time"]["N"] for page in pages for item in page["Items"]]
    assert times == ["87", "87", "88", "88", "89", "89", "90", "90"]


def test_a_table_object_queries_an_index(races, resource):
    table = resource.Table("races")
    answer = table.query(
        IndexName="by-time",
        KeyConditionExpression=Key("driver").eq("ann") & Key("time").lt(89),
        ScanIndexForward=False,
    )
    assert [item["lap"] for item in answer["Items"]] == [2, 3]
    assert "team" not in answer["Items"][0]
    assert {each["IndexName"] for each in table.global_secondary_indexes} == {"by-team"}


def test_capacity_is_told_by_index(races):
    item = {"driver": {"S": "ann"}, "lap": {"N": "0"}, "team": {"S": "blue"}, "time": {"N": "90"}}
    answer = races.put_item(TableName="races", Item=item, ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"] == {
        "TableName": "races",
        "CapacityUnits": 3.0,
        "Table": {"CapacityUnits": 1.0},
        "GlobalSecondaryIndexes": {"by-team": {"CapacityUnits": 2.0}},
    }


def test_an_index_key_has_its_type(races):
    with invalid(
        "One or more parameter values were invalid: Type mismatch for Index Key team Expected: S Actual: N "
        "IndexName: by-team"
    ):
        races.put_item(
            TableName="races", Item={"driver": {"S": "ann"}, "lap": {"N": "0"}, "team": {"N": "1"}}
        )


def test_an_index_is_added_and_removed(races):
    created = races.update_table(
        TableName="races",
        AttributeDefinitions=[{"AttributeName": "lap", "AttributeType": "N"}],
        GlobalSecondaryIndexUpdates=[{"Create": index("by-lap", "lap")}],
    )["TableDescription"]
    assert created["GlobalSecondaryIndexes"][1]["IndexStatus"] == "CREATING"
    found = races.scan(TableName="races", IndexName="by-lap")
    assert found["Count"] == 12
    races.update_table(TableName="races", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-lap"}}])
    names = [
        each["IndexName"]
        for each in races.describe_table(TableName="races")["Table"]["GlobalSecondaryIndexes"]
    ]
    assert names == ["by-team"]
    with refused("ResourceNotFoundException", "Requested resource not found: Index by-lap for table races"):
        races.update_table(
            TableName="races", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-lap"}}]
        )
