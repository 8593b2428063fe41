"""Random operations against a model of DynamoDB's rules: a plain dict for each table, and sorted keys.

Conditions and updates are made together with what they mean, as a Python function; so the model knows no
expressions, and the engine's are judged by it.
"""

import copy
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import dynacore
from dynacore.exceptions import ConditionalCheckFailedException, ValidationException

Item = dict[str, Any]

# Every value has a placeholder of its own.
NUMBERS = itertools.count()

# Partition key, sort key: names and types.
SCHEMAS: dict[str, list[tuple[str, str]]] = {
    "by-text": [("p", "S")],
    "text-number": [("p", "S"), ("s", "N")],
    "number-text": [("p", "N"), ("s", "S")],
    "bytes-bytes": [("p", "B"), ("s", "B")],
    "number-number": [("p", "N"), ("s", "N")],
}
KEY_VALUES: dict[str, list[Any]] = {
    "S": ["a", "b", "ab", "a\x00", "aé", "é", "🚗", "Z"],
    "N": [
        Decimal(text)
        for text in ("-100", "-1.5", "-1", "-0.01", "0", "0.5", "1", "9", "10", "1E+20", "1E-50")
    ],
    "B": [Binary(value) for value in (b"\x00", b"\x00\x00", b"a", b"a\x00", b"a\xff", b"\xff", b"\xff\xff")],
}

tables = st.sampled_from(sorted(SCHEMAS))
small = st.integers(-3, 3).map(Decimal)
words = st.sampled_from(["", "x", "xy", "y"])
attribute_values = st.one_of(
    small,
    words,
    st.booleans(),
    st.none(),
    st.lists(small, max_size=3),
    st.sets(words.filter(bool), min_size=1, max_size=3),
)
items_without_keys = st.fixed_dictionaries(
    {},
    optional={
        "n": small,
        "text": words,
        "list": st.lists(small, max_size=3),
        "tags": st.sets(words.filter(bool), min_size=1, max_size=3),
        "map": st.fixed_dictionaries({}, optional={"n": small, "text": words}),
        "any": attribute_values,
    },
)


def order(value: Any) -> Any:
    """What keys are sorted by."""
    if isinstance(value, Decimal):
        return value
    return value.encode() if isinstance(value, str) else bytes(value)


@st.composite
def keys(draw: st.DrawFn, table: str) -> Item:
    return {name: draw(st.sampled_from(KEY_VALUES[kind])) for name, kind in SCHEMAS[table]}


class Condition(NamedTuple):
    """A condition's text, the values in it, and what it means; `None` is no item."""

    text: str
    values: dict[str, Any]
    holds: Callable[[Item | None], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal) and not isinstance(value, bool)


def _get(item: Item | None, *path: Any) -> Any:
    """The value at a path; `...` where there is none."""
    found: Any = item if item is not None else {}
    for step in path:
        if isinstance(step, str):
            found = found.get(step, ...) if isinstance(found, dict) else ...
        else:
            found = found[step] if isinstance(found, list) and step < len(found) else ...
    return found


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and left == right


def _size(value: Any) -> int | None:
    if isinstance(value, str):
        return len(value.encode())
    return len(value) if isinstance(value, (list, dict, set)) else None


