"""UpdateItem."""

import re
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation

CAR = {
    "id": {"S": "1"},
    "make": {"S": "Tatra"},
    "year": {"N": "1967"},
    "tags": {"SS": ["air", "rear"]},
    "parts": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]},
    "engine": {"M": {"cylinders": {"N": "8"}, "power": {"N": "140"}}},
}
KEY = {"TableName": "cars", "Key": {"id": {"S": "1"}}}


@pytest.fixture
def car(cars):
    cars.put_item(TableName="cars", Item=CAR)
    return cars


def update(client, expression, values=None, names=None, **more):
    parameters = {"UpdateExpression": expression, **more}
    if values:
        parameters["ExpressionAttributeValues"] = values
    if names:
        parameters["ExpressionAttributeNames"] = names
    return client.update_item(**KEY, **parameters)


def item(client):
    found = client.get_item(**KEY)["Item"]
    if "SS" in found.get("tags", {}):
        found["tags"]["SS"].sort()
    return found


@pytest.mark.parametrize(
    ("expression", "values", "name", "value"),
    [
        ("SET make = :v", {":v": {"S": "Skoda"}}, "make", {"S": "Skoda"}),
        ("SET fresh = :v", {":v": {"NULL": True}}, "fresh", {"NULL": True}),
        ("SET #y = #y + :v", {":v": {"N": "3"}}, "year", {"N": "1970"}),
        ("SET #y = :v - #y", {":v": {"N": "0.5"}}, "year", {"N": "-1966.5"}),
        ("SET twin = engine.cylinders", {}, "twin", {"N": "8"}),
        ("SET fresh = if_not_exists(fresh, :v)", {":v": {"N": "1"}}, "fresh", {"N": "1"}),
        ("SET make = if_not_exists(make, :v)", {":v": {"S": "x"}}, "make", {"S": "Tatra"}),
        (
            "SET n = if_not_exists(n, :zero) + :one",
            {":zero": {"N": "0"}, ":one": {"N": "1"}},
            "n",
            {"N": "1"},
        ),
        (
            "SET parts = list_append(parts, :v)",
            {":v": {"L": [{"N": "1"}]}},
            "parts",
            {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"N": "1"}]},
        ),
        (
            "SET parts = list_append(:v, parts)",
            {":v": {"L": [{"N": "1"}]}},
            "parts",
            {"L": [{"N": "1"}, {"S": "a"}, {"S": "b"}, {"S": "c"}]},
        ),
        ("SET parts[1] = :v", {":v": {"S": "B"}}, "parts", {"L": [{"S": "a"}, {"S": "B"}, {"S": "c"}]}),
        (
            "SET parts[9] = :v",
            {":v": {"S": "d"}},
            "parts",
            {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "d"}]},
        ),
        (
            "SET engine.fuel = :v",
            {":v": {"S": "petrol"}},
            "engine",
            {"M": {"cylinders": {"N": "8"}, "power": {"N": "140"}, "fuel": {"S": "petrol"}}},
        ),
        ("REMOVE parts[1]", {}, "parts", {"L": [{"S": "a"}, {"S": "c"}]}),
        ("REMOVE parts[0], parts[2]", {}, "parts", {"L": [{"S": "b"}]}),
        ("REMOVE parts[7]", {}, "parts", CAR["parts"]),
        ("REMOVE engine.power", {}, "engine", {"M": {"cylinders": {"N": "8"}}}),
        ("REMOVE make", {}, "make", None),
        ("REMOVE absent", {}, "absent", None),
        ("ADD #y :v", {":v": {"N": "-7"}}, "year", {"N": "1960"}),
        ("ADD fresh :v", {":v": {"N": "5"}}, "fresh", {"N": "5"}),
        ("ADD fresh :v", {":v": {"NS": ["5"]}}, "fresh", {"NS": ["5"]}),
        ("ADD tags :v", {":v": {"SS": ["air", "v8"]}}, "tags", {"SS": ["air", "rear", "v8"]}),
        ("DELETE tags :v", {":v": {"SS": ["air", "none"]}}, "tags", {"SS": ["rear"]}),
        ("DELETE tags :v", {":v": {"SS": ["air", "rear"]}}, "tags", None),
        ("DELETE absent :v", {":v": {"SS": ["air"]}}, "absent", None),
    ],
)
def test_what_expressions_do(car, expression, values, name, value):
    names = {"#y": "year"} if "#y" in expression else None
    update(car, expression, values, names)
    expected = {**CAR, name: value}
    if value is None:
        del expected[name]
    assert item(car) == expected


