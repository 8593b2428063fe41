"""Python values go in and come out as through boto3, which is asked itself, and are refused in its words."""

import collections
import enum
import sysconfig
import types
from concurrent import futures
from decimal import Decimal
from typing import Any

import boto3
import botocore.exceptions
import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given, settings
from hypothesis import strategies as st

import dynacore
from dynacore import exceptions

TABLE = {
    "TableName": "values",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


class Pair:
    """The native door and boto3's onto one database."""

    def __init__(self) -> None:
        database = dynacore.Database()
        session: boto3.session.Session = database.boto3_session()
        self.client, self.boto3_client = database.client(), session.client("dynamodb")
        self.client.create_table(**TABLE)
        self.table = database.resource().Table("values")
        self.boto3_table = session.resource("dynamodb").Table("values")


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair()


def outcome(call: Any, **parameters: Any) -> Any:
    """What a call gives, as far as both doors can give the same."""
    try:
        response = call(**parameters)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]
    except Exception as error:
        kind = "ParamValidationError" if "Parameter validation failed" in str(error) else type(error)
        return kind, str(error)
    response.pop("ResponseMetadata")
    return response


# Values

digits = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e37"), max_value=Decimal("1e37")
)
numbers = st.integers(-(10**38) + 1, 10**38 - 1) | digits.filter(
    lambda number: len(number.as_tuple().digits) < 39
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
bits = st.binary(max_size=20)
scalars = st.none() | st.booleans() | numbers | texts | bits | bits.map(bytearray) | bits.map(Binary)
sets = st.one_of(
    st.sets(numbers, min_size=1), st.frozensets(texts.filter(bool), min_size=1), st.sets(bits, min_size=1)
)
values = st.recursive(
    scalars | sets,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts.filter(bool), inner, max_size=4),
    max_leaves=12,
)


@given(item=st.dictionaries(texts.filter(lambda name: name not in ("", "id")), values, max_size=15))
@pytest.mark.timeout(300)
@settings(deadline=None, max_examples=200)
def test_items_are_the_same_through_both_doors(pair, item):
    key = {"id": "1"}
    for writer in (pair.table, pair.boto3_table):
        writer.put_item(Item={**item, **key})
        here, there = pair.table.get_item(Key=key)["Item"], pair.boto3_table.get_item(Key=key)["Item"]
        assert here == there
        assert pair.client.get_item(TableName="values", Key={"id": {"S": "1"}}) | {
            "ResponseMetadata": None
        } == pair.boto3_client.get_item(TableName="values", Key={"id": {"S": "1"}}) | {
            "ResponseMetadata": None
        }
    typed = pair.client.get_item(TableName="values", Key={"id": {"S": "1"}})["Item"]
    pair.client.put_item(TableName="values", Item=typed)
    assert pair.table.get_item(Key=key)["Item"] == here


class Weekday(enum.IntEnum):
    FRIDAY = 5


class Colour(str, enum.Enum):
    RED = "red"


class Name(str):
    __slots__ = ()


class Count(int):
    pass


class Price(Decimal):
    __slots__ = ()


Point = collections.namedtuple("Point", "x y")


@pytest.mark.parametrize(
    "value",
    [
        Weekday.FRIDAY,
        Colour.RED,
        Name("n"),
        Count(7),
        Count(10**30),
        Price("1.50"),
        Point(1, "y"),
        (),
        [],
        {},
        "",
        b"",
        collections.OrderedDict(b=1, a=2),
        collections.UserDict(a=1),
        types.MappingProxyType({"a": [1]}),
        {"a": 1}.keys(),
        {True, 2},
        {Decimal(1), 2},
        {Binary(b"x"), b"y"},
        -0,
        Decimal("-0.0"),
        Decimal("1E+125"),
        Decimal("1E-130"),
        Decimal("12E+3"),
        2**63,
        -(2**63),
        -(2**63) - 1,
        "\0é\U0001f600",
    ],
    ids=repr,
)
def test_unusual_values_are_taken_as_boto3_takes_them(pair, value):
    expected = TypeDeserializer().deserialize(TypeSerializer().serialize(value))
    for _ in range(2):
        pair.table.put_item(Item={"id": "1", "v": value})
        item = pair.table.get_item(Key={"id": "1"})["Item"]
        assert item == {"id": "1", "v": expected}
        value = item["v"]


