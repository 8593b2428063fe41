"""The resource: tables with Python values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from dynacore import _table
from dynacore._table import ResourceMeta

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters
    from dynacore._client import PlainDynamoDBClient


class ServiceResource:
    """The tables of a database: what `boto3.resource("dynamodb")` is."""

    def __init__(self, client: PlainDynamoDBClient) -> None:
        self.meta = ResourceMeta([], client)

    def Table(self, name: str) -> _table.Table:  # noqa: N802, as boto3 names it
        """Take the table `name`, whether there is one or not."""
        return _table.Table(name, self.meta.client)

    @property
    def tables(self) -> TableCollection:
        """All tables, in order of name."""
        return TableCollection(self.meta.client)

    def create_table(self, **parameters: Unpack[_parameters.CreateTableRequest]) -> _table.Table:
        """Make a table."""
        description = self.meta.client.create_table(**parameters)["TableDescription"]
        return _table.Table(description["TableName"], self.meta.client, description)

    def batch_get_item(self, **parameters: Unpack[_parameters.BatchGetItemRequest]) -> dict[str, Any]:
        """Read up to 100 items of one or more tables."""
        return self.meta.client.batch_get_item(**parameters)

    def batch_write_item(self, **parameters: Unpack[_parameters.BatchWriteItemRequest]) -> dict[str, Any]:
        """Put or delete up to 25 items in one or more tables."""
        return self.meta.client.batch_write_item(**parameters)

    def get_available_subresources(self) -> list[str]:
        """List the kinds of things a database has."""
        return ["Table"]

    def __repr__(self) -> str:
        return "dynamodb.ServiceResource()"


class TableCollection:
    """Tables, read page by page as they are asked for. Each method gives a narrower collection."""

    def __init__(
        self,
        client: PlainDynamoDBClient,
        parameters: dict[str, Any] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
    ) -> None:
        self._client = client
        self._parameters = parameters or {}
        self._limit = limit
        self._page_size = page_size

    def all(self) -> TableCollection:
        """All of them."""
        return self

    def filter(self, **parameters: Any) -> TableCollection:
        """With parameters of ListTables."""
        return TableCollection(self._client, {**self._parameters, **parameters}, self._limit, self._page_size)

    def limit(self, count: int) -> TableCollection:
        """At most `count`."""
        return TableCollection(self._client, self._parameters, count, self._page_size)

    def page_size(self, count: int) -> TableCollection:
        """Read `count` a call."""
        return TableCollection(self._client, self._parameters, self._limit, count)

    def pages(self) -> Iterator[list[_table.Table]]:
        """Iterate over lists of tables, one for each call."""
        settings = {"MaxItems": self._limit, "PageSize": self._page_size}
        paginator = self._client.get_paginator("list_tables")
        for page in paginator.paginate(PaginationConfig=settings, **self._parameters):
            yield [_table.Table(name, self._client) for name in page["TableNames"]]

    def __iter__(self) -> Iterator[_table.Table]:
        tables = (table for page in self.pages() for table in page)
        return islice(tables, self._limit)
