"""PutItem."""

import re
from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation

TEN_TYPES = {
    "id": {"S": "ten"},
    "text": {"S": "Škoda 🚗"},
    "number": {"N": "-12.50"},
    "bytes": {"B": b"\x00\x01\xff"},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "binaries": {"BS": [b"a", b"b"]},
    "list": {"L": [{"N": "1"}, {"L": []}, {"M": {"deep": {"S": ""}}}]},
    "map": {"M": {"a": {"BOOL": True}, "empty": {"M": {}}}},
    "flag": {"BOOL": False},
    "nothing": {"NULL": True},
    "empty text": {"S": ""},
    "empty bytes": {"B": b""},
}


def read(client, key="1"):
    return client.get_item(TableName="cars", Key={"id": {"S": key}}, ConsistentRead=True).get("Item")


def canonical(value):
    """Sets without an order, for comparison."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in ("SS", "NS", "BS"):
            ((tag, members),) = value.items()
            return tag, frozenset(members)
        return {name: canonical(member) for name, member in value.items()}
    return [canonical(member) for member in value] if isinstance(value, list) else value


def test_all_ten_types_come_back(cars):
    assert "Attributes" not in cars.put_item(TableName="cars", Item=TEN_TYPES)
    expected = {**TEN_TYPES, "number": {"N": "-12.5"}}
    assert canonical(read(cars, "ten")) == canonical(expected)


def test_all_ten_types_come_back_as_python_values(cars, resource):
    item = {
        "id": "ten",
        "text": "Škoda",
        "number": Decimal("-12.5"),
        "whole": 3,
        "bytes": Binary(b"\x00\xff"),
        "texts": {"a", "b"},
        "numbers": {Decimal(1), Decimal("2.5")},
        "binaries": {Binary(b"a"), Binary(b"b")},
        "list": [1, [], {"deep": ""}],
        "map": {"a": True, "empty": {}},
        "flag": False,
        "nothing": None,
    }
    table = resource.Table("cars")
    table.put_item(Item=item)
    got = table.get_item(Key={"id": "ten"})["Item"]
    assert got == item
    assert isinstance(got["whole"], Decimal)
    assert got["flag"] is False
    assert got["nothing"] is None


def test_an_item_takes_the_place_of_the_one_before(cars):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "a": {"N": "1"}, "b": {"N": "2"}})
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"N": "3"}})
    assert read(cars) == {"id": {"S": "1"}, "b": {"N": "3"}}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("+5", "5"),
        ("1E-130", "0." + "0" * 129 + "1"),
        ("9.9999999999999999999999999999999999999E+125", "9" * 38 + "0" * 88),
        ("-9.9999999999999999999999999999999999999E+125", "-" + "9" * 38 + "0" * 88),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("0.00000000012345678901234567890123456789", "0.00000000012345678901234567890123456789"),
    ],
)
def test_numbers_are_exact_and_come_back_in_normal_form(cars, given, stored):
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "n": {"N": given}})
    assert read(cars)["n"] == {"N": stored}


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (
            "123456789012345678901234567890123456789",
            "Attempting to store more than 38 significant digits in a Number",
        ),
        ("1E126", "Number overflow. Attempting to store a number with magnitude larger than supported range"),
        (
            "-1E126",
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        (
            "1E-131",
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
        ("one", "The parameter cannot be converted to a numeric value: one"),
        ("", "The parameter cannot be converted to a numeric value"),
        ("1 2", "The parameter cannot be converted to a numeric value: 1 2"),
        ("NaN", "The parameter cannot be converted to a numeric value: NaN"),
        ("0x10", "The parameter cannot be converted to a numeric value: 0x10"),
    ],
)
def test_numbers_that_are_none_are_refused(cars, number, message):
    with invalid(message):
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "n": {"N": number}})
    assert read(cars) is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"SS": []}, "One or more parameter values were invalid: An string set  may not be empty"),
        ({"NS": []}, "One or more parameter values were invalid: An number set  may not be empty"),
        ({"BS": []}, "One or more parameter values were invalid: Binary sets should not be empty"),
        (
            {"SS": ["a", "b", "a"]},
            "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.",
        ),
        # The words for numbers differ between sources; that it is refused does not.
        ({"NS": ["1", "1.0"]}, re.compile(".*Input collection .*contains duplicates.*")),
        (
            {"NULL": False},
            "One or more parameter values were invalid: Null attribute value types must have the value of "
            "true",
        ),
        ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (
            {"S": "a", "N": "1"},
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
            "supported "
            "datatypes",
        ),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_values_that_are_none_are_refused(cars, value, message, nested):
    item = {"id": {"S": "1"}, "v": {"L": [{"M": {"v": value}}]} if nested else value}
    with invalid(message):
        cars.put_item(TableName="cars", Item=item)


def test_return_values(cars):
    put = {"TableName": "cars", "Item": {"id": {"S": "1"}, "v": {"N": "1"}}}
    assert "Attributes" not in cars.put_item(**put, ReturnValues="ALL_OLD")
    assert "Attributes" not in cars.put_item(**put, ReturnValues="NONE")
    old = cars.put_item(TableName="cars", Item={"id": {"S": "1"}}, ReturnValues="ALL_OLD")["Attributes"]
    assert old == put["Item"]


@pytest.mark.parametrize("values", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
def test_only_old_values_are_returned(cars, values):
    with invalid("ReturnValues can only be ALL_OLD or NONE"):
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}}, ReturnValues=values)
    assert read(cars) is None


def test_a_condition_that_holds(cars):
    put = {"TableName": "cars", "Item": {"id": {"S": "1"}, "v": {"N": "1"}}}
    cars.put_item(**put, ConditionExpression="attribute_not_exists(id)")
    cars.put_item(
        TableName="cars",
        Item={"id": {"S": "1"}, "v": {"N": "2"}},
        ConditionExpression="#v BETWEEN :low AND :high AND NOT begins_with(id, :id)",
        ExpressionAttributeNames={"#v": "v"},
        ExpressionAttributeValues={":low": {"N": "0"}, ":high": {"N": "1"}, ":id": {"S": "x"}},
    )
    assert read(cars)["v"] == {"N": "2"}


def test_a_condition_that_fails_changes_nothing(cars):
    put = {"TableName": "cars", "Item": {"id": {"S": "1"}, "v": {"N": "1"}}}
    cars.put_item(**put)
    with refused("ConditionalCheckFailedException", "The conditional request failed") as caught:
        cars.put_item(
            TableName="cars",
            Item={"id": {"S": "1"}, "v": {"N": "2"}},
            ConditionExpression="attribute_not_exists(id)",
        )
    assert "Item" not in caught.value.response
    assert read(cars) == put["Item"]


def test_a_failed_condition_shows_the_item_if_asked(cars):
    item = {"id": {"S": "1"}, "v": {"L": [{"N": "1"}, {"B": b"\xff"}]}}
    cars.put_item(TableName="cars", Item=item)
    again = {
        "TableName": "cars",
        "Item": {"id": {"S": "1"}},
        "ConditionExpression": "attribute_not_exists(id)",
    }
    with pytest.raises(cars.exceptions.ConditionalCheckFailedException) as caught:
        cars.put_item(**again, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert caught.value.response["Item"] == item
    with pytest.raises(cars.exceptions.ConditionalCheckFailedException) as caught:
        cars.put_item(**again, ReturnValuesOnConditionCheckFailure="NONE")
    assert "Item" not in caught.value.response


def test_a_failed_condition_on_nothing_shows_nothing(cars):
    with pytest.raises(ClientError) as caught:
        cars.put_item(
            TableName="cars",
            Item={"id": {"S": "1"}},
            ConditionExpression="attribute_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert "Item" not in caught.value.response
    assert read(cars) is None


def test_consumed_capacity(cars):
    put = {"TableName": "cars", "Item": {"id": {"S": "1"}}}
    assert "ConsumedCapacity" not in cars.put_item(**put)
    assert "ConsumedCapacity" not in cars.put_item(**put, ReturnConsumedCapacity="NONE")
    total = cars.put_item(**put, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert total == {"TableName": "cars", "CapacityUnits": 1.0}
    indexes = cars.put_item(**put, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert indexes == {"TableName": "cars", "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}}


def units(client, blob_size):
    item = {"id": {"S": "1"}, "b": {"B": b"x" * blob_size}}
    answer = client.put_item(TableName="cars", Item=item, ReturnConsumedCapacity="TOTAL")
    return answer["ConsumedCapacity"]["CapacityUnits"]


def test_a_write_costs_a_unit_for_each_kilobyte_of_the_larger_item(cars):
    # id (2) + its value (1) + the name b (1) are four bytes.
    assert units(cars, 1020) == 1.0
    assert units(cars, 1021) == 2.0
    assert units(cars, 10 * 1024 - 4) == 10.0
    assert units(cars, 1) == 10.0, "the item that was there counts"
    assert units(cars, 1) == 1.0


def test_an_item_may_have_400_kilobytes_names_included(cars):
    # id + "1" + name "b".
    largest = 400 * 1024 - 4
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * largest}})
    with invalid("Item size has exceeded the maximum allowed size"):
        cars.put_item(TableName="cars", Item={"id": {"S": "2"}, "b": {"B": b"x" * (largest + 1)}})
    with invalid("Item size has exceeded the maximum allowed size"):
        cars.put_item(TableName="cars", Item={"id": {"S": "2"}, "bb": {"B": b"x" * largest}})
    assert read(cars, "2") is None


def nested(levels):
    value = {"S": "deep"}
    for level in range(levels):
        value = {"L": [value]} if level % 2 else {"M": {"m": value}}
    return {"id": {"S": "1"}, "v": value}


def test_values_nest_32_levels(cars):
    # The innermost value is the last of them.
    cars.put_item(TableName="cars", Item=nested(31))
    assert read(cars) == nested(31)
    with invalid(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
        "supported limit"
    ):
        cars.put_item(TableName="cars", Item=nested(32))


def test_keys_have_limits(cars, laps):
    cars.put_item(TableName="cars", Item={"id": {"S": "x" * 2048}})
    with invalid(
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
        "of2048 bytes"
    ):
        cars.put_item(TableName="cars", Item={"id": {"S": "x" * 2049}})
    with invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
        "an empty "
        "string value. Key: id"
    ):
        cars.put_item(TableName="cars", Item={"id": {"S": ""}})


def test_a_sort_key_has_1024_bytes(client):
    client.create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "p", "AttributeType": "B"},
            {"AttributeName": "s", "AttributeType": "B"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="notes", Item={"p": {"B": b"\x00"}, "s": {"B": b"\xff" * 1024}})
    with invalid(
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size "
        "limit of "
        "1024 bytes"
    ):
        client.put_item(TableName="notes", Item={"p": {"B": b"\x00"}, "s": {"B": b"\xff" * 1025}})
    for item, name in (
        ({"p": {"B": b""}, "s": {"B": b"1"}}, "p"),
        ({"p": {"B": b"1"}, "s": {"B": b""}}, "s"),
    ):
        with invalid(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an "
            f"empty binary value. Key: {name}"
        ):
            client.put_item(TableName="notes", Item=item)


def test_an_item_has_its_keys_in_their_types(laps):
    with invalid("One or more parameter values were invalid: Missing the key lap in the item"):
        laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}})
    with invalid("One or more parameter values were invalid: Missing the key driver in the item"):
        laps.put_item(TableName="laps", Item={"lap": {"N": "1"}})
    with invalid(
        "One or more parameter values were invalid: Type mismatch for key lap expected: N actual: S"
    ):
        laps.put_item(TableName="laps", Item={"driver": {"S": "ann"}, "lap": {"S": "1"}})
    with invalid(
        "One or more parameter values were invalid: Type mismatch for key driver expected: S actual: SS"
    ):
        laps.put_item(TableName="laps", Item={"driver": {"SS": ["ann"]}, "lap": {"N": "1"}})


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        client.put_item(TableName="missing", Item={"id": {"S": "1"}})


def test_a_table_may_be_named_by_its_arn(cars):
    arn = cars.describe_table(TableName="cars")["Table"]["TableArn"]
    answer = cars.put_item(TableName=arn, Item={"id": {"S": "1"}}, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["TableName"] == arn
    assert read(cars) == {"id": {"S": "1"}}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", violation("''", "tableName", "Member must have length greater than or equal to 1")),
        (
            "no spaces",
            violation(
                "'no spaces'", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            ),
        ),
        (
            "n" * 256,
            violation(f"'{'n' * 256}'", "tableName", "Member must have length less than or equal to 255"),
        ),
    ],
)
def test_table_names_are_checked(client, name, message):
    with invalid(message):
        client.put_item(TableName=name, Item={"id": {"S": "1"}})


def test_members_that_are_required(client):
    with invalid(violation("null", "item", "Member must not be null")):
        client.put_item(TableName="cars")
    with invalid(violation("null", "tableName", "Member must not be null")):
        client.put_item(Item={"id": {"S": "1"}})


@pytest.mark.parametrize(
    ("member", "path", "choices"),
    [
        ("ReturnValues", "returnValues", "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"),
        ("ReturnConsumedCapacity", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]"),
        ("ReturnItemCollectionMetrics", "returnItemCollectionMetrics", "[SIZE, NONE]"),
        ("ReturnValuesOnConditionCheckFailure", "returnValuesOnConditionCheckFailure", "[ALL_OLD, NONE]"),
    ],
)
def test_choices_are_checked(cars, member, path, choices):
    with invalid(violation("'SOME'", path, f"Member must satisfy enum value set: {choices}")):
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}}, **{member: "SOME"})


def test_several_wrong_choices_are_told_together(cars):
    with pytest.raises(ClientError) as caught:
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}}, ReturnValues="A", ReturnConsumedCapacity="B")
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("2 validation errors detected: ")
    assert "Value 'A' at 'returnValues'" in message
    assert "Value 'B' at 'returnConsumedCapacity'" in message


def test_collection_metrics_are_of_tables_with_local_indexes_only(cars):
    answer = cars.put_item(TableName="cars", Item={"id": {"S": "1"}}, ReturnItemCollectionMetrics="SIZE")
    assert "ItemCollectionMetrics" not in answer


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ExpressionAttributeValues": {":v": {"S": "x"}}},
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is "
            "null",
        ),
        (
            {"ExpressionAttributeNames": {"#v": "x"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ConditionExpression": "attribute_exists(id)", "ExpressionAttributeNames": {"#v": "x"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#v}",
        ),
        (
            {"ConditionExpression": "attribute_exists(id)", "ExpressionAttributeValues": {":v": {"S": "x"}}},
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
        ),
        (
            {"ConditionExpression": "id = :v"},
            "Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
            "attribute value: :v",
        ),
        (
            {"ConditionExpression": "#i = id"},
            "Invalid ConditionExpression: An expression attribute name used in the document path is not "
            "defined; "
            "attribute name: #i",
        ),
        ({"ConditionExpression": ""}, "Invalid ConditionExpression: The expression can not be empty;"),
        (
            {"ConditionExpression": "status = id"},
            "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status",
        ),
        (
            {"Expected": {"id": {"Exists": False}}, "ConditionExpression": "attribute_exists(id)"},
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {Expected} Expression parameters: {ConditionExpression}",
        ),
    ],
)
def test_expressions_are_checked(cars, parameters, message):
    with invalid(message):
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}}, **parameters)
    assert read(cars) is None
