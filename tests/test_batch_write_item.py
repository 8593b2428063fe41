"""BatchWriteItem."""

import re

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation


def put(number, **attributes):
    return {"PutRequest": {"Item": {"id": {"S": str(number)}, **attributes}}}


def delete(number):
    return {"DeleteRequest": {"Key": {"id": {"S": str(number)}}}}


def ids(client):
    return sorted(int(item["id"]["S"]) for item in client.scan(TableName="cars")["Items"])


def test_puts_and_deletes_in_several_tables(cars, laps):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    answer = cars.batch_write_item(
        RequestItems={
            "cars": [delete(1), put(2, n={"N": "2"}), delete(99)],
            "laps": [{"PutRequest": {"Item": {"driver": {"S": "ann"}, "lap": {"N": "1"}}}}],
        }
    )
    assert answer["UnprocessedItems"] == {}
    assert ids(cars) == [2]
    assert laps.scan(TableName="laps")["Count"] == 1


def test_a_put_takes_the_place_of_the_whole_item(cars):
    cars.batch_write_item(RequestItems={"cars": [put(1, a={"N": "1"}, b={"N": "2"})]})
    cars.batch_write_item(RequestItems={"cars": [put(1, b={"N": "3"})]})
    assert cars.scan(TableName="cars")["Items"] == [{"id": {"S": "1"}, "b": {"N": "3"}}]


def test_python_values(cars, resource):
    answer = resource.batch_write_item(
        RequestItems={"cars": [{"PutRequest": {"Item": {"id": "1", "tags": {"a"}}}}]}
    )
    assert answer["UnprocessedItems"] == {}
    assert resource.Table("cars").get_item(Key={"id": "1"})["Item"] == {"id": "1", "tags": {"a"}}


def test_each_request_is_rounded_on_its_own(cars, laps):
    # id + one digit + the name b are four bytes: 500 B and 3.5 KB are 1 and 4 units.
    answer = cars.batch_write_item(
        RequestItems={
            "cars": [put(1, b={"B": b"x" * 496}), put(2, b={"B": b"x" * 3580}), delete(3)],
            "laps": [{"DeleteRequest": {"Key": {"driver": {"S": "x"}, "lap": {"N": "1"}}}}],
        },
        ReturnConsumedCapacity="INDEXES",
    )
    consumed = {entry["TableName"]: entry for entry in answer["ConsumedCapacity"]}
    assert consumed["cars"] == {"TableName": "cars", "CapacityUnits": 6.0, "Table": {"CapacityUnits": 6.0}}
    assert consumed["laps"]["CapacityUnits"] == 1.0
    deleted = cars.batch_write_item(RequestItems={"cars": [delete(2)]}, ReturnConsumedCapacity="TOTAL")
    assert deleted["ConsumedCapacity"] == [{"TableName": "cars", "CapacityUnits": 4.0}]


def test_25_requests_at_most(cars, laps):
    requests = [put(number) for number in range(25)]
    assert cars.batch_write_item(RequestItems={"cars": requests})["UnprocessedItems"] == {}
    assert ids(cars) == list(range(25))
    with invalid(
        re.compile(
            r"1 validation error detected: Value '\{cars=\[.+\]\}' at 'requestItems' failed to satisfy "
            r"constraint: Map "
            r"value must satisfy constraint: \[Member must have length less than or equal to 25, Member must "
            r"have length "
            r"greater than or equal to 1\]",
            re.DOTALL,
        )
    ):
        cars.batch_write_item(RequestItems={"cars": [*requests, put(25)]})
    with invalid("Too many items requested for the BatchWriteItem call"):
        cars.batch_write_item(
            RequestItems={
                "cars": requests,
                "laps": [{"PutRequest": {"Item": {"driver": {"S": "x"}, "lap": {"N": "1"}}}}],
            }
        )
    assert laps.scan(TableName="laps")["Count"] == 0


def test_a_key_comes_once(cars):
    for requests in ([put(1), put(1)], [put(1), delete(1)], [delete(1), put(2), delete(1)]):
        with invalid("Provided list of item keys contains duplicates"):
            cars.batch_write_item(RequestItems={"cars": requests})
    assert ids(cars) == []


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (
            {"PutRequest": {"Item": {"n": {"N": "1"}}}},
            "One or more parameter values were invalid: Missing the key id in the item",
        ),
        (
            {"PutRequest": {"Item": {"id": {"N": "1"}}}},
            "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
        ),
        (
            {"DeleteRequest": {"Key": {"id": {"N": "1"}}}},
            "The provided key element does not match the schema",
        ),
        (
            {"DeleteRequest": {"Key": {"id": {"S": "1"}, "n": {"N": "1"}}}},
            "The provided key element does not match the schema",
        ),
        (
            {"PutRequest": {"Item": {"id": {"S": ""}}}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an empty "
            "string value. Key: id",
        ),
        (
            {"PutRequest": {"Item": {"id": {"S": "1"}, "s": {"SS": []}}}},
            "One or more parameter values were invalid: An string set  may not be empty",
        ),
        (
            {"PutRequest": {"Item": {"id": {"S": "1"}, "b": {"B": b"x" * 409_600}}}},
            "Item size has exceeded the maximum allowed size",
        ),
    ],
)
def test_one_bad_request_refuses_all(cars, bad, message):
    with invalid(message):
        cars.batch_write_item(RequestItems={"cars": [put(7), bad]})
    assert ids(cars) == []


def test_a_request_is_a_put_or_a_delete(cars):
    for request in ({}, {**put(1), **delete(2)}):
        with pytest.raises(ClientError) as caught:
            cars.batch_write_item(RequestItems={"cars": [request]})
        assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert ids(cars) == []


def test_the_request_is_required(door, cars):
    with invalid("The requestItems parameter is required for BatchWriteItem"):
        cars.batch_write_item(RequestItems={})
    if door.name == "native":
        # botocore looks into the parameter before it sends it.
        with pytest.raises(ClientError) as caught:
            cars.batch_write_item()
        assert "null at 'requestItems'" in caught.value.response["Error"]["Message"]
    with pytest.raises(ClientError) as caught:
        cars.batch_write_item(RequestItems={"cars": []})
    assert "Member must have length greater than or equal to 1" in caught.value.response["Error"]["Message"]


def test_choices_are_checked(cars):
    for member, path, choices in (
        ("ReturnConsumedCapacity", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]"),
        ("ReturnItemCollectionMetrics", "returnItemCollectionMetrics", "[SIZE, NONE]"),
    ):
        with invalid(violation("'ALL'", path, f"Member must satisfy enum value set: {choices}")):
            cars.batch_write_item(RequestItems={"cars": [put(1)]}, **{member: "ALL"})


def test_no_table(cars):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        cars.batch_write_item(RequestItems={"cars": [put(1)], "missing": [put(1)]})
    assert ids(cars) == []
