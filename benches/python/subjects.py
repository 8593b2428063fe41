"""The subjects by their short names, in the order of a round. Each is made in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benches import cars
from benches.python import doors, floors, stores
from benches.python.subject import Subject
from dynacore import Database

# What a call through boto3 takes longer than one of dynacore's, so that its turns are no longer than others'.
BOTO3_SHARE = 0.04
MOTO_SHARE = 0.02


def _database() -> Database:
    """A database that holds the cars."""
    database = Database()
    resource = database.resource()
    doors.Table("", resource).load(resource)
    return database


def _checked(table: doors.Table) -> doors.Table:
    table.check()
    return table


def _table() -> Subject:
    return _checked(doors.Table("dynacore Table", _database().resource()))


def _native_table() -> Subject:
    resource = _database().resource(numbers="native")
    return _checked(doors.Table("dynacore Table, native numbers", resource, item=cars.plain_item))


def _client() -> Subject:
    return doors.Client(_database())


def _boto3() -> Subject:
    resource: Any = doors.in_process_boto3(_database())
    return _checked(doors.Table("dynacore through boto3", resource, share=BOTO3_SHARE))


def _stubbed_boto3() -> Subject:
    return doors.Table("boto3 with a stubbed answer", doors.stubbed_boto3(), share=BOTO3_SHARE)


def _moto() -> Subject:
    return doors.Mocked("moto through boto3", share=MOTO_SHARE)


SUBJECTS: dict[str, Callable[[], Subject]] = {
    "orjson_loads": floors.Orjson,
    "orjson_dumps": floors.Dumps,
    "dict": floors.Dict,
    "lmdb": stores.Lmdb,
    "sqlite": stores.Sqlite,
    "rocksdict": stores.Rocks,
    "table": _table,
    "table_native": _native_table,
    "client": _client,
    "boto3": _boto3,
    "boto3_stubbed": _stubbed_boto3,
    "moto": _moto,
}

# Those that hold a million cars, too.
OF_MANY = ("orjson_loads", "orjson_dumps", "dict", "lmdb", "sqlite", "rocksdict", "table", "table_native")