class Opaque:
    def __repr__(self) -> str:
        return "Opaque()"


REFUSED = [
    1.5,
    float("nan"),
    [1.5],
    {"a": {"b": [1.5]}},
    {1.5},
    Opaque(),
    [Opaque()],
    1j,
    range(3),
    object,
    {1, "a"},
    frozenset([b"a", 1]),
    {(1, 2)},
    Decimal("NaN"),
    Decimal("Infinity"),
    Decimal("1" * 39),
    Decimal("1." + "0" * 38),
    Decimal("1E+127"),
    Decimal("1E-170"),
    10**38,
    10**200,
    {1, 10**38},
    {Decimal("NaN")},
]


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_what_boto3_refuses_is_refused_with_its_words(pair, value):
    with pytest.raises(Exception) as expected:  # noqa: PT011  # whatever boto3 raises
        TypeSerializer().serialize(value)
    with pytest.raises(type(expected.value)) as raised:
        pair.table.put_item(Item={"id": "1", "v": value})
    assert str(raised.value) == str(expected.value)


@pytest.mark.parametrize(
    "item",
    [
        {"v": set()},
        {"v": frozenset()},
        {"v": [set()]},
        {"v": Decimal("-Infinity")},
        {"v": Decimal("1E+126")},
        {"v": Decimal("1E-131")},
        {"v": {"a": {1: 2}}},
        {"v": [{None: 2}]},
        {3: 4},
        {"v": Decimal("-Infinity"), 3: 4},
    ],
    ids=repr,
)
def test_what_the_service_or_botocore_refuses_is_refused_alike(pair, item):
    item = {"id": "1", **item}
    assert outcome(pair.table.put_item, Item=item) == outcome(pair.boto3_table.put_item, Item=item)


def test_a_lone_surrogate_is_no_text(pair):
    with pytest.raises(UnicodeEncodeError):
        pair.table.put_item(Item={"id": "1", "v": "\ud800"})
    with pytest.raises(UnicodeEncodeError):
        pair.table.put_item(Item={"id": "1", "\ud800": 1})
    with pytest.raises(UnicodeEncodeError):
        pair.client.put_item(TableName="values", Item={"id": {"S": "\ud800"}})


def nested(levels: int) -> Any:
    value: Any = "core"
    for _ in range(levels):
        value = [value]
    return value


def test_nesting_has_an_end(pair):
    pair.table.put_item(Item={"id": "1", "v": nested(31)})
    assert pair.table.get_item(Key={"id": "1"})["Item"]["v"] == nested(31)
    endless: dict[str, Any] = {}
    endless["self"] = [endless]
    for value in (nested(32), nested(100_000), endless):
        with pytest.raises(
            exceptions.ValidationException, match="Nesting Levels have exceeded supported limits"
        ):
            pair.table.put_item(Item={"id": "1", "v": value})
    typed: dict[str, Any] = {}
    typed["L"] = [typed]
    with pytest.raises(exceptions.ValidationException, match="Nesting Levels have exceeded supported limits"):
        pair.client.put_item(TableName="values", Item={"id": {"S": "1"}, "v": typed})


def test_binary_is_bytes_and_boto3_binary(pair):
    pair.table.put_item(Item={"id": "1", "v": b"\x00\xff", "s": {b"a"}})
    item = pair.table.get_item(Key={"id": "1"})["Item"]
    value = item["v"]
    assert isinstance(value, bytes)
    assert value == b"\x00\xff"
    assert value == Binary(b"\x00\xff")
    assert Binary(b"\x00\xff") == value
    assert value.value == b"\x00\xff"
    assert type(value.value) is bytes
    assert hash(value) == hash(b"\x00\xff")
    assert repr(value) == repr(Binary(b"\x00\xff"))
    assert item["s"] == {b"a"}
    pair.boto3_table.put_item(Item=item)


def test_numbers_are_decimals_whether_met_before_or_not(pair):
    for _ in range(2):
        for number in ("7", "-7", "0.5", "1E+20", "12345678901234567890123456789.012345678"):
            pair.table.put_item(Item={"id": "1", "v": Decimal(number), "l": [Decimal(number)]})
            item = pair.table.get_item(Key={"id": "1"})["Item"]
            assert type(item["v"]) is Decimal
            assert item["v"] == item["l"][0] == Decimal(number)


