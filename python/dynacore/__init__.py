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

from dynacore._core import VirtualClock, __version__
from dynacore._database import Database

# As `typing` has it for type checkers, without importing it: that would take longer than all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any as _Any

    from dynacore import exceptions
    from dynacore._conditions import Attr, Key
    from dynacore._world import World
del TYPE_CHECKING

__all__ = ["Attr", "Database", "Key", "VirtualClock", "World", "__version__", "exceptions"]

# What an import does not wait for, and where it is. `exceptions` brings botocore's where they are installed.
_LATER = {"Attr": "dynacore._conditions", "Key": "dynacore._conditions", "World": "dynacore._world"}


def __getattr__(name: str) -> _Any:
    from importlib import import_module

    if name == "exceptions":
        return import_module("dynacore.exceptions")
    if name in _LATER:
        # Kept, so that it is looked for once.
        globals()[name] = getattr(import_module(_LATER[name]), name)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
