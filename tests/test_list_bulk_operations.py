"""ListBulkOperations through every door."""

import pytest

from bulk_operations import create_table, start
from refusal import invalid, violation


@pytest.fixture
def arns(client):
    """Of seven operations, the last first."""
    create_table(client)
    return [start(client)["BulkOperationArn"] for _ in range(7)][::-1]


def test_the_last_come_first(client, arns):
    answer = client.list_bulk_operations()
    assert [each["BulkOperationArn"] for each in answer["BulkOperationsSummaryList"]] == arns
    assert "NextToken" not in answer
    first, last = answer["BulkOperationsSummaryList"][0], answer["BulkOperationsSummaryList"][-1]
    assert set(last) == {"BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime"}
    assert (first["BulkOperationStatus"], last["BulkOperationStatus"]) == ("FAILED", "FAILED")


def test_a_paginator_goes_through_all(client, arns):
    pages = client.get_paginator("list_bulk_operations").paginate(PaginationConfig={"PageSize": 3})
    pages = [[each["BulkOperationArn"] for each in page["BulkOperationsSummaryList"]] for page in pages]
    assert pages == [arns[:3], arns[3:6], arns[6:]]


def test_there_may_be_none(client):
    assert client.list_bulk_operations()["BulkOperationsSummaryList"] == []


def test_the_size_of_a_page(client):
    with invalid(violation("'26'", "maxResults", "Member must have value less than or equal to 25")):
        client.list_bulk_operations(MaxResults=26)