def test_many_different_names_and_numbers(pair):
    for base in range(0, 30_000, 500):
        item = {"id": "1"} | {
            f"{'long-' * (n % 15)}name-{n}": Decimal(n) / 8 for n in range(base, base + 500)
        }
        pair.table.put_item(Item=item)
        assert pair.table.get_item(Key={"id": "1"})["Item"] == item


class Calling(collections.UserDict[str, Any]):
    """A mapping that does something whenever it is read."""

    def __init__(self, action: Any) -> None:
        super().__init__(a=1)
        self.action = action

    def items(self) -> Any:
        self.action()
        return super().items()


def test_reading_a_value_may_call_the_database(pair):
    pair.table.put_item(Item={"id": "other", "n": Decimal("0.5")})
    seen = []
    value = Calling(lambda: seen.append(pair.table.get_item(Key={"id": "other"})["Item"]))
    pair.table.put_item(Item={"id": "1", "v": value, "n": Decimal("0.5")})
    assert seen == [{"id": "other", "n": Decimal("0.5")}]
    assert pair.table.get_item(Key={"id": "1"})["Item"] == {"id": "1", "v": {"a": 1}, "n": Decimal("0.5")}


def test_an_item_that_changes_while_it_is_read_is_refused(pair):
    item: dict[str, Any] = {"id": "1"}
    item["v"] = Calling(lambda: item.update(more=1))
    item["w"] = 1
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        # Read from a copy there: it is written as it was.
        pair.table.put_item(Item=item)
        assert pair.table.get_item(Key={"id": "1"})["Item"] == {"id": "1", "v": {"a": 1}, "w": 1}
        return
    with pytest.raises(RuntimeError, match="changed size"):
        pair.table.put_item(Item=item)


def test_threads_share_a_table(pair):
    def work(thread: int) -> bool:
        key = {"id": f"thread-{thread}"}
        for number in range(300):
            pair.table.put_item(Item={**key, f"n{number}": Decimal(number) / 4, "l": [{"s": {number}}]})
            item = pair.table.get_item(Key=key)["Item"]
            if item != {**key, f"n{number}": Decimal(number) / 4, "l": [{"s": {number}}]}:
                return False
        return True

    with futures.ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


# Parameters


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("get_item", {"TableName": "values", "Key": {"id": {"S": "1"}}, "ConsistentRead": "yes"}),
        ("get_item", {"TableName": "values", "Key": {"id": {"S": "1"}}, "ConsistentRead": None}),
        ("put_item", {"TableName": "values", "Item": {"id": {"S": "1"}}, "ReturnValues": 1}),
        ("get_item", {"TableName": "values", "Key": [1]}),
        ("get_item", {"TableName": "values", "Key": {"id": "1"}}),
        ("get_item", {"TableName": "values", "Key": {"id": None}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"S": 1}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"S": None}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"N": 1}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"B": 1}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"X": "1"}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"S": "1", "X": "1"}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"SS": "ab"}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"SS": ["a", 1]}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"L": [{"S": "a"}, {"M": {"k": {"S": 7}}}]}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"M": {"k": {"L": [7]}}}}}),
        ("get_item", {"TableName": "values", "Key": {1: {"S": "1"}}}),
        ("get_item", {"TableName": "values", "Key": {"id": {"BOOL": 1}}}),
        (
            "get_item",
            {"TableName": "values", "Key": {"id": {"S": "1"}}, "ExpressionAttributeNames": {"#a": 1}},
        ),
        ("scan", {"TableName": "values", "Limit": "5"}),
        ("scan", {"TableName": "values", "Limit": None}),
        ("scan", {"TableName": "values", "Limit": 1.5}),
        ("batch_get_item", {"RequestItems": {"values": {"Keys": [{"id": {"S": 1}}]}}}),
        ("batch_get_item", {"RequestItems": {"values": {"Keys": {"id": {"S": "1"}}}}}),
        ("batch_write_item", {"RequestItems": {"values": [{"PutRequest": {"Item": {"id": {"S": 1}}}}]}}),
        ("batch_write_item", {"RequestItems": {"values": [{"PutRequest": {"Item": {}, "Extra": 1}}]}}),
        ("list_tables", {"Limit": "many", "ExclusiveStartTableName": "values"}),
    ],
    ids=repr,
)
def test_wrong_parameters_are_refused_with_botocores_words(pair, method, parameters):
    theirs = outcome(getattr(pair.boto3_client, method), **parameters)
    assert theirs[0] == "ParamValidationError"
    assert outcome(getattr(pair.client, method), **parameters) == theirs
    with pytest.raises(exceptions.ParamValidationError):
        getattr(pair.client, method)(**parameters)


