"""One stream of requests: in a closed loop one after the other, in an open loop when each is due."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from dynacore._stress.keys import KeyChooser, Records, key_name
from dynacore._stress.measurement import Measurement
from dynacore._stress.target import KEY
from dynacore._stress.workload import Workload

TEXT: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

SPIN_SECONDS: Final = 0.0005
"""A sleep may end this late; the rest of a wait is spent looking at the clock."""


Call = tuple[Callable[..., Any], dict[str, Any]]
"""A client's method and what it is called with."""


class Schedule(NamedTuple):
    """When one worker's requests are due. Without a rate each follows the answer to the one before."""

    rate: float | None
    poisson: bool
    seconds: float
    warm_up_seconds: float
    operations_max: int | None


class Worker:
    """Sends requests until its time is over, and measures them."""

    def __init__(
        self,
        client: Any,
        table: str,
        workload: Workload,
        records: Records,
        schedule: Schedule,
        seed: int,
        stop: threading.Event,
    ) -> None:
        self.measurement = Measurement()
        self.sent = 0
        self.failure: BaseException | None = None
        self._client = client
        self._table = table
        self._workload = workload
        self._records = records
        self._schedule = schedule
        self._stop = stop
        self._chance = random.Random(seed)
        self._keys = KeyChooser(workload, records, self._chance)
        self._filler = _filler(self._chance, workload.field_bytes)
        self._prepare: dict[str, Callable[[], list[Call]]] = {
            "read": self._read,
            "update": self._update,
            "insert": self._insert,
            "delete": self._delete,
            "scan": self._scan,
            "rmw": self._read_modify_write,
        }

    def run(self, begin: int) -> None:
        """Work from `begin`, in nanoseconds of `time.perf_counter_ns`."""
        try:
            self._run(begin)
        except BaseException as error:
            self.failure = error
            self._stop.set()

    def _run(self, begin: int) -> None:
        schedule = self._schedule
        clock = time.perf_counter_ns
        warm = begin + round(schedule.warm_up_seconds * 1e9)
        end = warm + round(schedule.seconds * 1e9)
        due = begin
        while not self._stop.is_set() and self.sent != schedule.operations_max:
            name = self._workload.choose(self._chance)
            # Made before the clock is read: what a client does to make a request is not the target's latency.
            calls = self._prepare[name]()
            if schedule.rate is None:
                due = clock()
            else:
                due += self._gap(schedule.rate)
                self._wait(due)
            if due >= end or clock() >= end:
                return
            sent = clock()
            code = _send(calls)
            ended = clock()
            if due < warm:
                continue
            self.sent += 1
            second = (ended - warm) // 1_000_000_000
            if code is None:
                self.measurement.succeeded(name, second, ended - due, ended - sent)
            else:
                self.measurement.refused(name, second, ended - sent, code)

    def _gap(self, rate: float) -> int:
        seconds = self._chance.expovariate(rate) if self._schedule.poisson else 1 / rate
        return round(seconds * 1e9)

    def _wait(self, due: int) -> None:
        while not self._stop.is_set():
            remaining = (due - time.perf_counter_ns()) / 1e9
            if remaining <= 0:
                return
            if remaining > SPIN_SECONDS:
                # A slice at a time, so that an interrupt is heard.
                time.sleep(min(remaining - SPIN_SECONDS, 0.1))

    def _key(self, number: int) -> dict[str, Any]:
        return {KEY: {"S": key_name(number)}}

    def _get_item(self, number: int) -> Call:
        parameters = {
            "TableName": self._table,
            "Key": self._key(number),
            "ConsistentRead": self._workload.consistent,
        }
        return self._client.get_item, parameters

    def _update_item(self, number: int) -> Call:
        parameters = {
            "TableName": self._table,
            "Key": self._key(number),
            "UpdateExpression": "SET #f = :v",
            "ExpressionAttributeNames": {
                "#f": f"field{int(self._chance.random() * self._workload.fields)}",
            },
            "ExpressionAttributeValues": {":v": {"S": self._filler()}},
        }
        return self._client.update_item, parameters

    def _read(self) -> list[Call]:
        return [self._get_item(self._keys.choose())]

    def _update(self) -> list[Call]:
        return [self._update_item(self._keys.choose())]

    def _insert(self) -> list[Call]:
        parameters = {"TableName": self._table, "Item": self.item(self._records.insert())}
        return [(self._client.put_item, parameters)]

    def _delete(self) -> list[Call]:
        parameters = {"TableName": self._table, "Key": self._key(self._keys.choose())}
        return [(self._client.delete_item, parameters)]

    def _scan(self) -> list[Call]:
        parameters = {
            "TableName": self._table,
            "ExclusiveStartKey": self._key(self._keys.choose()),
            "Limit": 1 + int(self._chance.random() * self._workload.scan_items_max),
            "ConsistentRead": self._workload.consistent,
        }
        return [(self._client.scan, parameters)]

    def _read_modify_write(self) -> list[Call]:
        number = self._keys.choose()
        return [self._get_item(number), self._update_item(number)]

    def item(self, number: int) -> dict[str, Any]:
        """Make a record."""
        fields = {f"field{position}": {"S": self._filler()} for position in range(self._workload.fields)}
        return {**self._key(number), **fields}


def _send(calls: list[Call]) -> str | None:
    """Send requests; the first error's code, or `None` where all succeeded."""
    try:
        for method, parameters in calls:
            method(**parameters)
    except Exception as error:
        return error_code(error)
    return None


def error_code(error: Exception) -> str:
    """Name what went wrong: AWS's code, or the class of what came before an answer."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return str(response["Error"].get("Code", type(error).__name__))
    if type(error).__module__.split(".")[0] not in ("botocore", "urllib3"):
        # A defect of this program or of its settings: no measurement.
        raise error
    return type(error).__name__


def _filler(chance: random.Random, length: int) -> Callable[[], str]:
    """Texts of a length that differ, without making each letter by letter."""
    pool = "".join(chance.choices(TEXT, k=length + 4_096))

    def make() -> str:
        start = int(chance.random() * 4_096)
        return pool[start : start + length]

    return make
