"""The parameters that were there before expressions: Expected, AttributeUpdates, KeyConditions and so on."""

from decimal import Decimal

import pytest

from refusal import invalid, refused

CAR = {
    "id": {"S": "1"},
    "make": {"S": "Tatra"},
    "doors": {"N": "4"},
    "tags": {"SS": ["air", "rear"]},
    "years": {"NS": ["1957", "1968"]},
    "parts": {"L": [{"S": "fin"}, {"N": "8"}]},
    "raw": {"B": b"\x00\x80"},
    "sold": {"NULL": True},
}
KEY = {"TableName": "cars", "Key": {"id": {"S": "1"}}}
FAILED = "The conditional request failed"


@pytest.fixture
def car(cars):
    cars.put_item(TableName="cars", Item=CAR)
    return cars


def compare(operator, *values):
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


def read(client):
    item = client.get_item(**KEY)["Item"]
    for value in item.values():
        for tag in ("SS", "NS"):
            if tag in value:
                value[tag].sort()
    return item


HOLDS = [
    ("make", compare("EQ", {"S": "Tatra"})),
    ("tags", compare("EQ", {"SS": ["rear", "air"]})),
    ("sold", compare("EQ", {"NULL": True})),
    ("parts", compare("EQ", {"L": [{"S": "fin"}, {"N": "8.0"}]})),
    ("make", compare("NE", {"S": "Skoda"})),
    ("make", compare("NE", {"N": "1"})),
    ("absent", compare("NE", {"S": "x"})),
    ("doors", compare("LE", {"N": "4"})),
    ("doors", compare("LT", {"N": "4.5"})),
    ("doors", compare("GE", {"N": "4"})),
    ("raw", compare("GT", {"B": b"\x00\x7f"})),
    ("make", {"ComparisonOperator": "NOT_NULL"}),
    ("sold", compare("NOT_NULL")),
    ("absent", compare("NULL")),
    ("absent", {"ComparisonOperator": "NULL"}),
    ("make", compare("CONTAINS", {"S": "atr"})),
    ("tags", compare("CONTAINS", {"S": "air"})),
    ("years", compare("CONTAINS", {"N": "1968"})),
    ("parts", compare("CONTAINS", {"N": "8"})),
    ("raw", compare("CONTAINS", {"B": b"\x80"})),
    ("make", compare("NOT_CONTAINS", {"S": "x"})),
    ("make", compare("NOT_CONTAINS", {"N": "1"})),
    ("tags", compare("NOT_CONTAINS", {"S": "ai"})),
    ("make", compare("BEGINS_WITH", {"S": "Ta"})),
    ("raw", compare("BEGINS_WITH", {"B": b"\x00"})),
    ("doors", compare("IN", {"N": "2"}, {"N": "4"})),
    ("doors", compare("BETWEEN", {"N": "4"}, {"N": "5"})),
    ("make", {"Value": {"S": "Tatra"}}),
    ("make", {"Value": {"S": "Tatra"}, "Exists": True}),
    ("doors", {"Value": {"N": "3"}, "ComparisonOperator": "GT"}),
    ("absent", {"Exists": False}),
]

FAILS = [
    ("make", compare("EQ", {"S": "tatra"})),
    ("make", compare("EQ", {"N": "1"})),
    ("absent", compare("EQ", {"NULL": True})),
    ("make", compare("NE", {"S": "Tatra"})),
    ("doors", compare("LT", {"N": "4"})),
    ("doors", compare("GE", {"S": "1"})),
    ("parts", compare("GE", {"S": "1"})),
    ("absent", compare("LE", {"N": "4"})),
    ("absent", compare("NOT_NULL")),
    ("sold", compare("NULL")),
    ("absent", compare("CONTAINS", {"S": "x"})),
    # Unlike NE, it needs the attribute.
    ("absent", compare("NOT_CONTAINS", {"S": "x"})),
    ("parts", compare("NOT_CONTAINS", {"S": "fin"})),
    ("doors", compare("BEGINS_WITH", {"S": "4"})),
    ("years", compare("IN", {"N": "1957"}, {"N": "1968"})),
    ("doors", compare("BETWEEN", {"S": "0"}, {"S": "9"})),
    ("absent", compare("BETWEEN", {"N": "0"}, {"N": "9"})),
    ("make", {"Value": {"S": "Skoda"}}),
    ("absent", {"Value": {"S": "x"}}),
    ("make", {"Exists": False}),
]