def test_all_clauses_at_once_read_the_item_as_it_was(car):
    update(
        car,
        "SET engine.cylinders = parts[2], parts[0] = make REMOVE #y ADD tally :n DELETE tags :t",
        {":n": {"N": "1"}, ":t": {"SS": ["air"]}},
        {"#y": "year"},
    )
    assert item(car) == {
        "id": {"S": "1"},
        "make": {"S": "Tatra"},
        "tags": {"SS": ["rear"]},
        "parts": {"L": [{"S": "Tatra"}, {"S": "b"}, {"S": "c"}]},
        "engine": {"M": {"cylinders": {"S": "c"}, "power": {"N": "140"}}},
        "tally": {"N": "1"},
    }


def test_two_attributes_can_change_places(car):
    update(car, "SET make = #y, #y = make", None, {"#y": "year"})
    assert item(car)["make"] == {"N": "1967"}
    assert item(car)["year"] == {"S": "Tatra"}


def test_an_item_that_is_not_there_is_made(cars):
    update(cars, "SET make = :m", {":m": {"S": "Tatra"}})
    assert item(cars) == {"id": {"S": "1"}, "make": {"S": "Tatra"}}


def test_without_an_expression_the_key_is_made(cars):
    cars.update_item(**KEY)
    assert item(cars) == {"id": {"S": "1"}}
    cars.update_item(**KEY, ConditionExpression="attribute_exists(id)")
    assert item(cars) == {"id": {"S": "1"}}


@pytest.mark.parametrize(
    ("expression", "values"),
    [("REMOVE make", {}), ("REMOVE engine.power", {}), ("DELETE tags :t", {":t": {"SS": ["a"]}})],
)
def test_removing_from_nothing_makes_nothing(cars, expression, values):
    """As ScyllaDB's Alternator measured on the service in `test_update_item_non_existent`."""
    assert "Attributes" not in update(cars, expression, values, ReturnValues="ALL_NEW")
    assert "Item" not in cars.get_item(**KEY)
    update(cars, "REMOVE make SET doors = :n", {":n": {"N": "3"}})
    assert item(cars) == {"id": {"S": "1"}, "doors": {"N": "3"}}


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ("NONE", None),
        ("ALL_OLD", CAR),
        (
            "ALL_NEW",
            {**CAR, "make": {"S": "x"}, "engine": {"M": {"cylinders": {"N": "9"}, "power": {"N": "140"}}}},
        ),
        ("UPDATED_OLD", {"make": CAR["make"], "engine": {"M": {"cylinders": {"N": "8"}}}}),
        ("UPDATED_NEW", {"make": {"S": "x"}, "engine": {"M": {"cylinders": {"N": "9"}}}}),
    ],
)
def test_return_values(car, values, attributes):
    answer = update(
        car,
        "SET make = :m, engine.cylinders = engine.cylinders + :one",
        {":m": {"S": "x"}, ":one": {"N": "1"}},
        ReturnValues=values,
    )
    got = answer.get("Attributes")
    if got and "tags" in got:
        got["tags"]["SS"].sort()
    assert got == attributes


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ("ALL_OLD", None),
        ("UPDATED_OLD", None),
        ("ALL_NEW", {"id": {"S": "1"}, "make": {"S": "x"}}),
        ("UPDATED_NEW", {"make": {"S": "x"}}),
    ],
)
def test_return_values_of_a_new_item(cars, values, attributes):
    answer = update(cars, "SET make = :m", {":m": {"S": "x"}}, ReturnValues=values)
    assert answer.get("Attributes") == attributes


