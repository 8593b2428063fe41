"""A table with Python values: what boto3's `Table` is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dynacore._batch_writer import BatchWriter
from dynacore._core import ItemOperations
from dynacore._table_description import TableDescription

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters
    from dynacore._client import PlainDynamoDBClient


class ResourceMeta:
    """What a resource is: the part of boto3's `resource.meta` that has a meaning here."""

    def __init__(
        self, identifiers: list[str], client: PlainDynamoDBClient, data: dict[str, Any] | None = None
    ) -> None:
        self.service_name = "dynamodb"
        self.identifiers = identifiers
        self.client = client
        self.data = data


class Table(ItemOperations, TableDescription):
    """A table. Its attributes are read once, when the first one is asked for; `reload` reads them again.

    What it does with items (`get_item`, `query` and so on) is the engine's own, without a frame of Python
    between.
    """

    def __init__(
        self, name: str, client: PlainDynamoDBClient, description: dict[str, Any] | None = None
    ) -> None:
        self._name = name
        self.meta = ResourceMeta(["name"], client, description)

    @property
    def name(self) -> str:
        """The table's name."""
        return self._name

    @property
    def table_name(self) -> str:
        """The table's name."""
        return self._name

    def batch_writer(self, overwrite_by_pkeys: Sequence[str] | None = None) -> BatchWriter:
        """Write many items with few calls: `with table.batch_writer() as batch: ...`.

        With `overwrite_by_pkeys`, the names of the key's attributes, a batch has the last write of each key.

        >>> import dynacore
        >>> table = dynacore.Database().resource().create_table(
        ...     TableName="cars",
        ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ...     BillingMode="PAY_PER_REQUEST",
        ... )
        >>> with table.batch_writer() as batch:
        ...     for number in range(60):
        ...         batch.put_item(Item={"id": number})
        >>> table.scan(Select="COUNT")["Count"]
        60
        """
        return BatchWriter(self._name, self.meta.client, overwrite_by_pkeys=overwrite_by_pkeys)

    # The table itself.

    def load(self) -> None:
        """Read the table's description."""
        self.meta.data = self.meta.client.describe_table(TableName=self._name)["Table"]

    def reload(self) -> None:
        """Read the table's description again."""
        self.load()

    def update(self, **parameters: Unpack[_parameters.UpdateTableParameters]) -> Table:
        """Change throughput, billing, indexes, stream or replicas; the table as it is then."""
        request: Any = parameters
        request.setdefault("TableName", self._name)
        response = self.meta.client.update_table(**request)
        return Table(self._name, self.meta.client, response["TableDescription"])

    def delete(self, **parameters: Unpack[_parameters.DeleteTableParameters]) -> dict[str, Any]:
        """Delete the table and all in it."""
        request: Any = parameters
        request.setdefault("TableName", self._name)
        return self.meta.client.delete_table(**request)

    def wait_until_exists(self, **settings: Any) -> None:
        """Wait until the table is ACTIVE."""
        self.meta.client.get_waiter("table_exists").wait(TableName=self._name, **settings)

    def wait_until_not_exists(self, **settings: Any) -> None:
        """Wait until the table is gone."""
        self.meta.client.get_waiter("table_not_exists").wait(TableName=self._name, **settings)

    def _described(self, member: str) -> Any:
        if self.meta.data is None:
            self.load()
        assert self.meta.data is not None, "load gives a description or raises"
        return self.meta.data.get(member)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and other._name == self._name

    def __hash__(self) -> int:
        return hash((Table, self._name))

    def __repr__(self) -> str:
        return f"dynamodb.Table(name={self._name!r})"