def test_a_write_happens_if_what_it_expects_holds(car):
    for attribute, expected in HOLDS:
        car.put_item(TableName="cars", Item=CAR, Expected={attribute: expected})


def test_a_write_fails_if_what_it_expects_does_not_hold(car):
    for attribute, expected in FAILS:
        with refused("ConditionalCheckFailedException", FAILED):
            car.put_item(TableName="cars", Item={"id": {"S": "1"}}, Expected={attribute: expected})
    assert read(car) == CAR


def test_a_scan_filters_by_the_same_comparisons(car):
    for attribute, comparison in HOLDS + FAILS:
        if "AttributeValueList" not in comparison or attribute == "id":
            continue
        page = car.scan(TableName="cars", ScanFilter={attribute: comparison})
        assert page["Count"] == int((attribute, comparison) in HOLDS), (attribute, comparison)
        assert page["ScannedCount"] == 1


def test_what_is_expected_is_combined(car):
    wrong, right = {"Value": {"S": "x"}}, {"Value": {"N": "4"}}
    both = {"make": wrong, "doors": right}
    for operator in (None, "AND"):
        more = {"ConditionalOperator": operator} if operator else {}
        with refused("ConditionalCheckFailedException", FAILED):
            car.delete_item(**KEY, Expected=both, **more)
    with refused("ConditionalCheckFailedException", FAILED):
        car.delete_item(**KEY, Expected={"make": wrong, "doors": wrong}, ConditionalOperator="OR")
    car.delete_item(**KEY, Expected=both, ConditionalOperator="OR")
    assert "Item" not in car.get_item(**KEY)


def test_expecting_nothing_is_no_condition(car):
    car.put_item(TableName="cars", Item={"id": {"S": "1"}}, Expected={})
    car.update_item(**KEY, AttributeUpdates={}, Expected={})
    assert read(car) == {"id": {"S": "1"}}