@st.composite
def comparisons(draw: st.DrawFn) -> Condition:
    value = draw(small)
    kind = draw(st.integers(0, 9))
    token = f":c{next(NUMBERS)}"
    number = {token: value}
    if kind == 0:
        return Condition("attribute_exists(n)", {}, lambda item: _get(item, "n") is not ...)
    if kind == 1:
        return Condition("attribute_not_exists(p)", {}, lambda item: _get(item, "p") is ...)
    if kind == 2:
        return Condition(
            f"n < {token}", number, lambda item: _is_number(_get(item, "n")) and item["n"] < value
        )
    if kind == 3:
        return Condition(
            f"n >= {token}", number, lambda item: _is_number(_get(item, "n")) and item["n"] >= value
        )
    if kind == 4:
        return Condition(f"#any = {token}", number, lambda item: _same(_get(item, "any"), value))
    if kind == 5:
        return Condition(
            f"#any <> {token}",
            number,
            lambda item: not _same(_get(item, "any"), value),
        )
    if kind == 6:
        return Condition(
            f"contains(#list, {token})",
            number,
            lambda item: isinstance(_get(item, "list"), list) and value in item["list"],
        )
    if kind == 7:
        word = draw(words.filter(bool))
        return Condition(
            f"contains(tags, {token})",
            {token: word},
            lambda item: isinstance(_get(item, "tags"), set) and word in item["tags"],
        )
    if kind == 8:
        return Condition(
            f"size(#text) > {token}",
            number,
            lambda item: _size(_get(item, "text")) is not None and _size(item["text"]) > value,
        )
    return Condition(
        f"#map.n = {token} OR #list[0] = {token}",
        number,
        lambda item: _same(_get(item, "map", "n"), value) or _same(_get(item, "list", 0), value),
    )


def _join(word: str, left: Condition, right: Condition) -> Condition:
    both = word == "AND"
    return Condition(
        f"({left.text}) {word} ({right.text})",
        left.values | right.values,
        lambda item: (
            (left.holds(item) and right.holds(item)) if both else (left.holds(item) or right.holds(item))
        ),
    )


def _reverse(inner: Condition) -> Condition:
    return Condition(f"NOT ({inner.text})", inner.values, lambda item: not inner.holds(item))


conditions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.builds(_join, st.sampled_from(["AND", "OR"]), inner, inner), st.builds(_reverse, inner)
    ),
    max_leaves=3,
)

NAMES = {"#any": "any", "#list": "list", "#map": "map", "#text": "text"}


class RefusedError(Exception):
    """The model's word for a ValidationException."""


class Action(NamedTuple):
    """One action of an update: its clause, its text, its values, and what it does with (old, new)."""

    clause: str
    text: str
    values: dict[str, Any]
    attribute: str
    apply: Callable[[Item, Item], None]


def _set_number(new: Item, old: Item, step: Decimal) -> None:
    if not _is_number(_get(old, "n")):
        raise RefusedError
    new["n"] = old["n"] + step


def _append(new: Item, old: Item, more: list[Any]) -> None:
    if not isinstance(_get(old, "list"), list):
        raise RefusedError
    new["list"] = old["list"] + more


def _set_element(new: Item, value: Any) -> None:
    if not isinstance(_get(new, "list"), list):
        raise RefusedError
    new["list"][1:2] = [value]


def _set_member(new: Item, value: Any) -> None:
    if not isinstance(_get(new, "map"), dict):
        raise RefusedError
    new["map"]["n"] = value


def _add(new: Item, value: Decimal) -> None:
    found = _get(new, "any")
    if found is not ... and not _is_number(found):
        raise RefusedError
    new["any"] = value if found is ... else found + value


def _union(new: Item, members: set[str]) -> None:
    new["tags"] = new.get("tags", set()) | members


def _difference(new: Item, members: set[str]) -> None:
    if "tags" in new:
        new["tags"] -= members
        if not new["tags"]:
            del new["tags"]


