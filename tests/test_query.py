"""Query."""

from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation

LAPS = range(-2, 8)


@pytest.fixture
def driven(laps):
    """Ten laps each of ann and bob, written in no order."""
    for driver in ("ann", "bob"):
        for lap in sorted(LAPS, key=lambda lap: (lap * 7) % 10):
            laps.put_item(
                TableName="laps",
                Item={
                    "driver": {"S": driver},
                    "lap": {"N": str(lap)},
                    "time": {"N": str(100 - lap)},
                    "even": {"BOOL": lap % 2 == 0},
                },
            )
    return laps


def query(client, condition="driver = :d", values=None, **more):
    return client.query(
        TableName="laps",
        KeyConditionExpression=condition,
        ExpressionAttributeValues={":d": {"S": "ann"}, **(values or {})},
        **more,
    )


def numbers(answer):
    return [int(item["lap"]["N"]) for item in answer["Items"]]


def test_a_partition_comes_in_the_order_of_its_sort_key(driven):
    answer = query(driven)
    assert numbers(answer) == list(LAPS)
    assert all(item["driver"] == {"S": "ann"} for item in answer["Items"])
    assert answer["Count"] == answer["ScannedCount"] == 10
    assert "LastEvaluatedKey" not in answer


def test_backwards(driven):
    assert numbers(query(driven, ScanIndexForward=False)) == list(reversed(LAPS))
    assert numbers(query(driven, ScanIndexForward=True)) == list(LAPS)


def test_a_partition_with_nothing(driven):
    answer = driven.query(
        TableName="laps",
        KeyConditionExpression="driver = :d",
        ExpressionAttributeValues={":d": {"S": "cid"}},
    )
    assert answer["Items"] == []
    assert answer["Count"] == answer["ScannedCount"] == 0
    assert "LastEvaluatedKey" not in answer


@pytest.mark.parametrize(
    ("condition", "low", "high", "expected"),
    [
        ("lap = :a", "3", None, [3]),
        ("lap < :a", "1", None, [-2, -1, 0]),
        ("lap <= :a", "1", None, [-2, -1, 0, 1]),
        ("lap > :a", "5", None, [6, 7]),
        ("lap >= :a", "5.0", None, [5, 6, 7]),
        ("lap BETWEEN :a AND :b", "-1", "1.5", [-1, 0, 1]),
        ("lap BETWEEN :a AND :b", "20", "30", []),
        ("lap = :a", "99", None, []),
        ("lap < :a", "-9", None, []),
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_conditions_on_the_sort_key(driven, condition, low, high, expected, forward):
    values = {":a": {"N": low}, **({":b": {"N": high}} if high else {})}
    answer = query(driven, f"driver = :d AND {condition}", values, ScanIndexForward=forward)
    assert numbers(answer) == (expected if forward else expected[::-1])
    other_way_round = query(driven, f"({condition}) AND (driver = :d)", values, ScanIndexForward=forward)
    assert numbers(other_way_round) == numbers(answer)


@pytest.mark.parametrize(
    ("kind", "keys", "prefix"),
    [
        ("S", ["", "a", "ab", "aé", "a\uffff", "b", "A"], "a"),
        ("B", [b"\x00", b"\x01", b"\x01\xff", b"\x01\x00", b"\xff", b"\xff\xff", b"\x02"], b"\x01"),
        ("B", [b"\x00", b"\xff", b"\xff\xff", b"\xff\x00"], b"\xff"),
    ],
)
def test_strings_and_bytes_are_in_byte_order_and_have_prefixes(client, kind, keys, prefix):
    client.create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "p", "AttributeType": "N"},
            {"AttributeName": "s", "AttributeType": kind},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    stored = [key for key in keys if key]
    for key in stored:
        client.put_item(TableName="notes", Item={"p": {"N": "1"}, "s": {kind: key}})
    ordered = sorted(stored, key=lambda key: key.encode() if kind == "S" else key)
    for condition, expected in (
        ("p = :p", ordered),
        ("p = :p AND begins_with(s, :s)", [key for key in ordered if key.startswith(prefix)]),
        ("p = :p AND s > :s", [key for key in ordered if key > prefix]),
    ):
        values = {":p": {"N": "1.0"}, **({":s": {kind: prefix}} if ":s" in condition else {})}
        answer = client.query(
            TableName="notes", KeyConditionExpression=condition, ExpressionAttributeValues=values
        )
        assert [item["s"][kind] for item in answer["Items"]] == expected


def test_numbers_are_in_the_order_of_numbers(laps):
    values = ["-1E20", "-100.5", "-100", "-0.001", "0", "1E-100", "0.5", "9", "10", "11", "1E20"]
    for value in values[::-1]:
        laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": value}})
    got = [Decimal(item["lap"]["N"]) for item in query(laps)["Items"]]
    assert got == [Decimal(value) for value in values]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 5, 10, 11])