def test_a_failed_expectation_shows_the_item(car):
    with refused("ConditionalCheckFailedException", FAILED) as caught:
        car.put_item(
            TableName="cars",
            Item={"id": {"S": "1"}},
            Expected={"id": {"Exists": False}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"]["make"] == {"S": "Tatra"}


@pytest.mark.parametrize(
    ("attribute", "update", "value"),
    [
        ("make", {"Action": "PUT", "Value": {"S": "Skoda"}}, {"S": "Skoda"}),
        ("make", {"Value": {"L": []}}, {"L": []}),
        ("fresh.name", {"Value": {"BOOL": False}}, {"BOOL": False}),
        ("doors", {"Action": "ADD", "Value": {"N": "-1.5"}}, {"N": "2.5"}),
        ("fresh", {"Action": "ADD", "Value": {"N": "1"}}, {"N": "1"}),
        ("tags", {"Action": "ADD", "Value": {"SS": ["air", "v8"]}}, {"SS": ["air", "rear", "v8"]}),
        ("fresh", {"Action": "ADD", "Value": {"SS": ["x"]}}, {"SS": ["x"]}),
        ("parts", {"Action": "ADD", "Value": {"L": [{"N": "8"}]}}, {"L": [*CAR["parts"]["L"], {"N": "8"}]}),
        ("fresh", {"Action": "ADD", "Value": {"L": [{"N": "8"}]}}, {"L": [{"N": "8"}]}),
        ("years", {"Action": "DELETE", "Value": {"NS": ["1957", "1"]}}, {"NS": ["1968"]}),
        ("tags", {"Action": "DELETE", "Value": {"SS": ["air", "rear"]}}, None),
        ("fresh", {"Action": "DELETE", "Value": {"SS": ["air"]}}, None),
        ("parts", {"Action": "DELETE"}, None),
        ("fresh", {"Action": "DELETE"}, None),
    ],
)
def test_an_attribute_is_updated(car, attribute, update, value):
    returned = car.update_item(**KEY, AttributeUpdates={attribute: update}, ReturnValues="UPDATED_NEW")
    for tag in ("SS", "NS"):
        returned.get("Attributes", {}).get(attribute, {}).get(tag, []).sort()
    assert returned.get("Attributes", {}).get(attribute) == value
    assert read(car).get(attribute) == value
    others = {name: kept for name, kept in read(car).items() if name != attribute}
    assert others == {name: kept for name, kept in CAR.items() if name != attribute}


@pytest.mark.parametrize(
    ("attribute", "update"),
    [
        ("make", {"Action": "ADD", "Value": {"N": "1"}}),
        ("doors", {"Action": "ADD", "Value": {"SS": ["a"]}}),
        ("doors", {"Action": "ADD", "Value": {"L": []}}),
        ("parts", {"Action": "ADD", "Value": {"N": "1"}}),
        ("years", {"Action": "ADD", "Value": {"SS": ["a"]}}),
        ("years", {"Action": "DELETE", "Value": {"SS": ["a"]}}),
        ("make", {"Action": "DELETE", "Value": {"SS": ["a"]}}),
    ],
)
def test_types_must_fit_together(car, attribute, update):
    with invalid("Type mismatch for attribute to update"):
        car.update_item(**KEY, AttributeUpdates={"fresh": {"Value": {"S": "x"}}, attribute: update})
    assert read(car) == CAR


def test_an_update_returns_what_it_touched(car):
    updates = {
        "make": {"Value": {"S": "Skoda"}},
        "doors": {"Action": "ADD", "Value": {"N": "1"}},
        "sold": {"Action": "DELETE"},
        "fresh": {"Value": {"S": "x"}},
    }
    old = car.update_item(**KEY, AttributeUpdates=updates, ReturnValues="UPDATED_OLD")["Attributes"]
    assert old == {name: CAR[name] for name in ("make", "doors", "sold")}
    new = car.update_item(**KEY, AttributeUpdates=updates, ReturnValues="UPDATED_NEW")["Attributes"]
    assert new == {"make": {"S": "Skoda"}, "doors": {"N": "6"}, "fresh": {"S": "x"}}
    for values in ("UPDATED_OLD", "UPDATED_NEW"):
        assert "Attributes" not in car.update_item(**KEY, AttributeUpdates={}, ReturnValues=values)


def test_only_an_update_that_gives_makes_an_item(cars):
    for update in ({"Action": "DELETE"}, {"Action": "DELETE", "Value": {"SS": ["a"]}}):
        cars.update_item(**KEY, AttributeUpdates={"a": update})
        assert "Item" not in cars.get_item(**KEY)
    returned = cars.update_item(**KEY, AttributeUpdates={}, ReturnValues="ALL_NEW")
    assert returned["Attributes"] == {"id": {"S": "1"}}
    cars.delete_item(**KEY)
    cars.update_item(**KEY, AttributeUpdates={"a": {"Action": "ADD", "Value": {"N": "1"}}})
    assert read(cars) == {"id": {"S": "1"}, "a": {"N": "1"}}


@pytest.fixture
def driven(client):
    """`drives`: seven of one driver, by date."""
    client.create_table(
        TableName="drives",
        KeySchema=[
            {"AttributeName": "driver", "KeyType": "HASH"},
            {"AttributeName": "date", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "driver", "AttributeType": "S"},
            {"AttributeName": "date", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for day in range(1, 8):
        item = {"driver": {"S": "ann"}, "date": {"S": f"05-0{day}"}, "km": {"N": str(day * 10)}}
        client.put_item(TableName="drives", Item=item)
    return client


def days(page):
    return [int(item["date"]["S"][-1]) for item in page["Items"]]


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (compare("EQ", {"S": "05-03"}), [3]),
        (compare("LT", {"S": "05-03"}), [1, 2]),
        (compare("LE", {"S": "05-03"}), [1, 2, 3]),
        (compare("GT", {"S": "05-05"}), [6, 7]),
        (compare("GE", {"S": "05-05"}), [5, 6, 7]),
        (compare("BETWEEN", {"S": "05-02"}, {"S": "05-04"}), [2, 3, 4]),
        (compare("BEGINS_WITH", {"S": "05-0"}), [1, 2, 3, 4, 5, 6, 7]),
        (compare("BEGINS_WITH", {"S": "06"}), []),
    ],
)
def test_a_query_selects_a_range(driven, comparison, expected):
    conditions = {"driver": compare("EQ", {"S": "ann"}), "date": comparison}
    assert days(driven.query(TableName="drives", KeyConditions=conditions)) == expected
    page = driven.query(TableName="drives", KeyConditions=conditions, ScanIndexForward=False)
    assert days(page) == expected[::-1]


def test_a_query_filters(driven):
    conditions = {"driver": compare("EQ", {"S": "ann"})}
    filters = {"km": compare("GE", {"N": "60"}), "place": compare("NOT_NULL")}
    page = driven.query(
        TableName="drives", KeyConditions=conditions, QueryFilter=filters, ConditionalOperator="OR"
    )
    assert (days(page), page["Count"], page["ScannedCount"]) == ([6, 7], 2, 7)
    assert driven.query(TableName="drives", KeyConditions=conditions, QueryFilter=filters)["Count"] == 0
    page = driven.query(
        TableName="drives",
        KeyConditions=conditions,
        QueryFilter={"km": compare("EQ", {"N": "70"})},
        AttributesToGet=["date"],
        Select="SPECIFIC_ATTRIBUTES",
    )
    assert page["Items"] == [{"date": {"S": "05-07"}}]


def test_pages_of_before_expressions(driven):
    request = {
        "TableName": "drives",
        "KeyConditions": {"driver": compare("EQ", {"S": "ann"})},
        "QueryFilter": {"km": compare("IN", {"N": "20"}, {"N": "70"})},
        "Limit": 3,
    }
    found = []
    while True:
        page = driven.query(**request)
        found += days(page)
        if "LastEvaluatedKey" not in page:
            break
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    assert found == [2, 7]


def test_reads_return_the_attributes_to_get(car):
    for names in (["make"], ["id", "doors"], ["absent"], ["make", "absent"]):
        expected = {name: CAR[name] for name in names if name in CAR}
        assert car.get_item(**KEY, AttributesToGet=names)["Item"] == expected
        assert car.scan(TableName="cars", AttributesToGet=names)["Items"] == [expected]
        asked = {"cars": {"Keys": [KEY["Key"]], "AttributesToGet": names}}
        assert car.batch_get_item(RequestItems=asked)["Responses"] == {"cars": [expected]}
    for names, problem in (
        (["a", "a"], "Duplicate value in attribute name: a"),
        ([""], "Empty attribute name"),
    ):
        with invalid(f"One or more parameter values were invalid: {problem}"):
            car.get_item(**KEY, AttributesToGet=names)


def test_python_values_go_through_as_well(resource, cars):
    table = resource.Table("cars")
    table.put_item(Item={"id": "1", "doors": 4, "tags": {"a", "b"}}, Expected={"id": {"Exists": False}})
    table.update_item(
        Key={"id": "1"},
        AttributeUpdates={
            "doors": {"Action": "ADD", "Value": Decimal("0.5")},
            "tags": {"Action": "DELETE", "Value": {"a"}},
            "sold": {"Action": "PUT", "Value": None},
        },
        Expected={"doors": {"ComparisonOperator": "IN", "AttributeValueList": [3, 4]}},
    )
    assert table.get_item(Key={"id": "1"}, AttributesToGet=["doors", "tags", "sold"])["Item"] == {
        "doors": Decimal("4.5"),
        "tags": {"b"},
        "sold": None,
    }
    conditions = {"id": {"ComparisonOperator": "EQ", "AttributeValueList": ["1"]}}
    filters = {"sold": {"ComparisonOperator": "EQ", "AttributeValueList": [None]}}
    assert table.query(KeyConditions=conditions, QueryFilter=filters)["Count"] == 1
    assert table.scan(ScanFilter=filters)["Count"] == 1


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        ({"Exists": True}, "Value must be provided when Exists is true for Attribute: a"),
        (
            {"ComparisonOperator": "EQ"},
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
        ),
        (compare("BETWEEN", {"N": "1"}), "Invalid number of argument(s) for the BETWEEN ComparisonOperator"),
        (compare("LT", {"SS": ["a"]}), "ComparisonOperator LT is not valid for SS AttributeValue type"),
    ],
)
def test_expectations_are_checked(car, expected, problem):
    with invalid(f"One or more parameter values were invalid: {problem}"):
        car.delete_item(**KEY, Expected={"a": expected})
    assert read(car) == CAR


def test_a_conditional_operator_needs_something_to_combine(car):
    with invalid("ConditionalOperator cannot be used without Filter or Expected"):
        car.update_item(**KEY, AttributeUpdates={"a": {"Value": {"S": "x"}}}, ConditionalOperator="AND")
    with invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements"):
        car.scan(TableName="cars", ScanFilter={"a": compare("NULL")}, ConditionalOperator="OR")
    assert read(car) == CAR
