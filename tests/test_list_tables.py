"""ListTables."""

import pytest

from refusal import invalid, violation

NAMES = ["A.table", "a-table", "b_table", "cars", "laps", "zoo"]


@pytest.fixture
def tables(client):
    """Six tables, made in another order than that of their names."""
    for name in NAMES[::2] + NAMES[1::2]:
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    return client


def test_names_come_in_order(tables):
    answer = tables.list_tables()
    assert answer["TableNames"] == NAMES
    assert "LastEvaluatedTableName" not in answer


def test_no_tables(client):
    answer = client.list_tables()
    assert answer["TableNames"] == []
    assert "LastEvaluatedTableName" not in answer


@pytest.mark.parametrize(("limit", "pages"), [(1, 6), (4, 2), (5, 2), (6, 1), (100, 1)])
def test_pages(tables, limit, pages):
    got, start, count = [], {}, 0
    while count < 10:
        answer = tables.list_tables(Limit=limit, **start)
        got += answer["TableNames"]
        count += 1
        if "LastEvaluatedTableName" not in answer:
            break
        assert answer["LastEvaluatedTableName"] == got[-1]
        start = {"ExclusiveStartTableName": got[-1]}
    assert got == NAMES
    assert count == pages


def test_a_page_may_begin_where_no_table_is(tables):
    assert tables.list_tables(ExclusiveStartTableName="car")["TableNames"] == ["cars", "laps", "zoo"]
    assert tables.list_tables(ExclusiveStartTableName="zoo")["TableNames"] == []


def test_a_deleted_table_is_not_listed(tables):
    tables.delete_table(TableName="cars")
    assert "cars" not in tables.list_tables()["TableNames"]


def test_the_paginator_and_the_resource_read_all_pages(tables, resource):
    pages = tables.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 4})
    assert [page["TableNames"] for page in pages] == [NAMES[:4], NAMES[4:]]
    assert [table.name for table in resource.tables.all()] == NAMES
    assert [table.name for table in resource.tables.limit(2)] == NAMES[:2]
    assert [table.name for table in resource.tables.filter(ExclusiveStartTableName="cars")] == NAMES[4:]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Limit": 0}, violation("'0'", "limit", "Member must have value greater than or equal to 1")),
        ({"Limit": 101}, violation("'101'", "limit", "Member must have value less than or equal to 100")),
        (
            {"ExclusiveStartTableName": "a b"},
            violation(
                "'a b'",
                "exclusiveStartTableName",
                "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
            ),
        ),
    ],
)
def test_parameters_are_checked(client, parameters, message):
    with invalid(message):
        client.list_tables(**parameters)
