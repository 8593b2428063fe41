"""Conditions on attributes, built in Python and sent as expressions: what `boto3.dynamodb.conditions` is.

    table.query(KeyConditionExpression=Key("artist").eq("Nina") & Key("year").between(1958, 1965))
    table.put_item(Item=item, ConditionExpression=Attr("artist").not_exists())

boto3's own objects are taken wherever these are; the expressions and placeholders that come out are equal.

>>> (Key("artist").eq("Nina") & ~Attr("year").exists()).get_expression()["operator"]
'AND'
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

# A path's parts: an index in brackets, a dot, or a name, which is what gets a placeholder.
_PATH_PART = re.compile(r"\[[^\]]*\]|\.|[^.\[\]]+")


class Condition:
    """A condition. `&`, `|` and `~` make larger ones."""

    def __init__(self, operator: str, form: str, *values: Any, has_grouped_values: bool = False) -> None:
        self._operator = operator
        self._format = form
        self._values = values
        self.has_grouped_values = has_grouped_values

    def get_expression(self) -> dict[str, Any]:
        """Describe the condition in boto3's form: `format`, `operator` and `values`."""
        return {"format": self._format, "operator": self._operator, "values": self._values}

    def __and__(self, other: Any) -> Condition:
        return Condition("AND", "({0} {operator} {1})", self, _operand("AND", other))

    def __or__(self, other: Any) -> Condition:
        return Condition("OR", "({0} {operator} {1})", self, _operand("OR", other))

    def __invert__(self) -> Condition:
        return Condition("NOT", "({operator} {0})", self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Condition):
            return NotImplemented
        return (self._operator, self._values) == (other._operator, other._values)

    def __hash__(self) -> int:
        return hash((self._operator, len(self._values)))

    def __repr__(self) -> str:
        return self._format.format(*map(repr, self._values), operator=self._operator)


def _operand(operator: str, value: Any) -> Any:
    if not _is_condition(value):
        raise TypeError(f"{operator} joins conditions, and {value!r} is not one")
    return value


class _Comparable:
    """What can be compared: a key, an attribute, the size of one."""

    name: str

    def eq(self, value: Any) -> Condition:
        """Equal to `value`."""
        return Condition("=", "{0} {operator} {1}", self, value)

    def lt(self, value: Any) -> Condition:
        """Less than `value`."""
        return Condition("<", "{0} {operator} {1}", self, value)

    def lte(self, value: Any) -> Condition:
        """Less than or equal to `value`."""
        return Condition("<=", "{0} {operator} {1}", self, value)

    def gt(self, value: Any) -> Condition:
        """Greater than `value`."""
        return Condition(">", "{0} {operator} {1}", self, value)

    def gte(self, value: Any) -> Condition:
        """Greater than or equal to `value`."""
        return Condition(">=", "{0} {operator} {1}", self, value)

    def begins_with(self, value: Any) -> Condition:
        """Begin with `value`."""
        return Condition("begins_with", "{operator}({0}, {1})", self, value)

    def between(self, low_value: Any, high_value: Any) -> Condition:
        """Between the two values, both included."""
        return Condition("BETWEEN", "{0} {operator} {1} AND {2}", self, low_value, high_value)


