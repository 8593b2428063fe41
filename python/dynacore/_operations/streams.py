"""Operations of DynamoDB Streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynacore._operations import Execute


class StreamsOperations:
    """Operations of DynamoDB Streams."""

    _execute: Execute

    def describe_stream(self, **parameters: Any) -> dict[str, Any]:
        """Describe a stream and its shards."""
        return self._execute("dynamodbstreams", "DescribeStream", parameters, False)

    def get_records(self, **parameters: Any) -> dict[str, Any]:
        """Read records of a shard."""
        return self._execute("dynamodbstreams", "GetRecords", parameters, False)

    def get_shard_iterator(self, **parameters: Any) -> dict[str, Any]:
        """Get a place in a shard."""
        return self._execute("dynamodbstreams", "GetShardIterator", parameters, False)

    def list_streams(self, **parameters: Any) -> dict[str, Any]:
        """List streams."""
        return self._execute("dynamodbstreams", "ListStreams", parameters, False)
