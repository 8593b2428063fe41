"""Writing many items with few calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynacore._operations import DynamoDBOperations

_FLUSH_AMOUNT = 25


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
        self._requests: list[dict[str, Any]] = []

    def put_item(self, Item: Mapping[str, Any]) -> None:
        """Put an item, with this call or a later one."""
        self._add({"PutRequest": {"Item": Item}}, Item)

    def delete_item(self, Key: Mapping[str, Any]) -> None:
        """Delete an item, with this call or a later one."""
        self._add({"DeleteRequest": {"Key": Key}}, Key)

    def __enter__(self) -> BatchWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After an error inside the block too, as boto3 does: what was asked for is written.
        while self._requests:
            self._flush()

    def _add(self, request: dict[str, Any], attributes: Mapping[str, Any]) -> None:
        if self._key_names:
            # A call must not name a key twice; the later request is the one that counts.
            key = self._key(attributes)
            self._requests = [other for other in self._requests if self._key(_attributes(other)) != key]
        self._requests.append(request)
        if len(self._requests) >= self._flush_amount:
            self._flush()

    def _key(self, attributes: Mapping[str, Any]) -> list[Any]:
        return [attributes[name] for name in self._key_names or ()]

    def _flush(self) -> None:
        sent, self._requests = (
            self._requests[: self._flush_amount],
            self._requests[self._flush_amount :],
        )
        response = self._client.batch_write_item(RequestItems={self._table_name: sent})
        self._requests.extend(response.get("UnprocessedItems", {}).get(self._table_name, []))


def _attributes(request: dict[str, Any]) -> Mapping[str, Any]:
    put = request.get("PutRequest")
    attributes: Mapping[str, Any] = put["Item"] if put else request["DeleteRequest"]["Key"]
    return attributes
