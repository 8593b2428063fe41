"""Numbers as `int` and `float`: `Database.resource(numbers="native")`."""

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import dynacore
from dynacore import Key


@pytest.fixture
def database() -> Iterator[dynacore.Database]:
    with dynacore.Database() as database:
        yield database


@pytest.fixture
def table(database: dynacore.Database) -> Any:
    return database.resource(numbers="native").create_table(
        TableName="numbers",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def stored(database: dynacore.Database, at: str) -> dict[str, Any]:
    key = {"id": {"S": "x"}, "at": {"N": at}}
    return database.client().get_item(TableName="numbers", Key=key)["Item"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (2**63, "9223372036854775808"),
        (10**38 - 1, "9" * 38),
        (5.7, "5.7"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-130, "0." + "0" * 129 + "1"),
        (1 / 3, "0.3333333333333333"),
        (math.pi, "3.141592653589793"),
    ],
)
def test_a_number_is_stored_by_the_text_that_python_shows_and_comes_back(database, table, given, text):
    table.put_item(Item={"id": "x", "at": 1, "value": given})
    assert stored(database, "1")["value"] == {"N": text}
    value = table.get_item(Key={"id": "x", "at": 1})["Item"]["value"]
    assert value == given
    assert type(value) is (int if float(given).is_integer() else float)


@pytest.mark.parametrize(
    "text", ["0.1000000000000000055511151231257827", "0.12345678901234567890123456789", "9.99E+125", "1E-130"]
)
def test_what_neither_int_nor_float_is_exactly_stays_a_decimal(database, table, text):
    database.client().put_item(
        TableName="numbers", Item={"id": {"S": "x"}, "at": {"N": "1"}, "value": {"N": text}}
    )
    value = table.get_item(Key={"id": "x", "at": 1})["Item"]["value"]
    assert value == (float(text) if isinstance(value, float) else Decimal(text))
    assert isinstance(value, Decimal) or Decimal(repr(value)) == Decimal(text)
    # And it can be written back as it came.
    table.put_item(Item={"id": "x", "at": 2, "value": value})
    assert stored(database, "2")["value"] == stored(database, "1")["value"]


@pytest.mark.parametrize("given", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_refused(table, given):
    with pytest.raises(TypeError, match="Infinity and NaN not supported"):
        table.put_item(Item={"id": "x", "at": 1, "value": given})


def test_a_float_beyond_the_range_is_refused_as_any_number_is(table):
    with pytest.raises(dynacore.exceptions.ValidationException, match="Number overflow"):
        table.put_item(Item={"id": "x", "at": 1, "value": 1e300})


def test_keys_sets_conditions_batches_and_pages_have_the_same_numbers(database, table):
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"id": "x", "at": number / 4, "seen": {number, number + 0.5}})
    page = table.query(KeyConditionExpression=Key("id").eq("x") & Key("at").between(0.25, 1))
    assert [item["at"] for item in page["Items"]] == [0.25, 0.5, 0.75, 1]
    assert page["Items"][0]["seen"] == {1, 1.5}
    answer = table.update_item(
        Key={"id": "x", "at": 0.25},
        UpdateExpression="SET price = :price",
        ExpressionAttributeValues={":price": 9.99},
        ReturnValues="UPDATED_NEW",
    )
    assert answer["Attributes"] == {"price": 9.99}
    assert table.scan(Limit=1)["LastEvaluatedKey"] == {"id": "x", "at": 0}


def test_without_it_numbers_are_those_of_boto3(database, table):
    table.put_item(Item={"id": "x", "at": 1, "value": 5.7})
    plain = database.resource().Table("numbers")
    assert plain.get_item(Key={"id": "x", "at": 1})["Item"]["value"] == Decimal("5.7")
    with pytest.raises(TypeError, match="Float types are not supported"):
        plain.put_item(Item={"id": "x", "at": 1, "value": 5.7})


def test_another_name_is_refused(database):
    with pytest.raises(ValueError, match='numbers is "decimal" or "native", not "float"'):
        database.resource(numbers="float")  # type: ignore[arg-type]
