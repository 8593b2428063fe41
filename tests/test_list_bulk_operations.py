"""ListBulkOperations through every door."""

import pytest

from bulk_operations import create_table, ended, start
from refusal import invalid, violation


@pytest.fixture
def arns(client):
    """Of seven operations, the last first."""
    create_table(client)
    # A table has one at a time.
    return [ended(client, start(client)["BulkOperationArn"])["BulkOperationArn"] for _ in range(7)][::-1]


def test_the_last_come_first(client, arns):
    # A served database may have operations of earlier tests behind these.
    listed = client.list_bulk_operations(MaxResults=7)["BulkOperationsSummaryList"]
    assert [each["BulkOperationArn"] for each in listed] == arns
    assert set(listed[-1]) == {"BulkOperationArn", "BulkOperationStatus", "StartTime", "EndTime"}
    assert listed[-1]["BulkOperationStatus"] == "FAILED"


def test_a_paginator_goes_through_all(client, arns):
    pages = client.get_paginator("list_bulk_operations").paginate(PaginationConfig={"PageSize": 3})
    pages = [[each["BulkOperationArn"] for each in page["BulkOperationsSummaryList"]] for page in pages]
    assert pages[:2] == [arns[:3], arns[3:6]]
    assert arns[6] == pages[2][0]
    assert all(len(page) == 3 for page in pages[:-1])


def test_the_size_of_a_page(client):
    with invalid(violation("'26'", "maxResults", "Member must have value less than or equal to 25")):
        client.list_bulk_operations(MaxResults=26)
