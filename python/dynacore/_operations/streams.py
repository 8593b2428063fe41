"""Operations of DynamoDB Streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynacore import _parameters
    from dynacore._operations import Execute


class StreamsOperations:
    """Operations of DynamoDB Streams."""

    _execute: Execute

    def describe_stream(self, **parameters: Unpack[_parameters.DescribeStreamRequest]) -> dict[str, Any]:
        """Describe a stream and its shards."""
        return self._execute("dynamodbstreams", "DescribeStream", parameters, False)

    def get_records(self, **parameters: Unpack[_parameters.GetRecordsRequest]) -> dict[str, Any]:
        """Read records of a shard."""
        return self._execute("dynamodbstreams", "GetRecords", parameters, False)

    def get_shard_iterator(self, **parameters: Unpack[_parameters.GetShardIteratorRequest]) -> dict[str, Any]:
        """Get a place in a shard."""
        return self._execute("dynamodbstreams", "GetShardIterator", parameters, False)

    def list_streams(self, **parameters: Unpack[_parameters.ListStreamsRequest]) -> dict[str, Any]:
        """List streams."""
        return self._execute("dynamodbstreams", "ListStreams", parameters, False)