def test_pages_by_limit(driven, limit, forward):
    order = list(LAPS) if forward else list(reversed(LAPS))
    start, got, pages = {}, [], 0
    while pages < 20:
        answer = query(driven, Limit=limit, ScanIndexForward=forward, **start)
        got += numbers(answer)
        pages += 1
        assert answer["Count"] <= limit
        if "LastEvaluatedKey" not in answer:
            break
        assert answer["LastEvaluatedKey"] == {"driver": {"S": "ann"}, "lap": {"N": str(got[-1])}}
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert got == order
    # A page that ends with the last item cannot know it: the next one is empty.
    assert pages == 10 // limit + 1


def test_a_page_may_begin_where_no_item_is(driven):
    answer = query(driven, ExclusiveStartKey={"driver": {"S": "ann"}, "lap": {"N": "4.5"}})
    assert numbers(answer) == [5, 6, 7]
    answer = query(
        driven, ExclusiveStartKey={"driver": {"S": "ann"}, "lap": {"N": "4.5"}}, ScanIndexForward=False
    )
    assert numbers(answer) == [4, 3, 2, 1, 0, -1, -2]


def test_a_filter_counts_what_it_drops(driven):
    answer = query(driven, values={":t": {"BOOL": True}}, FilterExpression="even = :t", Limit=4)
    assert numbers(answer) == [-2, 0]
    assert (answer["Count"], answer["ScannedCount"]) == (2, 4)
    assert answer["LastEvaluatedKey"]["lap"] == {"N": "1"}


