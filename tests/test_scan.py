"""Scan."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr

from refusal import invalid, refused, violation

COUNT = 40


@pytest.fixture
def lot(cars):
    """Forty cars."""
    for start in range(0, COUNT, 20):
        requests = [
            {"PutRequest": {"Item": {"id": {"S": str(number)}, "n": {"N": str(number)}}}}
            for number in range(start, start + 20)
        ]
        assert cars.batch_write_item(RequestItems={"cars": requests})["UnprocessedItems"] == {}
    return cars


def numbers(answer):
    return [int(item["n"]["N"]) for item in answer["Items"]]


def scan_all(client, **parameters):
    """The pages of a scan; at most a hundred."""
    pages = []
    while len(pages) < 100:
        pages.append(client.scan(TableName="cars", **parameters))
        if "LastEvaluatedKey" not in pages[-1]:
            return pages
        parameters["ExclusiveStartKey"] = pages[-1]["LastEvaluatedKey"]
    raise AssertionError("the scan does not end")


def test_everything_is_read(lot):
    answer = lot.scan(TableName="cars")
    assert sorted(numbers(answer)) == list(range(COUNT))
    assert answer["Count"] == answer["ScannedCount"] == COUNT
    assert "LastEvaluatedKey" not in answer


def test_an_empty_table(cars):
    answer = cars.scan(TableName="cars")
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 0)
    assert "LastEvaluatedKey" not in answer


@pytest.mark.parametrize("limit", [1, 7, 20, 40, 41])
def test_pages_by_limit(lot, limit):
    whole = numbers(lot.scan(TableName="cars"))
    pages = scan_all(lot, Limit=limit)
    assert [number for page in pages for number in numbers(page)] == whole
    assert all(page["Count"] == limit for page in pages[:-1])
    assert len(pages) == COUNT // limit + 1


def test_a_page_may_begin_behind_an_item_that_is_gone(lot):
    first = lot.scan(TableName="cars", Limit=10)
    lot.delete_item(TableName="cars", Key=first["LastEvaluatedKey"])
    rest = lot.scan(TableName="cars", ExclusiveStartKey=first["LastEvaluatedKey"])
    assert sorted(numbers(first) + numbers(rest)) == list(range(COUNT))


@pytest.mark.parametrize("total", [1, 2, 3, 8, 1000])
def test_segments_share_the_table(lot, total):
    seen = []
    for segment in range(total) if total < 1000 else (0, 1, 500, 999):
        pages = scan_all(lot, Segment=segment, TotalSegments=total, Limit=3)
        seen += [number for page in pages for number in numbers(page)]
    assert len(seen) == len(set(seen))
    if total < 1000:
        assert sorted(seen) == list(range(COUNT))


def test_a_page_of_another_segment_is_refused(lot):
    last = {}
    for segment in range(2):
        last[segment] = lot.scan(TableName="cars", Segment=segment, TotalSegments=2, Limit=1)[
            "LastEvaluatedKey"
        ]
    with invalid(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
        "correct "
        "Segment. TotalSegments: 2 Segment: 1"
    ):
        lot.scan(TableName="cars", Segment=1, TotalSegments=2, ExclusiveStartKey=last[0])


def test_a_filter_counts_what_it_drops(lot):
    answer = lot.scan(
        TableName="cars", FilterExpression="n < :n", ExpressionAttributeValues={":n": {"N": "10"}}
    )
    assert sorted(numbers(answer)) == list(range(10))
    assert (answer["Count"], answer["ScannedCount"]) == (10, COUNT)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("n = :three", {3}),
        ("n <> :three", {0, 1, 2, 4, 5}),
        ("n IN (:three, :five)", {3, 5}),
        ("n BETWEEN :three AND :five", {3, 4, 5}),
        ("NOT (n >= :three)", {0, 1, 2}),
        ("n < :three OR n = :five AND id = :text", {0, 1, 2, 5}),
        ("(n < :three OR n = :five) AND id = :text", {5}),
        ("attribute_exists(#m.deep[1])", {4}),
        ("attribute_not_exists(#m)", {0, 1, 2, 3, 5}),
        ("attribute_type(#m, :map)", {4}),
        ("begins_with(id, :text)", {5}),
        ("contains(#m.deep, :three)", {4}),
        ("contains(tags, :red)", {1}),
        ("contains(note, :red)", {2}),
        ("size(tags) = :two", {1}),
        ("size(note) > :three", {2}),
        ("size(#m) = :two", {4}),
        ("id = :three", set()),
        ("absent < :three", set()),
    ],
)
def test_what_filters_let_through(cars, expression, expected):
    more = {
        1: {"tags": {"SS": ["red", "new"]}},
        2: {"note": {"S": "a red car"}},
        4: {"map": {"M": {"deep": {"L": [{"N": "1"}, {"N": "3.0"}]}, "b": {"NULL": True}}}},
    }
    for number in range(6):
        item = {"id": {"S": str(number)}, "n": {"N": str(number)}, **more.get(number, {})}
        cars.put_item(TableName="cars", Item=item)
    values = {
        ":three": {"N": "3"},
        ":five": {"N": "5"},
        ":two": {"N": "2"},
        ":text": {"S": "5"},
        ":map": {"S": "M"},
        ":red": {"S": "red"},
    }
    used = {name: value for name, value in values.items() if name in expression}
    answer = cars.scan(
        TableName="cars",
        FilterExpression=expression,
        **({"ExpressionAttributeValues": used} if used else {}),
        **({"ExpressionAttributeNames": {"#m": "map"}} if "#m" in expression else {}),
    )
    assert set(numbers(answer)) == expected


def test_a_page_ends_after_a_megabyte(cars):
    for number in range(12):
        cars.put_item(
            TableName="cars",
            Item={"id": {"S": str(number)}, "n": {"N": str(number)}, "b": {"B": b"x" * 150_000}},
        )
    pages = scan_all(cars)
    assert [page["Count"] for page in pages] == [7, 5]
    assert sorted(number for page in pages for number in numbers(page)) == list(range(12))
    counted = scan_all(cars, Select="COUNT")
    assert [page["Count"] for page in counted] == [7, 5]


def test_select_and_projection(lot):
    counted = lot.scan(TableName="cars", Select="COUNT")
    assert "Items" not in counted
    assert counted["Count"] == COUNT
    some = lot.scan(TableName="cars", Select="SPECIFIC_ATTRIBUTES", ProjectionExpression="n", Limit=1)
    assert list(some["Items"][0]) == ["n"]
    none = lot.scan(TableName="cars", ProjectionExpression="absent")
    assert none["Items"] == [{}] * COUNT


def test_python_values_and_condition_objects(lot, resource):
    answer = resource.Table("cars").scan(FilterExpression=Attr("n").is_in([1, Decimal("2.0"), 99]))
    assert sorted(item["n"] for item in answer["Items"]) == [1, 2]


def test_consumed_capacity(cars):
    assert cars.scan(TableName="cars", ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"] == {
        "TableName": "cars",
        "CapacityUnits": 0.5,
    }
    for number in range(10):
        # id + one digit + the name b are four bytes.
        cars.put_item(TableName="cars", Item={"id": {"S": str(number)}, "b": {"B": b"x" * (4080 - 4)}})
    # 40,800 bytes: 10 units and a half of 4 KB, rounded up once.
    for consistent, units in ((True, 10.0), (False, 5.0)):
        answer = cars.scan(TableName="cars", ConsistentRead=consistent, ReturnConsumedCapacity="INDEXES")
        assert answer["ConsumedCapacity"] == {
            "TableName": "cars",
            "CapacityUnits": units,
            "Table": {"CapacityUnits": units},
        }
    dropped = cars.scan(
        TableName="cars", FilterExpression="attribute_exists(absent)", ReturnConsumedCapacity="TOTAL"
    )
    assert dropped["ConsumedCapacity"]["CapacityUnits"] == 5.0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Limit": 0}, violation("'0'", "limit", "Member must have value greater than or equal to 1")),
        (
            {"Segment": 0},
            "The TotalSegments parameter is required but was not present in the request when Segment "
            "parameter is "
            "present",
        ),
        (
            {"TotalSegments": 4},
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is present",
        ),
        (
            {"Segment": 4, "TotalSegments": 4},
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 4 "
            "is not less "
            "than TotalSegments: 4",
        ),
        (
            {"Segment": -1, "TotalSegments": 4},
            violation("'-1'", "segment", "Member must have value greater than or equal to 0"),
        ),
        (
            {"Segment": 0, "TotalSegments": 0},
            violation("'0'", "totalSegments", "Member must have value greater than or equal to 1"),
        ),
        (
            {"Segment": 0, "TotalSegments": 1_000_001},
            violation("'1000001'", "totalSegments", "Member must have value less than or equal to 1000000"),
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
            {"Select": "COUNT", "ProjectionExpression": "n"},
            "Cannot specify the ProjectionExpression when choosing to get only the Count",
        ),
        ({"FilterExpression": ""}, "Invalid FilterExpression: The expression can not be empty;"),
        (
            {"ExpressionAttributeValues": {":v": {"S": "x"}}},
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is "
            "null",
        ),
        (
            {"ExpressionAttributeValues": {":v": {"S": "x"}}, "ProjectionExpression": "n"},
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is "
            "null",
        ),
        ({"IndexName": "by-n"}, "The table does not have the specified index: by-n"),
        (
            {"ExclusiveStartKey": {"n": {"N": "1"}}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
    ],
)
def test_parameters_are_checked(lot, parameters, message):
    with invalid(message):
        lot.scan(TableName="cars", **parameters)


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        client.scan(TableName="missing")


def test_the_paginator_reads_all_pages(lot):
    pages = list(lot.get_paginator("scan").paginate(TableName="cars", PaginationConfig={"PageSize": 15}))
    assert [page["Count"] for page in pages] == [15, 15, 10]
    assert sorted(number for page in pages for number in numbers(page)) == list(range(COUNT))


def test_threads_share_the_segments_while_another_writes(cars):
    """Pages are long enough to be read from a snapshot, which lets other threads go on."""
    count, segments = 1_200, 4
    for start in range(0, count, 25):
        puts = [
            {"PutRequest": {"Item": {"id": {"S": f"fixed-{number}"}, "n": {"N": str(number)}}}}
            for number in range(start, start + 25)
        ]
        assert cars.batch_write_item(RequestItems={"cars": puts})["UnprocessedItems"] == {}
    is_over = threading.Event()

    def write():
        number = 0
        while not is_over.is_set():
            number += 1
            cars.put_item(TableName="cars", Item={"id": {"S": f"new-{number}"}, "n": {"N": "-1"}})
            cars.delete_item(TableName="cars", Key={"id": {"S": f"new-{number // 2}"}})

    def scan(segment):
        return scan_all(
            cars,
            Segment=segment,
            TotalSegments=segments,
            FilterExpression="n >= :few AND begins_with(id, :fixed)",
            ExpressionAttributeValues={":few": {"N": "1000"}, ":fixed": {"S": "fixed"}},
        )

    with ThreadPoolExecutor(segments + 1) as threads:
        writer = threads.submit(write)
        for _ in range(5):
            pages = [page for part in threads.map(scan, range(segments)) for page in part]
            assert sorted(number for page in pages for number in numbers(page)) == list(range(1_000, count))
            assert sum(page["ScannedCount"] for page in pages) >= count
        is_over.set()
        writer.result()
