"""TransactGetItems."""

import re

import pytest

from refusal import invalid, refused, violation


def get(number, **more):
    return {"Get": {"TableName": "cars", "Key": {"id": {"S": str(number)}}, **more}}


def cancelled(client, *actions):
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_get_items(TransactItems=list(actions))
    return caught.value.response["CancellationReasons"]


def test_items_in_the_order_of_the_request(cars, laps):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "a": {"N": "1"}, "b": {"N": "2"}})
    lap = {"driver": {"S": "ann"}, "lap": {"N": "1"}}
    laps.put_item(TableName="laps", Item=lap)
    answer = cars.transact_get_items(
        TransactItems=[
            {"Get": {"TableName": "laps", "Key": lap}},
            get(2),
            get(1),
            {"Get": {**get(1)["Get"], "Key": {"id": {"S": "3"}}}},
        ]
    )
    assert answer["Responses"] == [
        {"Item": lap},
        {},
        {"Item": {"id": {"S": "1"}, "a": {"N": "1"}, "b": {"N": "2"}}},
        {},
    ]
    assert "ConsumedCapacity" not in answer


def test_projections(cars):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "a": {"N": "1"}, "b": {"N": "2"}})
    projected = get(1, ProjectionExpression="#b", ExpressionAttributeNames={"#b": "b"})
    assert cars.transact_get_items(TransactItems=[projected])["Responses"] == [{"Item": {"b": {"N": "2"}}}]
    assert cars.transact_get_items(TransactItems=[get(1, ProjectionExpression="c")])["Responses"] == [{}]


def test_python_values(cars, resource):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "tags": {"SS": ["a"]}})
    answer = resource.meta.client.transact_get_items(
        TransactItems=[{"Get": {"TableName": "cars", "Key": {"id": "1"}}}]
    )
    assert answer["Responses"] == [{"Item": {"id": "1", "tags": {"a"}}}]


def test_consumed_capacity(cars, laps):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * 5000}})
    lap = {"Get": {"TableName": "laps", "Key": {"driver": {"S": "a"}, "lap": {"N": "1"}}}}
    answer = cars.transact_get_items(TransactItems=[get(1), lap, get(2)], ReturnConsumedCapacity="INDEXES")

    def units(number):
        return {"CapacityUnits": number, "ReadCapacityUnits": number}

    assert answer["ConsumedCapacity"] == [
        {"TableName": "cars", **units(6.0), "Table": units(6.0)},
        {"TableName": "laps", **units(2.0), "Table": units(2.0)},
    ]


def test_refusals_of_the_whole_request(cars):
    with invalid(violation("'[]'", "transactItems", "Member must have length greater than or equal to 1")):
        cars.transact_get_items(TransactItems=[])
    most = re.escape(
        "at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"
    )
    with invalid(re.compile(rf"1 validation error detected: Value '\[.+\]' {most}")):
        cars.transact_get_items(TransactItems=[get(number) for number in range(101)])
    with invalid("Transaction request cannot include multiple operations on one item"):
        cars.transact_get_items(TransactItems=[get(1), get(1)])
    with invalid('Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'):
        cars.transact_get_items(TransactItems=[get(1, ProjectionExpression="!!!")])
    unused = "Value provided in ExpressionAttributeNames unused in expressions: keys: {#q}"
    with invalid(unused):
        cars.transact_get_items(
            TransactItems=[get(1, ProjectionExpression="a", ExpressionAttributeNames={"#q": "q"})]
        )
    with refused("ResourceNotFoundException", "Requested resource not found"):
        cars.transact_get_items(TransactItems=[{"Get": {"TableName": "none", "Key": {"id": {"S": "1"}}}}])


def test_a_bad_key_is_a_reason(cars):
    bad = {"Get": {"TableName": "cars", "Key": {}}}
    text = "The provided key element does not match the schema"
    assert cancelled(cars, get(1), bad) == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": text},
    ]


@pytest.mark.database(transaction_seconds=3600)
def test_a_transaction_in_flight_cancels_and_other_reads_go_on(cars):
    key = {"id": {"S": "1"}}
    cars.transact_write_items(TransactItems=[{"Put": {"TableName": "cars", "Item": key}}])
    conflict = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
    assert cancelled(cars, get(2), get(1)) == [{"Code": "None"}, conflict]
    assert cars.get_item(TableName="cars", Key=key)["Item"] == key
    assert cars.batch_get_item(RequestItems={"cars": {"Keys": [key]}})["Responses"] == {"cars": [key]}
    assert cars.scan(TableName="cars")["Count"] == 1
    # A read holds nothing.
    cars.transact_get_items(TransactItems=[get(2)])
    cars.transact_get_items(TransactItems=[get(2)])
