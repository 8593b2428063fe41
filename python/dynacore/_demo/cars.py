"""The records that the experiment loads."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from importlib.resources import files
from typing import Any, TypeAlias

Car: TypeAlias = dict[str, Any]


def load_cars(batch: int) -> list[Car]:
    """Read the cars of a batch, 1 to 3, as items with Python values; decimals are exact."""
    compressed = (files("dynacore") / "data" / f"cars{batch}.json.gz").read_bytes()
    cars: list[Car] = json.loads(gzip.decompress(compressed), parse_float=Decimal)
    return cars
