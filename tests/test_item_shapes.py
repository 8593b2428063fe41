"""Items that have the same attributes, in the same or another order, and items that nearly do.

The native door makes an item's dictionary as a copy of one that had the same names.
"""

from typing import Any

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


def test_maps_of_one_shape_inside_each_other(resource: Any) -> None:
    table = make_table(resource)
    inner = item("inner", NAMES)
    middle = item("middle", NAMES) | {"golf": inner, "echo": [inner, item("other", NAMES)]}
    outer = item("outer", NAMES) | {"golf": middle}
    table.put_item(Item=outer)
    for _ in range(3):
        assert table.get_item(Key={"id": "outer"})["Item"] == outer
