"""Items that have the same attributes, in the same or another order, and items that nearly do.

The native door copies a dictionary that had the same names, and gives values that come again as one object.
"""

from decimal import Decimal
from random import Random
from typing import Any

import dynacore

NAMES = ["id", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"]


def item(identifier: str, names: list[str]) -> dict[str, Any]:
    return {"id": identifier} | {name: f"{identifier}-{name}" for name in names if name != "id"}


def make_table(resource: Any) -> Any:
    table = resource.create_table(
        TableName="shapes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    return table


def test_items_keep_their_names_and_order_whatever_was_read_before(resource: Any) -> None:
    table = make_table(resource)
    items = [
        item("a", NAMES),
        item("b", NAMES),
        item("c", ["id", *reversed(NAMES[1:])]),
        item("d", [*NAMES[:-1], "hotel"]),
        item("e", NAMES[:-1]),
        item("f", [*NAMES, "india"]),
        item("g", NAMES[:3]),
        {name: str(number) for number, name in enumerate(reversed(NAMES))},
    ]
    for each in items:
        table.put_item(Item=each)
    for _ in range(5):
        for each in items:
            # Twice, so that the second is made like the first.
            for _ in range(2):
                answer = table.get_item(Key={"id": each["id"]})["Item"]
                assert list(answer.items()) == list(each.items())
    assert sorted(table.scan()["Items"], key=str) == sorted(items, key=str)


def test_an_answer_is_the_callers_own(resource: Any) -> None:
    table = make_table(resource)
    stored = item("a", NAMES)
    table.put_item(Item=stored)
    for _ in range(3):
        answer = table.get_item(Key={"id": "a"})["Item"]
        assert answer == stored
        del answer["alpha"]
        answer["bravo"] = None
        answer["more"] = 1


# Some are equal for Python, and some differ behind their sixteenth byte only.
VALUES = [
    True,
    False,
    None,
    Decimal(1),
    Decimal(0),
    Decimal("1.5"),
    Decimal("12345678901234567890.123456789"),
    Decimal("12345678901234567890.123456788"),
    "",
    "1",
    "a" * 15,
    "a" * 16,
    "a" * 17,
    "a" * 16 + "b",
    ["1"],
    {"1": "1"},
    {"1"},
    {Decimal(1)},
]


def repeated_items(count: int) -> list[dict[str, Any]]:
    """Items in which most attributes have one value for a while, and then another."""
    random = Random(5)
    usual = {name: random.choice(VALUES) for name in NAMES}
    items = []
    for number in range(count):
        usual[random.choice(NAMES)] = random.choice(VALUES)
        seldom = {name: random.choice(VALUES) for name in random.sample(NAMES, 2)}
        items.append(usual | seldom | {"id": str(number)})
    return items


def with_classes(item: dict[str, Any]) -> list[tuple[str, type, Any]]:
    return [(name, type(value), value) for name, value in item.items()]


def test_values_that_come_again_are_told_from_all_others(resource: Any) -> None:
    table = make_table(resource)
    for stored in repeated_items(300):
        table.put_item(Item=stored)
        for _ in range(2):
            answer = table.get_item(Key={"id": stored["id"]})["Item"]
            assert sorted(with_classes(answer), key=str) == sorted(with_classes(stored), key=str)


def test_values_that_come_again_have_the_form_that_is_asked_for() -> None:
    with dynacore.Database() as database:
        table = make_table(database.resource())
        native = database.resource(numbers="native").Table("shapes")
        stored = item("a", NAMES) | {"alpha": Decimal(7), "bravo": Decimal("1.5"), "charlie": True}
        table.put_item(Item=stored)
        for _ in range(100):
            plain = table.get_item(Key={"id": "a"})["Item"]
            assert with_classes(plain) == with_classes(stored)
            numbers = native.get_item(Key={"id": "a"})["Item"]
            assert with_classes(numbers) == with_classes(stored | {"alpha": 7, "bravo": 1.5})
            typed: Any = database.client().get_item(TableName="shapes", Key={"id": {"S": "a"}})["Item"]
            assert typed["alpha"] == {"N": "7"}
            assert typed["charlie"] == {"BOOL": True}
            typed["alpha"]["N"] = "8"


def test_texts_that_resemble_the_keys_are_told_from_it(resource: Any) -> None:
    table = make_table(resource)
    keys = ["a" * length for length in (1, 8, 15, 16, 17, 40)]
    keys += ["begin---" + middle + "-----end" for middle in ("1", "2", "3 and more", "4 and more")]
    for key in keys:
        table.put_item(Item={"id": key} | dict(zip(NAMES[1:], keys, strict=False)) | {"last": keys[-1]})
    for _ in range(2):
        for key in keys:
            answer = table.get_item(Key={"id": key})["Item"]
            assert answer == {"id": key} | dict(zip(NAMES[1:], keys, strict=False)) | {"last": keys[-1]}


def test_a_key_of_a_class_of_the_callers_own_is_answered_as_a_text(resource: Any) -> None:
    class Name(str):
        pass

    table = make_table(resource)
    table.put_item(Item={"id": Name("a text of a class"), "alpha": Name("a text of a class")})
    for _ in range(3):
        answer = table.get_item(Key={"id": Name("a text of a class")})["Item"]
        assert [type(text) for text in answer.values()] == [str, str]


def test_maps_of_one_shape_inside_each_other(resource: Any) -> None:
    table = make_table(resource)
    inner = item("inner", NAMES)
    middle = item("middle", NAMES) | {"golf": inner, "echo": [inner, item("other", NAMES)]}
    outer = item("outer", NAMES) | {"golf": middle}
    table.put_item(Item=outer)
    for _ in range(3):
        assert table.get_item(Key={"id": "outer"})["Item"] == outer
