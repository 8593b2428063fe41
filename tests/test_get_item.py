"""GetItem."""

from decimal import Decimal

import pytest

from refusal import invalid, refused, violation

CAR = {
    "id": {"S": "1"},
    "make": {"S": "Tatra"},
    "engine": {"M": {"cylinders": {"N": "8"}, "layout": {"L": [{"S": "V"}, {"S": "air"}, {"S": "rear"}]}}},
    "size": {"N": "2"},
}


def get(client, **parameters):
    return client.get_item(TableName="cars", Key={"id": {"S": "1"}}, **parameters)


@pytest.fixture
def car(cars):
    cars.put_item(TableName="cars", Item=CAR)
    return cars


@pytest.mark.parametrize("consistent", [True, False])
def test_an_item_is_read(car, consistent):
    assert get(car, ConsistentRead=consistent)["Item"] == CAR


def test_an_item_that_is_not_there(cars):
    answer = get(cars)
    assert "Item" not in answer
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_python_values(car, resource):
    item = resource.Table("cars").get_item(Key={"id": "1"})["Item"]
    assert item == {
        "id": "1",
        "make": "Tatra",
        "engine": {"cylinders": Decimal(8), "layout": ["V", "air", "rear"]},
        "size": Decimal(2),
    }


@pytest.mark.parametrize(
    ("projection", "names", "item"),
    [
        ("make", None, {"make": CAR["make"]}),
        ("make, id", None, {"id": CAR["id"], "make": CAR["make"]}),
        ("engine.cylinders", None, {"engine": {"M": {"cylinders": {"N": "8"}}}}),
        ("engine.layout[1]", None, {"engine": {"M": {"layout": {"L": [{"S": "air"}]}}}}),
        (
            "engine.layout[2], engine.layout[0]",
            None,
            {"engine": {"M": {"layout": {"L": [{"S": "V"}, {"S": "rear"}]}}}},
        ),
        ("#s, make", {"#s": "size"}, {"size": CAR["size"], "make": CAR["make"]}),
        ("#e.#c", {"#e": "engine", "#c": "cylinders"}, {"engine": {"M": {"cylinders": {"N": "8"}}}}),
        ("absent, make.part, engine.layout[9]", None, {}),
    ],
)
def test_a_projection_shows_a_part(car, projection, names, item):
    extra = {"ExpressionAttributeNames": names} if names else {}
    assert get(car, ProjectionExpression=projection, **extra)["Item"] == item


def test_a_name_with_a_dot_is_one_name(cars):
    cars.put_item(
        TableName="cars", Item={"id": {"S": "1"}, "a.b": {"S": "dotted"}, "a": {"M": {"b": {"S": "deep"}}}}
    )
    answer = get(cars, ProjectionExpression="#dotted", ExpressionAttributeNames={"#dotted": "a.b"})
    assert answer["Item"] == {"a.b": {"S": "dotted"}}
    assert get(cars, ProjectionExpression="a.b")["Item"] == {"a": {"M": {"b": {"S": "deep"}}}}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"ProjectionExpression": ""}, "Invalid ProjectionExpression: The expression can not be empty;"),
        (
            {"ProjectionExpression": "size"},
            "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: size",
        ),
        (
            {"ProjectionExpression": "#x"},
            "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
            "defined; "
            "attribute name: #x",
        ),
        (
            {"ProjectionExpression": "make, make"},
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or "
            "rewrite one of "
            "these paths; path one: [make], path two: [make]",
        ),
        (
            {"ProjectionExpression": "make", "ExpressionAttributeNames": {"#x": "make"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}",
        ),
        (
            {"ExpressionAttributeNames": {"#x": "make"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ProjectionExpression": "make", "AttributesToGet": ["make"]},
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
        ),
        (
            {"ReturnConsumedCapacity": "SOME"},
            violation(
                "'SOME'",
                "returnConsumedCapacity",
                "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]",
            ),
        ),
    ],
)
def test_parameters_are_checked(cars, parameters, message):
    with invalid(message):
        get(cars, **parameters)


MISMATCH = "The provided key element does not match the schema"


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"driver": {"S": "ann"}},
        {"lap": {"N": "1"}},
        {"driver": {"S": "ann"}, "lap": {"S": "1"}},
        {"driver": {"N": "1"}, "lap": {"N": "1"}},
        {"driver": {"S": "ann"}, "round": {"N": "1"}},
        {"driver": {"S": "ann"}, "lap": {"N": "1"}, "more": {"N": "1"}},
    ],
)
def test_a_key_has_the_schemas_attributes(laps, key):
    with invalid(MISMATCH):
        laps.get_item(TableName="laps", Key=key)


def test_a_key_is_not_empty(cars):
    with invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
        "an empty "
        "string value. Key: id"
    ):
        cars.get_item(TableName="cars", Key={"id": {"S": ""}})


def test_numbers_are_one_key_in_all_their_forms(laps):
    laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"N": "1.50"}})
    for form in ("1.5", "15e-1", "001.500", "0.15E1"):
        item = laps.get_item(TableName="laps", Key={"driver": {"S": "ann"}, "lap": {"N": form}})["Item"]
        assert item["lap"] == {"N": "1.5"}


def test_members_that_are_required(cars):
    with invalid(violation("null", "key", "Member must not be null")):
        cars.get_item(TableName="cars")
    with invalid(violation("null", "tableName", "Member must not be null")):
        cars.get_item(Key={"id": {"S": "1"}})


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        client.get_item(TableName="missing", Key={"id": {"S": "1"}})


@pytest.mark.parametrize(
    ("consistent", "item_bytes", "units"),
    [
        (True, 0, 1.0),
        (False, 0, 0.5),
        (True, 4096, 1.0),
        (True, 4097, 2.0),
        (False, 4096, 0.5),
        (False, 4097, 1.0),
        (False, 12289, 2.0),
        (True, 409600, 100.0),
        (False, 409600, 50.0),
    ],
)
def test_a_read_costs_a_unit_for_each_four_kilobytes(cars, consistent, item_bytes, units):
    if item_bytes:
        # id (2) + its value (1) + the name b (1).
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * (item_bytes - 4)}})
    answer = get(cars, ConsistentRead=consistent, ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"] == {
        "TableName": "cars",
        "CapacityUnits": units,
        "Table": {"CapacityUnits": units},
    }
    projected = get(
        cars, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL", ProjectionExpression="id"
    )
    assert projected["ConsumedCapacity"] == {"TableName": "cars", "CapacityUnits": units}
    assert "ConsumedCapacity" not in get(cars, ReturnConsumedCapacity="NONE")


def test_a_table_may_be_named_by_its_arn(car):
    arn = car.describe_table(TableName="cars")["Table"]["TableArn"]
    answer = car.get_item(TableName=arn, Key={"id": {"S": "1"}}, ReturnConsumedCapacity="TOTAL")
    assert answer["Item"] == CAR
    assert answer["ConsumedCapacity"]["TableName"] == arn
