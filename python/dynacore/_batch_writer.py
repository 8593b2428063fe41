"""Writing many items with few calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynacore._operations import DynamoDBOperations

_FLUSH_AMOUNT = 25

Write = tuple[bool, Mapping[str, Any]]


class BatchWriter:
    """Gathers puts and deletes of one table into BatchWriteItem calls of up to 25.

    What the service leaves unprocessed goes into the next call. Leaving the `with` block sends the rest.
    """

    def __init__(
        self,
        table_name: str,
        client: DynamoDBOperations,
        flush_amount: int = _FLUSH_AMOUNT,
        overwrite_by_pkeys: Sequence[str] | None = None,
    ) -> None:
        self._table_name = table_name
        self._client = client
        self._flush_amount = flush_amount
        self._key_names = overwrite_by_pkeys
        # Whether it is a put, and the item or key.
        self._writes: list[Write] = []
        # The engine's own way, for a client that is in front of one.
        core = getattr(client, "_core", None)
        self._write_batch: Callable[[str, list[Write], bool], list[Write] | None] = (
            core.write_batch if core is not None else _do_nothing
        )
        self._native = getattr(client, "_native", False)

    def put_item(self, Item: Mapping[str, Any]) -> None:
        """Put an item, with this call or a later one."""
        if self._key_names:
            self._forget(Item)
        self._writes.append((True, Item))
        if len(self._writes) >= self._flush_amount:
            self._flush()

    def delete_item(self, Key: Mapping[str, Any]) -> None:
        """Delete an item, with this call or a later one."""
        if self._key_names:
            self._forget(Key)
        self._writes.append((False, Key))
        if len(self._writes) >= self._flush_amount:
            self._flush()

    def __enter__(self) -> BatchWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After an error inside the block too, as boto3 does: what was asked for is written.
        while self._writes:
            self._flush()

    def _forget(self, attributes: Mapping[str, Any]) -> None:
        # A call must not name a key twice; the later request is the one that counts.
        key = self._key(attributes)
        self._writes = [write for write in self._writes if self._key(write[1]) != key]

    def _key(self, attributes: Mapping[str, Any]) -> list[Any]:
        return [attributes[name] for name in self._key_names or ()]

    def _flush(self) -> None:
        sent, self._writes = self._writes[: self._flush_amount], self._writes[self._flush_amount :]
        left = self._write_batch(self._table_name, sent, self._native)
        if left is None:
            left = self._send(sent)
        self._writes += left

    def _send(self, writes: list[Write]) -> list[Write]:
        """Send a request that tells what is wrong with it, or that goes to a service elsewhere."""
        requests = [
            {"PutRequest": {"Item": attributes}} if is_put else {"DeleteRequest": {"Key": attributes}}
            for is_put, attributes in writes
        ]
        response = self._client.batch_write_item(RequestItems={self._table_name: requests})
        left = response.get("UnprocessedItems", {}).get(self._table_name, [])
        return [
            (True, request["PutRequest"]["Item"])
            if "PutRequest" in request
            else (False, request["DeleteRequest"]["Key"])
            for request in left
        ]


def _do_nothing(_table_name: str, _writes: list[Write], _native: bool) -> None:
    return None
