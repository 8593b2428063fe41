"""Attribute values in DynamoDB's JSON, from what other formats have."""

from __future__ import annotations

import base64
import datetime
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def typed(value: Any) -> dict[str, Any]:
    """Give a Python value its type, as in `{"S": "text"}`; binary is base64 text.

    Times become text in ISO 8601, and floating-point numbers the shortest decimals that stand for them.

    >>> typed({"laps": [1, 2.5], "done": None})
    {'M': {'laps': {'L': [{'N': '1'}, {'N': '2.5'}]}, 'done': {'NULL': True}}}
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case float():
            return {"N": repr(value)}
        case bytes() | bytearray() | memoryview():
            return {"B": base64.b64encode(bytes(value)).decode()}
        case datetime.datetime() | datetime.date() | datetime.time():
            return {"S": value.isoformat()}
        case uuid.UUID():
            return {"S": str(value)}
        case Mapping():
            return {"M": {str(name): typed(inner) for name, inner in value.items()}}
        case list() | tuple():
            return {"L": [typed(inner) for inner in value]}
        case _:
            raise ValueError(f"a value of type {type(value).__name__} has no counterpart in DynamoDB")


def typed_item(row: Mapping[str, Any], *, keep_nulls: bool) -> dict[str, Any]:
    """Give each value of a row its type; without `keep_nulls`, what is missing is left out."""
    return {str(name): typed(value) for name, value in row.items() if keep_nulls or value is not None}


def with_bytes(value: dict[str, Any], *, decode: bool) -> dict[str, Any]:
    """Turn base64 text inside a typed value into bytes, as boto3 has them, or bytes into text."""

    def one(given: Any) -> Any:
        return base64.b64decode(given) if decode else base64.b64encode(given).decode()

    ((tag, content),) = value.items()
    match tag:
        case "B":
            return {tag: one(content)}
        case "BS":
            return {tag: [one(element) for element in content]}
        case "L":
            return {tag: [with_bytes(inner, decode=decode) for inner in content]}
        case "M":
            return {tag: {name: with_bytes(inner, decode=decode) for name, inner in content.items()}}
        case _:
            return value


def plain(value: dict[str, Any]) -> Any:
    """Take the type off a value: numbers stay exact, sets become lists, binary stays base64 text."""
    ((tag, content),) = value.items()
    match tag:
        case "N":
            return _number(content)
        case "NS":
            return [_number(element) for element in content]
        case "NULL":
            return None
        case "L":
            return [plain(inner) for inner in content]
        case "M":
            return {name: plain(inner) for name, inner in content.items()}
        case _:
            return content


def _number(text: str) -> int | Decimal:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() and abs(number) < 10**18 else number