def test_what_was_removed_is_in_the_old_values_only(car):
    assert update(car, "REMOVE make", ReturnValues="UPDATED_OLD")["Attributes"] == {"make": CAR["make"]}
    car.put_item(TableName="cars", Item=CAR)
    assert "Attributes" not in update(car, "REMOVE make", ReturnValues="UPDATED_NEW")


def test_python_values(car, resource):
    table = resource.Table("cars")
    answer = table.update_item(
        Key={"id": "1"},
        UpdateExpression="SET price = :p ADD tags :t",
        ExpressionAttributeValues={":p": Decimal("9.90"), ":t": {"new"}},
        ReturnValues="UPDATED_NEW",
    )
    assert answer["Attributes"] == {"price": Decimal("9.9"), "tags": {"air", "rear", "new"}}


def test_conditions(car):
    with refused("ConditionalCheckFailedException", "The conditional request failed") as caught:
        update(
            car,
            "SET make = :m",
            {":m": {"S": "x"}, ":y": {"N": "2000"}},
            {"#y": "year"},
            ConditionExpression="#y > :y",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    shown = caught.value.response["Item"]
    shown["tags"]["SS"].sort()
    assert shown == CAR
    assert item(car) == CAR
    update(
        car,
        "SET make = :m",
        {":m": {"S": "x"}, ":n": {"N": "8"}},
        ConditionExpression="engine.cylinders = :n AND size(parts) < :n AND NOT contains(parts, :m)",
    )
    assert item(car)["make"] == {"S": "x"}


def test_an_upsert_can_be_prevented(cars):
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        update(cars, "SET make = :m", {":m": {"S": "x"}}, ConditionExpression="attribute_exists(id)")
    assert "Item" not in cars.get_item(**KEY)


@pytest.mark.parametrize(
    ("blob_before", "blob_after", "units"),
    [(None, 10, 1.0), (10, 10, 1.0), (3000, 10, 3.0), (10, 3000, 3.0), (1020, 1020, 1.0), (1020, 1021, 2.0)],
)
def test_an_update_costs_the_larger_of_the_items(cars, blob_before, blob_after, units):
    if blob_before is not None:
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * blob_before}})
    consumed = update(cars, "SET b = :b", {":b": {"B": b"x" * blob_after}}, ReturnConsumedCapacity="INDEXES")[
        "ConsumedCapacity"
    ]
    assert consumed == {"TableName": "cars", "CapacityUnits": units, "Table": {"CapacityUnits": units}}


def test_an_item_may_have_400_kilobytes(cars):
    largest = 400 * 1024 - 4
    update(cars, "SET b = :b", {":b": {"B": b"x" * largest}})
    with invalid("Item size to update has exceeded the maximum allowed size"):
        update(cars, "SET b = :b", {":b": {"B": b"x" * (largest + 1)}})
    with invalid("Item size to update has exceeded the maximum allowed size"):
        update(cars, "SET c = :c", {":c": {"NULL": True}})
    assert len(item(cars)["b"]["B"]) == largest


