"""CancelBulkOperation through every door."""

import re

import pytest

from bulk_operations import create_table, ended, start
from refusal import invalid, refused


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_an_operation_in_progress_is_cancelled_in_its_time(client, database):
    create_table(client, database.clock)
    arn = start(client)["BulkOperationArn"]
    answer = client.cancel_bulk_operation(BulkOperationArn=arn)
    assert (answer["BulkOperationArn"], answer["BulkOperationStatus"]) == (arn, "CANCELLING")
    database.clock.advance(10)
    told = client.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
    assert told["BulkOperationStatus"] == "CANCELLED"
    assert "EndTime" in told


def test_one_that_has_ended_is_not(client):
    create_table(client)
    arn = start(client)["BulkOperationArn"]
    ended(client, arn)
    with invalid(re.compile("The bulk operation cannot be cancelled, because its status is FAILED: .*")):
        client.cancel_bulk_operation(BulkOperationArn=arn)


def test_an_unknown_operation(client):
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/cars/bulk-operation/01700000000000-00000000"
    with refused("ResourceNotFoundException", re.compile("Requested resource not found: Bulk operation: .*")):
        client.cancel_bulk_operation(BulkOperationArn=arn)