def test_a_page_ends_after_a_megabyte_before_the_filter(laps):
    for lap in range(12):
        laps.put_item(
            TableName="laps",
            Item={"driver": {"S": "ann"}, "lap": {"N": str(lap)}, "blob": {"B": b"x" * 150_000}},
        )
    first = query(laps, ReturnConsumedCapacity="TOTAL", ConsistentRead=True)
    assert first["Count"] == 7, "the item that goes past 1 MB is the last"
    rest = query(laps, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert numbers(first) + numbers(rest) == list(range(12))
    dropped = query(laps, values={":n": {"N": "99"}}, FilterExpression="absent = :n")
    assert (dropped["Count"], dropped["ScannedCount"]) == (0, 7)
    assert dropped["LastEvaluatedKey"] == first["LastEvaluatedKey"]
    assert query(laps, Select="COUNT")["Count"] == 7


def test_select(driven):
    counted = query(driven, Select="COUNT")
    assert "Items" not in counted
    assert counted["Count"] == 10
    assert len(query(driven, Select="ALL_ATTRIBUTES")["Items"][0]) == 4
    some = query(driven, Select="SPECIFIC_ATTRIBUTES", ProjectionExpression="lap", Limit=1)
    assert some["Items"] == [{"lap": {"N": "-2"}}]


def test_projection(driven):
    answer = query(
        driven,
        "#d = :d AND lap > :n",
        {":n": {"N": "5"}, ":e": {"BOOL": True}},
        ProjectionExpression="#d, #t",
        FilterExpression="even = :e",
        ExpressionAttributeNames={"#d": "driver", "#t": "time"},
    )
    assert answer["Items"] == [{"driver": {"S": "ann"}, "time": {"N": "94"}}]


def test_a_table_without_a_sort_key(cars):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    parameters = {
        "TableName": "cars",
        "KeyConditionExpression": "id = :i",
        "ExpressionAttributeValues": {":i": {"S": "1"}},
    }
    assert cars.query(**parameters)["Items"] == [{"id": {"S": "1"}}]
    first = cars.query(**parameters, Limit=1)
    assert (first["Count"], "LastEvaluatedKey" in first) == (1, False)
    with invalid(
        "The provided exclusive start key is invalid: ExclusiveStartKey: {id=AttributeValue: {S:1}}"
    ):
        cars.query(**parameters, ExclusiveStartKey={"id": {"S": "1"}})


def test_a_query_for_one_row_can_be_paged_to_its_end(driven):
    condition, values = "driver = :d AND lap = :n", {":n": {"N": "3"}}
    first = query(driven, condition, values, Limit=1)
    for forward in (True, False):
        rest = query(
            driven,
            condition,
            values,
            Limit=1,
            ExclusiveStartKey=first["LastEvaluatedKey"],
            ScanIndexForward=forward,
        )
        assert (numbers(first), rest["Items"]) == ([3], [])
        assert "LastEvaluatedKey" not in rest


@pytest.mark.parametrize(
    ("condition", "driver", "lap", "message"),
    [
        (
            "driver = :d",
            "bob",
            "1",
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (
            "driver = :d AND lap > :n",
            "ann",
            "3",
            "The provided starting key does not match the range key predicate",
        ),
        (
            "driver = :d AND lap > :n",
            "bob",
            "3",
            "The provided starting key does not match the range key predicate",
        ),
        (
            "driver = :d AND lap > :n",
            "bob",
            "4",
            "The query can return at most one row and cannot be restarted",
        ),
    ],
)
def test_a_page_begins_inside_the_query(driven, condition, driver, lap, message):
    values = {":n": {"N": "3"}} if ":n" in condition else {}
    with invalid(message):
        query(driven, condition, values, ExclusiveStartKey={"driver": {"S": driver}, "lap": {"N": lap}})


def test_python_values_and_condition_objects(driven, resource):
    table = resource.Table("laps")
    answer = table.query(
        KeyConditionExpression=Key("driver").eq("bob") & Key("lap").between(2, Decimal("4.0")),
        FilterExpression=Attr("time").ne(97) & Attr("even").exists(),
    )
    assert [(item["driver"], item["lap"]) for item in answer["Items"]] == [("bob", 2), ("bob", 4)]


def sized(client, count, item_bytes):
    # driver + "ann" + lap + a number of one digit pair + the name b, at most 16 bytes.
    for lap in range(1, count + 1):
        base = len("driver" + "ann" + "lap" + "b") + 2
        client.put_item(
            TableName="laps",
            Item={
                "driver": {"S": "ann"},
                "lap": {"N": str(lap)},
                "b": {"B": b"x" * (item_bytes - base)},
            },
        )


def test_a_page_is_rounded_once(laps):
    sized(laps, 9, 4000)
    for consistent, units in ((True, 9.0), (False, 4.5)):
        consumed = query(laps, ConsistentRead=consistent, ReturnConsumedCapacity="INDEXES")[
            "ConsumedCapacity"
        ]
        assert consumed == {"TableName": "laps", "CapacityUnits": units, "Table": {"CapacityUnits": units}}
    # 3 items are 12,000 bytes: 3 units, filtered or not, counted or not.
    condition = "driver = :d AND lap <= :n"
    values = {":n": {"N": "3"}}
    for more in ({}, {"Select": "COUNT"}, {"ProjectionExpression": "lap"}):
        answer = query(laps, condition, values, ConsistentRead=True, ReturnConsumedCapacity="TOTAL", **more)
        assert answer["ConsumedCapacity"]["CapacityUnits"] == 3.0
    dropped = query(
        laps, condition, values, FilterExpression="attribute_exists(absent)", ReturnConsumedCapacity="TOTAL"
    )
    assert dropped["ConsumedCapacity"]["CapacityUnits"] == 1.5


def test_nothing_costs_the_least(laps):
    for consistent, units in ((True, 1.0), (False, 0.5)):
        answer = query(laps, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL")
        assert answer["ConsumedCapacity"]["CapacityUnits"] == units


@pytest.mark.parametrize(
    ("condition", "values", "message"),
    [
        ("lap = :n", {":n": {"N": "1"}}, "Query condition missed key schema element: driver"),
        ("time = :n", {":n": {"N": "1"}}, None),
        (
            "driver = :n AND #t = :m",
            {":n": {"S": "1"}, ":m": {"S": "1"}},
            "Query condition missed key schema element: lap",
        ),
        ("driver > :n", {":n": {"S": "1"}}, "Query key condition not supported"),
        ("driver = :n OR lap = :m", {":n": {"S": "1"}, ":m": {"N": "1"}}, None),
        ("driver = :n AND NOT lap = :m", {":n": {"S": "1"}, ":m": {"N": "1"}}, None),
        ("driver = :n AND lap <> :m", {":n": {"S": "1"}, ":m": {"N": "1"}}, None),
        ("driver = :n AND begins_with(lap, :m)", {":n": {"S": "1"}, ":m": {"N": "1"}}, None),
        (
            "driver = :n AND lap > :m AND lap < :o",
            {":n": {"S": "1"}, ":m": {"N": "1"}, ":o": {"N": "2"}},
            None,
        ),
        (
            "driver = :n",
            {":n": {"N": "1"}},
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            "driver = :n AND lap = :m",
            {":n": {"S": "1"}, ":m": {"S": "1"}},
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            "driver = :n AND lap BETWEEN :m AND :o",
            {":n": {"S": "1"}, ":m": {"N": "2"}, ":o": {"N": "1"}},
            None,
        ),
        (
            "driver = :n",
            {":n": {"S": ""}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an empty "
            "string value. Key: driver",
        ),
        ("", {":n": {"S": "1"}}, "Invalid KeyConditionExpression: The expression can not be empty;"),
        (
            "driver = :absent",
            {":n": {"S": "1"}},
            "Invalid KeyConditionExpression: An expression attribute value used in expression is not "
            "defined; attribute "
            "value: :absent",
        ),
    ],
)
def test_key_conditions_are_checked(driven, condition, values, message):
    names = {"ExpressionAttributeNames": {"#t": "time"}} if "#t" in condition else {}
    call = {
        "TableName": "laps",
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        **names,
    }
    if message:
        with invalid(message):
            driven.query(**call)
    else:
        # The words are the expression module's, tested there; here that the three doors refuse it.
        with pytest.raises(ClientError) as caught:
            driven.query(**call)
        assert caught.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Limit": 0},
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have "
            "value greater "
            "than or equal to 1",
        ),
        (
            {"Select": "SOME"},
            violation(
                "'SOME'",
                "select",
                "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, "
                "ALL_PROJECTED_ATTRIBUTES]",
            ),
        ),
        (
            {"Select": "ALL_PROJECTED_ATTRIBUTES"},
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        ),
        (
            {"Select": "SPECIFIC_ATTRIBUTES"},
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES",
        ),
        (
            {"Select": "COUNT", "ProjectionExpression": "lap"},
            "Cannot specify the ProjectionExpression when choosing to get only the Count",
        ),
        (
            {"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "lap"},
            "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
        ),
        ({"IndexName": "by-time"}, "The table does not have the specified index: by-time"),
        (
            {"FilterExpression": "lap > :d"},
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: lap",
        ),
        (
            {"FilterExpression": "#absent = :d"},
            "Invalid FilterExpression: An expression attribute name used in the document path is not "
            "defined; attribute "
            "name: #absent",
        ),
        (
            {"ExpressionAttributeNames": {"#u": "time"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}",
        ),
        (
            {"ExclusiveStartKey": {"driver": {"S": "bob"}, "lap": {"N": "1"}}},
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (
            {"ExclusiveStartKey": {"driver": {"S": "ann"}}},
            "The provided starting key is invalid",
        ),
        (
            {"ExclusiveStartKey": {"driver": {"S": "ann"}, "lap": {"S": "1"}}},
            "The provided key element does not match the schema",
        ),
        (
            {"QueryFilter": {"time": {"ComparisonOperator": "NULL"}}},
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: "
            "{QueryFilter} Expression parameters: {KeyConditionExpression}",
        ),
    ],
)
def test_parameters_are_checked(driven, parameters, message):
    with invalid(message):
        query(driven, **parameters)


def test_a_key_condition_is_required(driven):
    with invalid(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
    ):
        driven.query(TableName="laps")


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        query(client)


def test_the_paginator_reads_all_pages(driven):
    pages = driven.get_paginator("query").paginate(
        TableName="laps",
        KeyConditionExpression="driver = :d",
        ExpressionAttributeValues={":d": {"S": "ann"}},
        PaginationConfig={"PageSize": 3},
    )
    assert [len(page["Items"]) for page in pages] == [3, 3, 3, 1]
