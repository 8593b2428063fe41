"""Class, key, on-demand maximum and warm throughput, through CreateTable and UpdateTable."""

import re

import pytest

from refusal import invalid, refused

KEY = "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000001"


def create(client, **more):
    parameters = {
        "TableName": "cars",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return client.create_table(**{**parameters, **more})["TableDescription"]


def describe(client):
    return client.describe_table(TableName="cars")["Table"]


def test_a_class(client):
    created = create(client, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert created["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    client.update_table(TableName="cars", TableClass="STANDARD")
    summary = describe(client)["TableClassSummary"]
    assert summary["TableClass"] == "STANDARD"
    assert summary["LastUpdateDateTime"]
    client.update_table(TableName="cars", TableClass="STANDARD_INFREQUENT_ACCESS")
    with refused(
        "LimitExceededException",
        "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
    ):
        client.update_table(TableName="cars", TableClass="STANDARD")


def test_a_key(client):
    assert "SSEDescription" not in create(client)
    answer = client.update_table(
        TableName="cars", SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
    )
    assert answer["TableDescription"]["SSEDescription"] == {"Status": "UPDATING"}
    expected = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}
    assert describe(client)["SSEDescription"] == expected
    client.update_table(TableName="cars", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in describe(client)
    with invalid("One or more parameter values were invalid: SSEType AES256 is not supported"):
        client.update_table(TableName="cars", SSESpecification={"Enabled": True, "SSEType": "AES256"})


def test_a_maximum_refuses_what_is_above_it(client):
    # A large item is served by a small maximum, and then paid back for long: time does not matter here.
    create(client, OnDemandThroughput={"MaxWriteRequestUnits": 1})
    client.put_item(TableName="cars", Item={"id": {"S": "a"}, "text": {"S": "x" * 300_000}})
    with pytest.raises(client.exceptions.ClientError) as caught:
        client.put_item(TableName="cars", Item={"id": {"S": "b"}})
    response = caught.value.response
    assert response["Error"]["Code"] == "ThrottlingException"
    reasons = response.get("throttlingReasons") or response["ThrottlingReasons"]
    assert [reason["reason"] for reason in reasons] == ["TableWriteMaxOnDemandThroughputExceeded"]
    client.update_table(TableName="cars", OnDemandThroughput={"MaxWriteRequestUnits": -1})
    client.put_item(TableName="cars", Item={"id": {"S": "b"}})
    assert "OnDemandThroughput" not in describe(client)


def test_warm_throughput(client):
    assert "WarmThroughput" not in create(client)
    expected = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    assert describe(client)["WarmThroughput"] == expected
    answer = client.update_table(TableName="cars", WarmThroughput={"WriteUnitsPerSecond": 5000})
    assert answer["TableDescription"]["WarmThroughput"] == {**expected, "Status": "UPDATING"}
    assert describe(client)["WarmThroughput"] == {**expected, "WriteUnitsPerSecond": 5000}
    with invalid(re.compile(".*decreasing WarmThroughput is not supported")):
        client.update_table(TableName="cars", WarmThroughput={"WriteUnitsPerSecond": 4999})


def test_one_concern_a_request(client):
    create(client)
    with invalid(
        "One or more parameter values were invalid: Server-Side Encryption modification must be the only "
        "operation in the request"
    ):
        client.update_table(TableName="cars", SSESpecification={"Enabled": True}, TableClass="STANDARD")
