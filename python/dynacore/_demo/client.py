"""A client as the experiment had it: one request at a time, over a network, with botocore's retries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from dynacore import VirtualClock
from dynacore.exceptions import ProvisionedThroughputExceededException

if TYPE_CHECKING:
    from dynacore._table import Table

RETRY_DELAYS_SECONDS: Final = tuple(0.05 * 2**retry for retry in range(9))
"""What botocore's legacy mode waits before each retry of DynamoDB: no jitter, no cap, 10 attempts in all
(botocore's `data/_retry.json`)."""


class SimulatedClient:
    """A client whose requests and waits take virtual time.

    A request takes `latency_seconds`, and is answered when they are over. `written_at` and `refused_at` are
    the clock's times of every put that was accepted and of every attempt that was throttled.
    """

    def __init__(self, table: Table, clock: VirtualClock, latency_seconds: float) -> None:
        self._table = table
        self._clock = clock
        self._latency_seconds = latency_seconds
        self.written_at: list[float] = []
        self.refused_at: list[float] = []

    def put(self, item: dict[str, Any]) -> float:
        """Write an item; the time at which it was accepted.

        Raises ProvisionedThroughputExceededException, as boto3 does, when the last attempt was throttled too.
        """
        self._send(self._table.put_item, Item=item)
        now = self._clock.now()
        self.written_at.append(now)
        return now

    def count(self) -> int:
        """Scan the table, page by page; how many items there were."""
        page = self._send(self._table.scan)
        items: int = page["Count"]
        while "LastEvaluatedKey" in page:
            page = self._send(self._table.scan, ExclusiveStartKey=page["LastEvaluatedKey"])
            items += page["Count"]
        return items

    def _send(self, operation: Callable[..., dict[str, Any]], **parameters: Any) -> dict[str, Any]:
        clock = self._clock
        for delay_seconds in RETRY_DELAYS_SECONDS:
            clock.advance(self._latency_seconds)
            try:
                return operation(**parameters)
            except ProvisionedThroughputExceededException:
                self.refused_at.append(clock.now())
            clock.advance(delay_seconds)
        clock.advance(self._latency_seconds)
        try:
            return operation(**parameters)
        except ProvisionedThroughputExceededException:
            self.refused_at.append(clock.now())
            raise