class _Attribute(_Comparable):
    def __init__(self, name: str) -> None:
        self.name = name

    def __and__(self, other: Any) -> Condition:
        raise TypeError(f"AND joins conditions, and {self!r} is not one: compare it first, as in .eq(...)")

    def __or__(self, other: Any) -> Condition:
        raise TypeError(f"OR joins conditions, and {self!r} is not one: compare it first, as in .eq(...)")

    def __invert__(self) -> Condition:
        raise TypeError(f"NOT takes a condition, and {self!r} is not one: compare it first, as in .eq(...)")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.name == self.name

    def __hash__(self) -> int:
        return hash((type(self), self.name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class Key(_Attribute):
    """An attribute of the table's or index's key, for `KeyConditionExpression`."""


class Attr(_Attribute):
    """An attribute, or the path to one (`"address.lines[0]"`), for conditions and filters."""

    def ne(self, value: Any) -> Condition:
        """Not equal to `value`."""
        return Condition("<>", "{0} {operator} {1}", self, value)

    def is_in(self, value: Iterable[Any]) -> Condition:
        """Equal to one of the values."""
        return Condition("IN", "{0} {operator} {1}", self, value, has_grouped_values=True)

    def exists(self) -> Condition:
        """Be there."""
        return Condition("attribute_exists", "{operator}({0})", self)

    def not_exists(self) -> Condition:
        """Not be there."""
        return Condition("attribute_not_exists", "{operator}({0})", self)

    def contains(self, value: Any) -> Condition:
        """Contain `value`: a substring, or an element of a set or list."""
        return Condition("contains", "{operator}({0}, {1})", self, value)

    def size(self) -> Size:
        """Take the size, to be compared: characters, bytes or elements."""
        return Size(self)

    def attribute_type(self, value: str) -> Condition:
        """Be of the type `value`: "S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL" or "NULL"."""
        return Condition("attribute_type", "{operator}({0}, {1})", self, value)


class Size(_Comparable, Condition):
    """The size of an attribute."""

    def __init__(self, attribute: Attr) -> None:
        Condition.__init__(self, "size", "{operator}({0})", attribute)
        self.name = attribute.name


def _is_condition(value: Any) -> bool:
    # Not a class: in a class, get_expression is a function that has no object yet.
    return callable(getattr(value, "get_expression", None)) and not isinstance(value, type)


def _is_attribute(value: Any) -> bool:
    if isinstance(value, _Attribute):
        return True
    # An object of boto3's can only be here if its module is.
    boto3_conditions = sys.modules.get("boto3.dynamodb.conditions")
    return boto3_conditions is not None and isinstance(value, boto3_conditions.AttributeBase)


class ExpressionBuilder:
    """Turns the conditions of one request into text, with placeholders numbered across all of them."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def build(self, condition: Any, *, is_key_condition: bool = False) -> str:
        """Give the condition's text; `names` and `values` gain what it refers to."""
        if not _is_condition(condition):
            raise TypeError(f"expected a condition such as Attr('name').eq(value), not {condition!r}")
        expression = condition.get_expression()
        operands = [
            self._operand(value, condition.has_grouped_values, is_key_condition)
            for value in expression["values"]
        ]
        text: str = expression["format"].format(*operands, operator=expression["operator"])
        return text

    def _operand(self, value: Any, is_group: bool, is_key_condition: bool) -> str:
        if _is_condition(value):
            return self.build(value, is_key_condition=is_key_condition)
        if _is_attribute(value):
            if is_key_condition and type(value).__name__ != "Key":
                raise TypeError(
                    f"Attribute object {value.name} is of type {type(value)}. "
                    "KeyConditionExpression only supports Attribute objects of type Key"
                )
            return _PATH_PART.sub(self._path_part, value.name)
        if is_group:
            return f"({', '.join(map(self._value, value))})"
        return self._value(value)

    def _path_part(self, match: re.Match[str]) -> str:
        part = match[0]
        if part[0] in ".[":
            return part
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = part
        return placeholder

    def _value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder


def express_conditions(parameters: dict[str, Any]) -> None:
    """Replace the conditions in a request by expressions, in place; expressions that are text stay.

    Filters and write conditions are numbered before key conditions, as boto3 does it.
    """
    builder = None
    for member in ("FilterExpression", "ConditionExpression", "KeyConditionExpression"):
        condition = parameters.get(member)
        if condition is None or isinstance(condition, str):
            continue
        builder = builder or ExpressionBuilder()
        parameters[member] = builder.build(condition, is_key_condition=member == "KeyConditionExpression")
    if builder is None:
        return
    # The caller's own dictionaries are not ours to change.
    for member, generated in (
        ("ExpressionAttributeNames", builder.names),
        ("ExpressionAttributeValues", builder.values),
    ):
        if generated:
            parameters[member] = {**parameters.get(member, {}), **generated}
