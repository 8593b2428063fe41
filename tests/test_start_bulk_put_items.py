"""StartBulkPutItems through every door."""

import datetime
import json
import re
import uuid

import pytest

from bulk_operations import REQUEST, create_table, ended, start
from refusal import invalid, refused, violation
from transfers import put


@pytest.fixture
def token():
    """One of this test's own: a served database outlives the test and knows the tokens of others."""
    return str(uuid.uuid4())


@pytest.fixture
def cars(client):
    create_table(client)
    return client


def test_an_operation_is_accepted_and_described(cars, token):
    told = start(cars, ClientToken=token, MaxWriteRequestUnits=2048, PerformanceTier="ACCELERATED")
    assert told["BulkOperationStatus"] == "IN_PROGRESS"
    assert told["InputS3Configuration"] == REQUEST["InputS3Configuration"]
    assert told["OutputS3Configuration"] == REQUEST["OutputS3Configuration"]
    assert (told["ClientToken"], told["MaxWriteRequestUnits"]) == (token, 2048)
    assert told["PerformanceTier"] == "ACCELERATED"
    assert isinstance(told["StartTime"], datetime.datetime)
    (table,) = told["TableDetails"]
    assert table["TableName"].endswith(":table/cars")


def test_a_token_starts_one_operation(cars, token):
    first = start(cars, ClientToken=token)
    assert start(cars, ClientToken=token)["BulkOperationArn"] == first["BulkOperationArn"]
    with refused(
        "IdempotentParameterMismatchException",
        re.compile("DynamoDB rejected the request because you retried .*"),
    ):
        start(cars, ClientToken=token, MaxWriteRequestUnits=1024)


def test_it_needs_a_table_and_its_parameters(cars):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: absent not found"):
        start(cars, TableName="absent")
    constraint = "Member must have value greater than or equal to 1024"
    with invalid(violation("'1'", "maxWriteRequestUnits", constraint)):
        start(cars, MaxWriteRequestUnits=1)
    constraint = "Member must satisfy enum value set: [DYNAMODB_JSON, ION]"
    with invalid(violation("'CSV'", "inputS3Configuration.inputFormat", constraint)):
        start(cars, InputS3Configuration={"S3Bucket": "cars-to-load", "InputFormat": "CSV"})


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_a_table_has_one_operation_at_a_time(client, database):
    create_table(client, database.clock)
    start(client)
    in_progress = "A bulk operation on the table is in progress: cars"
    text = f"Attempt to change a resource which is still in use: {in_progress}"
    with refused("ResourceInUseException", text):
        start(client)


def bulk(client, **more):
    source = {"S3Bucket": "transfers", "S3KeyPrefix": "in/", "InputFormat": "DYNAMODB_JSON"}
    output = {
        "S3Bucket": "transfers",
        "S3KeyPrefix": "out",
        "OutputType": ["ERROR", "CONDITION_CHECK_FAILURE"],
    }
    told = start(client, InputS3Configuration=source, OutputS3Configuration=output, **more)
    return ended(client, told["BulkOperationArn"])


def test_items_are_put_where_their_conditions_hold(cars, bucket, token):
    cars.put_item(TableName="cars", Item={"id": {"S": "there"}, "old": {"BOOL": True}})
    condition = '"ConditionExpression": "attribute_not_exists(id)"'
    put(
        bucket,
        "in/1.json",
        '{"Item": {"id": {"S": "new"}}, ' + condition + "}",
        '{"Item": {"id": {"S": "there"}}, ' + condition + "}",
        '{"Item": {"id": {"S": "plain"}}}',
        '{"Item": {"id": {"N": "1"}}}',
    )
    told = bulk(cars, ClientToken=token)
    assert told["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"
    assert (told["ProcessedItemCount"], told["FailedItemCount"]) == (4, 2)
    assert {item["id"]["S"] for item in cars.scan(TableName="cars")["Items"]} == {"new", "there", "plain"}
    (errors,) = bucket.glob("out/AWSDynamoDB/*/errors.json")
    assert json.loads(errors.read_text())["ItemIndex"] == 3
    (conditions,) = bucket.glob("out/AWSDynamoDB/*/condition-check-failures.json")
    failure = json.loads(conditions.read_text())
    assert (failure["Item"], failure["ExistingItem"]["old"]) == ({"id": {"S": "there"}}, {"BOOL": True})


def test_a_bulk_put_without_errors_is_complete(cars, bucket, token):
    put(bucket, "in/1.json", '{"Item": {"id": {"S": "new"}}}')
    assert bulk(cars, ClientToken=token)["BulkOperationStatus"] == "COMPLETED"
