"""DeleteItem."""

from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation

CAR = {"id": {"S": "1"}, "make": {"S": "Tatra"}, "year": {"N": "1967"}}
KEY = {"TableName": "cars", "Key": {"id": {"S": "1"}}}


@pytest.fixture
def car(cars):
    cars.put_item(TableName="cars", Item=CAR)
    return cars


def test_an_item_is_deleted(car):
    answer = car.delete_item(**KEY)
    assert set(answer) == {"ResponseMetadata"}
    assert "Item" not in car.get_item(**KEY)


def test_nothing_can_be_deleted(cars):
    assert "Attributes" not in cars.delete_item(**KEY, ReturnValues="ALL_OLD")


def test_only_that_item_is_deleted(laps):
    for lap in range(3):
        laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": str(lap)}})
    laps.delete_item(TableName="laps", Key={"driver": {"S": "ann"}, "lap": {"N": "1"}})
    left = laps.scan(TableName="laps")["Items"]
    assert [item["lap"]["N"] for item in left] == ["0", "2"]


def test_return_values(car, resource):
    assert car.delete_item(**KEY, ReturnValues="ALL_OLD")["Attributes"] == CAR
    table = resource.Table("cars")
    table.put_item(Item={"id": "1", "year": 1967})
    assert table.delete_item(Key={"id": "1"}, ReturnValues="ALL_OLD")["Attributes"] == {
        "id": "1",
        "year": Decimal(1967),
    }


@pytest.mark.parametrize("values", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
def test_only_old_values_are_returned(car, values):
    with invalid("ReturnValues can only be ALL_OLD or NONE"):
        car.delete_item(**KEY, ReturnValues=values)
    assert car.get_item(**KEY)["Item"] == CAR


def test_conditions(car):
    with refused("ConditionalCheckFailedException", "The conditional request failed") as caught:
        car.delete_item(**KEY, ConditionExpression="attribute_not_exists(make)")
    assert "Item" not in caught.value.response
    with pytest.raises(car.exceptions.ConditionalCheckFailedException) as caught:
        car.delete_item(
            **KEY,
            ConditionExpression="#y > :y",
            ExpressionAttributeNames={"#y": "year"},
            ExpressionAttributeValues={":y": {"N": "2000"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"] == CAR
    car.delete_item(**KEY, ConditionExpression="make = :m", ExpressionAttributeValues={":m": {"S": "Tatra"}})
    assert "Item" not in car.get_item(**KEY)


def test_a_condition_on_nothing_fails(cars):
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        cars.delete_item(**KEY, ConditionExpression="attribute_exists(id)")
    cars.delete_item(**KEY, ConditionExpression="attribute_not_exists(id)")


def test_a_resource_leaves_errors_as_they_came(car, resource):
    with pytest.raises(ClientError) as caught:
        resource.Table("cars").delete_item(
            Key={"id": "1"},
            ConditionExpression="attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"] == CAR


@pytest.mark.parametrize(
    ("item_bytes", "units"), [(0, 1.0), (4, 1.0), (1024, 1.0), (1025, 2.0), (409600, 400.0)]
)
def test_a_delete_costs_what_the_item_weighs(cars, item_bytes, units):
    if item_bytes:
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * (item_bytes - 4)}})
    consumed = cars.delete_item(**KEY, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert consumed == {"TableName": "cars", "CapacityUnits": units, "Table": {"CapacityUnits": units}}
    again = cars.delete_item(**KEY, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert again == {"TableName": "cars", "CapacityUnits": 1.0}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ReturnValues": "OLD"},
            violation(
                "'OLD'",
                "returnValues",
                "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
            ),
        ),
        (
            {"ExpressionAttributeValues": {":v": {"S": "x"}}},
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is "
            "null",
        ),
        (
            {"ConditionExpression": "id = :v AND", "ExpressionAttributeValues": {":v": {"S": "x"}}},
            'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "AND"',
        ),
        (
            {"ConditionExpression": "attribute_exists(id)", "Expected": {}},
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {Expected} Expression parameters: {ConditionExpression}",
        ),
    ],
)
def test_parameters_are_checked(car, parameters, message):
    with invalid(message):
        car.delete_item(**KEY, **parameters)
    assert car.get_item(**KEY)["Item"] == CAR


def test_keys_are_checked(laps):
    for key in ({"driver": {"S": "ann"}}, {"driver": {"S": "ann"}, "lap": {"S": "1"}}):
        with invalid("The provided key element does not match the schema"):
            laps.delete_item(TableName="laps", Key=key)
    with invalid(violation("null", "key", "Member must not be null")):
        laps.delete_item(TableName="laps")


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        client.delete_item(TableName="missing", Key={"id": {"S": "1"}})