def test_unknown_parameters_are_refused_with_the_names_of_the_known_ones(pair):
    parameters = {"TableName": "values", "Key": {"id": {"S": "1"}}, "Sort": 1}
    reports = [outcome(client.get_item, **parameters)[1] for client in (pair.client, pair.boto3_client)]
    (opening, known), (their_opening, their_known) = (
        report.split(", must be one of: ") for report in reports
    )
    assert opening == their_opening == 'Parameter validation failed:\nUnknown parameter in input: "Sort"'
    assert set(known.split(", ")) == set(their_known.split(", "))


@pytest.mark.parametrize("key", [{"id": {}}, {"id": {"S": "1", "N": "1"}}, {"id": {"N": "x"}}, {}], ids=repr)
def test_what_botocore_lets_through_reaches_the_service(pair, key):
    theirs = outcome(pair.boto3_client.get_item, TableName="values", Key=key)
    assert "Code" in theirs
    assert outcome(pair.client.get_item, TableName="values", Key=key) == theirs


def test_bytes_are_taken_as_botocore_takes_them(pair, tmp_path):
    file = tmp_path / "content"
    file.write_bytes(b"abc")
    for content in (b"abc", bytearray(b"abc"), "abc"):
        pair.client.put_item(TableName="values", Item={"id": {"S": "1"}, "v": {"B": content}})
        assert pair.table.get_item(Key={"id": "1"})["Item"]["v"] == b"abc"
    with file.open("rb") as opened:
        pair.client.put_item(TableName="values", Item={"id": {"S": "1"}, "v": {"B": opened}})
    assert pair.table.get_item(Key={"id": "1"})["Item"]["v"] == b"abc"


def test_times_are_those_of_botocore(pair):
    here = pair.client.describe_table(TableName="values")["Table"]["CreationDateTime"]
    there = pair.boto3_client.describe_table(TableName="values")["Table"]["CreationDateTime"]
    assert here == there
    assert here.tzinfo == there.tzinfo


def test_an_error_carries_its_response(pair):
    pair.table.put_item(Item={"id": "1", "v": 7})
    # Typed in both: boto3 converts answers and leaves errors as they came.
    for table in (pair.table, pair.boto3_table):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            table.put_item(
                Item={"id": "1"},
                ConditionExpression="attribute_not_exists(id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        response = caught.value.response
        assert response["Error"]["Code"] == "ConditionalCheckFailedException"
        assert response["Item"]["v"] == {"N": "7"}
        assert response["message"] == response["Error"]["Message"]
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert str(caught.value).startswith(
            "An error occurred (ConditionalCheckFailedException) when calling the PutItem operation: "
        )


def test_answers_share_nothing_that_can_be_changed(pair):
    pair.table.put_item(Item={"id": "1", "l": [1], "m": {"a": 1}, "s": {1}})
    first = pair.table.get_item(Key={"id": "1"})
    for container in (first["Item"], first["Item"]["m"], first["Item"]["s"], first["Item"]["l"]):
        container.clear()
    for container in (first["ResponseMetadata"]["HTTPHeaders"], first["ResponseMetadata"], first):
        container["x"] = 1
    second = pair.table.get_item(Key={"id": "1"})
    assert second["Item"] == {"id": "1", "l": [1], "m": {"a": 1}, "s": {1}}
    assert "x" not in second["ResponseMetadata"]
    assert second["ResponseMetadata"]["HTTPHeaders"] == {}


def test_parameters_are_left_as_they_were(pair):
    item = {"id": "1", "s": {"b", "a"}, "l": [Decimal("1.0")], "b": bytearray(b"x")}
    copy = {**item}
    pair.table.put_item(Item=item)
    assert item == copy