@st.composite
def actions(draw: st.DrawFn) -> Action:
    value, token = draw(small), f":u{next(NUMBERS)}"
    members = draw(st.sets(words.filter(bool), min_size=1, max_size=2))
    other = draw(attribute_values)
    number = {token: value}
    return draw(
        st.sampled_from(
            [
                Action("SET", f"#any = {token}", {token: other}, "any", lambda _, new: new.update(any=other)),
                Action("SET", f"n = {token}", number, "n", lambda _, new: new.update(n=value)),
                Action("SET", f"n = n + {token}", number, "n", lambda old, new: _set_number(new, old, value)),
                Action(
                    "SET", f"n = n - {token}", number, "n", lambda old, new: _set_number(new, old, -value)
                ),
                Action(
                    "SET",
                    f"n = if_not_exists(n, {token})",
                    number,
                    "n",
                    lambda old, new: new.update(n=old.get("n", value)),
                ),
                Action(
                    "SET",
                    f"#list = list_append(#list, {token})",
                    {token: [value]},
                    "list",
                    lambda old, new: _append(new, old, [value]),
                ),
                Action("SET", f"#list[1] = {token}", number, "list", lambda _, new: _set_element(new, value)),
                Action("SET", f"#map.n = {token}", number, "map", lambda _, new: _set_member(new, value)),
                Action("REMOVE", "n", {}, "n", lambda _, new: new.pop("n", None)),
                Action("REMOVE", "#any", {}, "any", lambda _, new: new.pop("any", None)),
                Action("ADD", f"#any {token}", number, "any", lambda _, new: _add(new, value)),
                Action("ADD", f"tags {token}", {token: members}, "tags", lambda _, new: _union(new, members)),
                Action(
                    "DELETE",
                    f"tags {token}",
                    {token: members},
                    "tags",
                    lambda _, new: _difference(new, members),
                ),
            ]
        )
    )


updates = st.lists(actions(), min_size=1, max_size=3, unique_by=lambda action: action.attribute)


def parameters(text: str, values: dict[str, Any]) -> dict[str, Any]:
    """The placeholders that are in a text."""
    names = {name: target for name, target in NAMES.items() if name in text}
    found: dict[str, Any] = {}
    if names:
        found["ExpressionAttributeNames"] = names
    if values:
        found["ExpressionAttributeValues"] = values
    return found


