"""Writing many items with few calls."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dynacore._core import WriteBatch

if TYPE_CHECKING:
    from dynacore._operations import DynamoDBOperations


class BatchWriter(WriteBatch):
    """Gathers puts and deletes of one table into BatchWriteItem calls of up to 25.

    What the service leaves unprocessed goes into the next call. Leaving the `with` block sends the rest.
    `put_item` and `delete_item` are the engine's own, without a frame of Python between.
    """

    def __enter__(self) -> BatchWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After an error inside the block too, as boto3 does: what was asked for is written.
        self.flush_all()

    @staticmethod
    def _send(
        client: DynamoDBOperations, table_name: str, writes: list[tuple[bool, Mapping[str, Any]]]
    ) -> list[tuple[bool, Mapping[str, Any]]]:
        """Send a request that tells what is wrong with it, or that goes to a service elsewhere."""
        requests = [
            {"PutRequest": {"Item": attributes}} if is_put else {"DeleteRequest": {"Key": attributes}}
            for is_put, attributes in writes
        ]
        response = client.batch_write_item(RequestItems={table_name: requests})
        left = response.get("UnprocessedItems", {}).get(table_name, [])
        return [
            (True, request["PutRequest"]["Item"])
            if "PutRequest" in request
            else (False, request["DeleteRequest"]["Key"])
            for request in left
        ]
