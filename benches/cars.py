"""The item that is measured through every door: the same cars as `benches/src/car.rs` makes.

A car has twelve attributes, six of them numbers: `make` (partition key), `id` (sort key) and the ten of a
record in `cars.json`. As plain JSON it has 200 bytes.
"""

from __future__ import annotations

import json
import pathlib
import random
from decimal import Decimal
from typing import Any

TABLE = "cars"
CARS_PER_MAKER = 100
CREATE_TABLE = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "make", "AttributeType": "S"},
        {"AttributeName": "id", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "make", "KeyType": "HASH"},
        {"AttributeName": "id", "KeyType": "RANGE"},
    ],
}

_TEXT = (pathlib.Path(__file__).parent / "cars.json").read_text()
_PLAIN = json.loads(_TEXT)
_EXACT = json.loads(_TEXT, parse_float=Decimal)


def make(number: int) -> str:
    """The partition key of a car."""
    return f"maker-{number // CARS_PER_MAKER:05}"


def plain_key(number: int) -> dict[str, Any]:
    """A car's key as Python values."""
    return {"make": make(number), "id": number}


def typed_key(number: int) -> dict[str, Any]:
    """A car's key as DynamoDB's JSON has it."""
    return {"make": {"S": make(number)}, "id": {"N": str(number)}}


def plain_item(number: int) -> dict[str, Any]:
    """A car as `json.loads` gives it."""
    return plain_key(number) | _PLAIN[number % len(_PLAIN)]


def exact_item(number: int) -> dict[str, Any]:
    """A car as boto3's resource takes it: a fraction is a Decimal."""
    return plain_key(number) | _EXACT[number % len(_EXACT)]


def typed_item(number: int) -> dict[str, Any]:
    """A car as DynamoDB's JSON has it."""
    return {
        name: {"S": value} if isinstance(value, str) else {"N": str(value)}
        for name, value in exact_item(number).items()
    }


def spread(count: int, below: int) -> list[int]:
    """Different numbers in no order that a cache could follow; the same each time."""
    return random.Random(1).sample(range(below), k=count)