class Machine(RuleBasedStateMachine):
    """Plays operations on a database and on the model."""

    @initialize()
    def create(self) -> None:
        self.resource = dynacore.Database(clock=dynacore.VirtualClock()).resource()
        self.model: dict[str, dict[Any, Item]] = {name: {} for name in SCHEMAS}
        for name, schema in SCHEMAS.items():
            roles = ("HASH", "RANGE")
            self.resource.create_table(
                TableName=name,
                KeySchema=[
                    {"AttributeName": part, "KeyType": role}
                    for (part, _), role in zip(schema, roles, strict=False)
                ],
                AttributeDefinitions=[
                    {"AttributeName": part, "AttributeType": kind} for part, kind in schema
                ],
                BillingMode="PAY_PER_REQUEST",
            )

    def key_of(self, table: str, item: Item) -> Any:
        return tuple(order(item[name]) for name, _ in SCHEMAS[table])

    def sorted_items(self, table: str, partition: Any) -> list[Item]:
        held = self.model[table]
        return [held[key] for key in sorted(held) if key[0] == order(partition)]

    @rule(data=st.data(), table=tables, more=items_without_keys, condition=st.none() | conditions)
    def put(self, data: st.DataObject, table: str, more: Item, condition: Condition | None) -> None:
        item = {**more, **data.draw(keys(table))}
        key = self.key_of(table, item)
        old = self.model[table].get(key)
        request: dict[str, Any] = {"Item": item, "ReturnValues": "ALL_OLD"}
        if condition:
            request |= {"ConditionExpression": condition.text, **parameters(condition.text, condition.values)}
        if condition and not condition.holds(old):
            self.fails(lambda: self.resource.Table(table).put_item(**request))
            return
        assert self.resource.Table(table).put_item(**request).get("Attributes") == old
        self.model[table][key] = copy.deepcopy(item)

    @rule(data=st.data(), table=tables, condition=st.none() | conditions)
    def delete(self, data: st.DataObject, table: str, condition: Condition | None) -> None:
        request: dict[str, Any] = {"Key": data.draw(keys(table)), "ReturnValues": "ALL_OLD"}
        key = self.key_of(table, request["Key"])
        old = self.model[table].get(key)
        if condition:
            request |= {"ConditionExpression": condition.text, **parameters(condition.text, condition.values)}
        if condition and not condition.holds(old):
            self.fails(lambda: self.resource.Table(table).delete_item(**request))
            return
        assert self.resource.Table(table).delete_item(**request).get("Attributes") == old
        self.model[table].pop(key, None)

    @rule(data=st.data(), table=tables, steps=updates, condition=st.none() | conditions)
    def update(
        self, data: st.DataObject, table: str, steps: list[Action], condition: Condition | None
    ) -> None:
        key_item = data.draw(keys(table))
        key = self.key_of(table, key_item)
        old = self.model[table].get(key)
        text = ""
        for clause in ("SET", "REMOVE", "ADD", "DELETE"):
            parts = [step.text for step in steps if step.clause == clause]
            text += f" {clause} {', '.join(parts)}" if parts else ""
        values = {name: value for step in steps for name, value in step.values.items()}
        request: dict[str, Any] = {"Key": key_item, "UpdateExpression": text, "ReturnValues": "ALL_NEW"}
        if condition:
            request["ConditionExpression"] = condition.text
            text, values = text + condition.text, values | condition.values
        request |= parameters(text, values)
        call = lambda: self.resource.Table(table).update_item(**request)  # noqa: E731, called in three places
        if condition and not condition.holds(old):
            self.fails(call)
            return
        new = copy.deepcopy(old if old is not None else key_item)
        try:
            for step in steps:
                step.apply(old if old is not None else key_item, new)
        except RefusedError:
            with pytest.raises(ValidationException):
                call()
            return
        if old is None and all(step.clause in ("REMOVE", "DELETE") for step in steps):
            # Such an update does not make the item.
            assert "Attributes" not in call()
            return
        assert call()["Attributes"] == new
        self.model[table][key] = new

    @rule(data=st.data(), table=tables)
    def get(self, data: st.DataObject, table: str) -> None:
        key = data.draw(keys(table))
        expected = self.model[table].get(self.key_of(table, key))
        assert self.resource.Table(table).get_item(Key=key).get("Item") == expected

    @rule(data=st.data(), requests=st.lists(tables, min_size=1, max_size=12))
    def write_batch(self, data: st.DataObject, requests: list[str]) -> None:
        written: dict[str, dict[Any, Any]] = {}
        for table in requests:
            item = data.draw(keys(table))
            if data.draw(st.booleans()):
                item |= data.draw(items_without_keys)
                request: Any = {"PutRequest": {"Item": item}}
            else:
                request = {"DeleteRequest": {"Key": item}}
            written.setdefault(table, {})[self.key_of(table, item)] = request
        answer = self.resource.batch_write_item(
            RequestItems={table: list(group.values()) for table, group in written.items()}
        )
        assert answer["UnprocessedItems"] == {}
        for table, group in written.items():
            for key, request in group.items():
                if "PutRequest" in request:
                    self.model[table][key] = copy.deepcopy(request["PutRequest"]["Item"])
                else:
                    self.model[table].pop(key, None)

    @rule(data=st.data(), requests=st.lists(tables, min_size=1, max_size=8))
    def read_batch(self, data: st.DataObject, requests: list[str]) -> None:
        asked: dict[str, dict[Any, Item]] = {}
        for table in requests:
            key = data.draw(keys(table))
            asked.setdefault(table, {})[self.key_of(table, key)] = key
        answer = self.resource.batch_get_item(
            RequestItems={table: {"Keys": list(group.values())} for table, group in asked.items()}
        )
        assert answer["UnprocessedKeys"] == {}
        for table, group in asked.items():
            got = {self.key_of(table, item): item for item in answer["Responses"][table]}
            assert got == {key: self.model[table][key] for key in group if key in self.model[table]}

    @rule(
        data=st.data(),
        table=tables.filter(lambda name: len(SCHEMAS[name]) == 2),
        form=st.sampled_from(["", "=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"]),
        forward=st.booleans(),
        limit=st.none() | st.integers(1, 4),
        kept=st.none() | comparisons(),
    )
    def query(
        self,
        data: st.DataObject,
        table: str,
        form: str,
        forward: bool,
        limit: int | None,
        kept: Condition | None,
    ) -> None:
        (_, partition_kind), (_, kind) = SCHEMAS[table]
        partition = data.draw(st.sampled_from(KEY_VALUES[partition_kind]))
        bounds = sorted((data.draw(st.sampled_from(KEY_VALUES[kind])) for _ in range(2)), key=order)
        low, high = map(order, bounds)
        if form == "begins_with" and kind == "N":
            form = ">="
        text, holds = {
            "": ("", lambda _: True),
            "=": ("s = :low", lambda key: key == low),
            "<": ("s < :low", lambda key: key < low),
            "<=": ("s <= :low", lambda key: key <= low),
            ">": ("s > :low", lambda key: key > low),
            ">=": ("s >= :low", lambda key: key >= low),
            "BETWEEN": ("s BETWEEN :low AND :high", lambda key: low <= key <= high),
            "begins_with": ("begins_with(s, :low)", lambda key: key.startswith(low)),
        }[form]
        condition = "p = :p" + (f" AND {text}" if text else "")
        values = {":p": partition, ":low": bounds[0], ":high": bounds[1]}
        values = {name: value for name, value in values.items() if name in condition}
        request: dict[str, Any] = {"KeyConditionExpression": condition, "ScanIndexForward": forward}
        expected = [item for item in self.sorted_items(table, partition) if holds(order(item["s"]))]
        expected = expected if forward else expected[::-1]
        scanned = len(expected)
        # A filter may not name a key.
        if kept and "(p)" not in kept.text:
            request["FilterExpression"] = kept.text
            condition, values = condition + kept.text, values | kept.values
            expected = [item for item in expected if kept.holds(item)]
        request |= parameters(condition, values)
        got, evaluated = self.pages(self.resource.Table(table).query, request, limit)
        assert got == expected
        assert evaluated == scanned

    @rule(
        table=tables,
        segments=st.integers(1, 3),
        limit=st.none() | st.integers(1, 4),
        kept=st.none() | conditions,
    )
    def scan(self, table: str, segments: int, limit: int | None, kept: Condition | None) -> None:
        request: dict[str, Any] = {"TotalSegments": segments}
        if kept:
            request |= {"FilterExpression": kept.text, **parameters(kept.text, kept.values)}
        got, evaluated = [], 0
        for segment in range(segments):
            page, count = self.pages(self.resource.Table(table).scan, {**request, "Segment": segment}, limit)
            got += page
            evaluated += count
        held = self.model[table]
        assert evaluated == len(held)
        expected = {key: item for key, item in held.items() if not kept or kept.holds(item)}
        assert len(got) == len(expected)
        assert {self.key_of(table, item): item for item in got} == expected

    def pages(self, method: Any, request: dict[str, Any], limit: int | None) -> tuple[list[Item], int]:
        """All pages of a read, and how many items it evaluated."""
        got: list[Item] = []
        evaluated = 0
        if limit:
            request = {**request, "Limit": limit}
        for _ in range(1000):
            answer = method(**request)
            assert answer["Count"] == len(answer["Items"]) <= answer["ScannedCount"]
            got += answer["Items"]
            evaluated += answer["ScannedCount"]
            if "LastEvaluatedKey" not in answer:
                return got, evaluated
            assert limit is None or answer["ScannedCount"] == limit
            request = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
        raise AssertionError("the read does not end")

    def fails(self, call: Callable[[], Any]) -> None:
        with pytest.raises(ConditionalCheckFailedException):
            call()

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def counts(self) -> None:
        for name, held in self.model.items():
            table = self.resource.Table(name)
            assert table.item_count == len(held)


TestModel = Machine.TestCase
TestModel.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestModel.pytestmark = [pytest.mark.timeout(300)]