@pytest.mark.parametrize(
    ("expression", "values", "message"),
    [
        ("", None, "Invalid UpdateExpression: The expression can not be empty;"),
        (
            "SOME NONSENSE HERE",
            None,
            'Invalid UpdateExpression: Syntax error; token: "SOME", near: "SOME NONSENSE"',
        ),
        ("SET make", None, 'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "make"'),
        (
            "SET make = :m",
            None,
            "Invalid UpdateExpression: An expression attribute value used in expression is not defined; "
            "attribute "
            "value: :m",
        ),
        (
            "SET make = :m SET extra = :m",
            {":m": {"S": "x"}},
            'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
        ),
        (
            "SET make = :m REMOVE make",
            {":m": {"S": "x"}},
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite "
            "one of these "
            "paths; path one: [make], path two: [make]",
        ),
        (
            "SET engine = :m, engine.power = :m",
            {":m": {"S": "x"}},
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite "
            "one of these "
            "paths; path one: [engine], path two: [engine, power]",
        ),
        (
            "SET id = :m",
            {":m": {"S": "x"}},
            "One or more parameter values were invalid: Cannot update attribute id. This attribute is part "
            "of the key",
        ),
        (
            "REMOVE id",
            None,
            "One or more parameter values were invalid: Cannot update attribute id. This attribute is part "
            "of the key",
        ),
        (
            "SET make = absent",
            None,
            "The provided expression refers to an attribute that does not exist in the item",
        ),
        (
            "SET absent.part = :m",
            {":m": {"S": "x"}},
            "The document path provided in the update expression is invalid for update",
        ),
        (
            "SET make.part = :m",
            {":m": {"S": "x"}},
            "The document path provided in the update expression is invalid for update",
        ),
        (
            "REMOVE make.part",
            None,
            "The document path provided in the update expression is invalid for update",
        ),
        (
            "SET tally = make + :n",
            {":n": {"N": "1"}},
            "An operand in the update expression has an incorrect data type",
        ),
        (
            "ADD make :n",
            {":n": {"N": "1"}},
            "An operand in the update expression has an incorrect data type",
        ),
        (
            "ADD tags :n",
            {":n": {"NS": ["1"]}},
            "An operand in the update expression has an incorrect data type",
        ),
        (
            "SET parts = list_append(parts, make)",
            None,
            "An operand in the update expression has an incorrect data type",
        ),
        (
            "SET make = :m",
            {":m": {"S": "x"}, ":n": {"S": "x"}},
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}",
        ),
        (
            "SET tally = :a + :b",
            {":a": {"N": "9E125"}, ":b": {"N": "9E125"}},
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
    ],
)
def test_expressions_are_checked(car, expression, values, message):
    with invalid(message):
        update(car, expression, values)
    assert item(car) == CAR


@pytest.mark.parametrize(
    ("expression", "value", "said"),
    [
        ("ADD make :v", {"S": "x"}, "ADD.*STRING"),
        ("DELETE tags :v", {"N": "1"}, "DELETE.*NUMBER"),
        ("SET tally = :v + :v", {"S": "x"}, re.escape("+") + ".*S"),
        ("SET parts = list_append(parts, :v)", {"S": "x"}, "list_append.*S"),
    ],
)
def test_types_that_never_fit_are_refused_by_name(car, expression, value, said):
    with invalid(
        re.compile(f"Invalid UpdateExpression: Incorrect operand type for operator or function.*{said}.*")
    ):
        update(car, expression, {":v": value})
    assert item(car) == CAR


def test_a_value_may_not_nest_deeper_than_32_levels(cars):
    value = {"S": "deep"}
    for _ in range(30):
        value = {"L": [value]}
    update(cars, "SET a = :v", {":v": value})
    with pytest.raises(ClientError, match="Nesting Levels have exceeded supported limits"):
        update(cars, "SET a[0] = :v, b = :v", {":v": {"L": [{"L": [{"L": [value]}]}]}})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ReturnValues": "NEW"},
            violation(
                "'NEW'",
                "returnValues",
                "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
            ),
        ),
        (
            {"ExpressionAttributeValues": {":a": {"S": "a"}}},
            "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and "
            "ConditionExpression are null",
        ),
        (
            {"UpdateExpression": "REMOVE make", "AttributeUpdates": {"a": {"Action": "DELETE"}}},
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}",
        ),
    ],
)
def test_parameters_are_checked(car, parameters, message):
    with invalid(message):
        car.update_item(**KEY, **parameters)
    assert item(car) == CAR


def test_keys_are_checked(laps):
    for key in ({"driver": {"S": "ann"}}, {"driver": {"S": "ann"}, "lap": {"S": "1"}}):
        with invalid("The provided key element does not match the schema"):
            laps.update_item(TableName="laps", Key=key)
    with invalid(violation("null", "key", "Member must not be null")):
        laps.update_item(TableName="laps")


def test_a_sort_key_cannot_be_changed(laps):
    with invalid(
        "One or more parameter values were invalid: Cannot update attribute lap. This attribute is part of "
        "the key"
    ):
        laps.update_item(
            TableName="laps",
            Key={"driver": {"S": "ann"}, "lap": {"N": "1"}},
            UpdateExpression="ADD lap :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        client.update_item(TableName="missing", Key={"id": {"S": "1"}})
