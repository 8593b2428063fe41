"""A DynamoDB that lives in your process: a Rust core under a thin Python API, with a clock you control.

import dynacore

db = dynacore.Database()
table = db.resource().create_table(
    TableName="cars",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
table.put_item(Item={"id": "1", "make": "Tatra"})
table.get_item(Key={"id": "1"})["Item"]
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from dynacore._conditions import Attr, Key
from dynacore._core import VirtualClock, __version__
from dynacore._database import Database
from dynacore._world import World

if _TYPE_CHECKING:
    from dynacore import exceptions

__all__ = ["Attr", "Database", "Key", "VirtualClock", "World", "__version__", "exceptions"]


def __getattr__(name: str) -> _Any:
    # Not with the rest, because it imports botocore's exceptions where they are installed.
    if name == "exceptions":
        return _import_module("dynacore.exceptions")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
