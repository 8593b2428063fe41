"""DescribeBulkOperation, and waiting for an operation, through every door."""

import re

import botocore.exceptions
import pytest

from bulk_operations import create_table, ended, start
from refusal import refused


def test_an_operation_without_anything_to_read_fails_and_says_why(client):
    create_table(client)
    arn = start(client)["BulkOperationArn"]
    told = ended(client, arn)
    assert (told["BulkOperationStatus"], told["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert told["FailureMessage"].startswith("The specified bucket does not exist (Service: Amazon S3; ")
    assert told["EndTime"] >= told["StartTime"]
    assert (told["ProcessedItemCount"], told["FailedItemCount"]) == (0, 0)
    assert client.scan(TableName="cars")["Count"] == 0


def test_waiting_for_it_ends_with_its_failure(client):
    create_table(client)
    arn = start(client)["BulkOperationArn"]
    with pytest.raises(botocore.exceptions.WaiterError, match='matched expected path: "FAILED"') as caught:
        client.get_waiter("bulk_operation_completed").wait(BulkOperationArn=arn)
    last = caught.value.last_response["BulkOperationDescription"]
    assert last["BulkOperationStatus"] == "FAILED"


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_it_is_in_progress_for_a_while(client, database):
    create_table(client, database.clock)
    told = start(client)
    arn = told["BulkOperationArn"]
    assert client.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"] == told
    database.clock.advance(10)
    told = client.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
    assert (told["EndTime"] - told["StartTime"]).total_seconds() == 10


def test_an_unknown_operation(client):
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/bulk-operation/01700000000000-00000000"
    with refused("ResourceNotFoundException", re.compile("Requested resource not found: Bulk operation: .*")):
        client.describe_bulk_operation(BulkOperationArn=arn)
