"""Kinesis streams that Python objects stand in for."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Protocol

from dynacore import _core

# How often a thread looks for changes that are due; on AWS a second may pass as well.
INTERVAL_SECONDS = 0.1


class KinesisSink(Protocol):
    """What takes records: boto3's Kinesis client, or any object with its `put_records`."""

    def put_records(self, *, Records: list[Any], StreamARN: str) -> Any:
        """Take records, each with "Data" and "PartitionKey".

        An answer with a "FailedRecordCount" says which were not taken: those that have an "ErrorCode".
        """


class KinesisStream:
    """A Kinesis stream of a database; `Database.kinesis_stream` makes it."""

    def __init__(
        self,
        database: _core.Database,
        stream_arn: str,
        sink: KinesisSink,
        clock: _core.VirtualClock | None,
    ) -> None:
        self.stream_arn = stream_arn
        self._core = _core.KinesisStream(database, stream_arn, sink)
        self._closed = threading.Event()
        if clock is None:
            threading.Thread(target=self._run, name="dynacore-kinesis", daemon=True).start()

    def _run(self) -> None:
        while not self._closed.wait(INTERVAL_SECONDS):
            self._core.step()

    def deliver(self) -> int:
        """Deliver every change there is now, and raise what the sink raises; tell how many those were."""
        return self._core.deliver()

    def close(self) -> None:
        """Deliver no more. For tables the stream is gone: a destination cannot be enabled any more."""
        self._closed.set()
        self._core.close()

    def __enter__(self) -> KinesisStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<dynacore.KinesisStream {self.stream_arn}>"
