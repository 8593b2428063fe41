"""A run: the table, its records, the workers, and what they measured together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from dynacore import _core
from dynacore._stress.keys import Records
from dynacore._stress.measurement import Measurement
from dynacore._stress.target import TableSettings, Target
from dynacore._stress.worker import Schedule, Worker, error_code
from dynacore._stress.workload import Workload

BATCH_ITEMS: Final = 25
BACKOFF_SECONDS_MAX: Final = 2.0
POLL_SECONDS: Final = 0.1

Progress = Callable[[int, int], None]
"""What is told how far a load or a run is: done, and of how much."""


@dataclass(frozen=True)
class Settings:
    """How a run goes: `rate` in requests a second of all workers together, or `None` for a closed loop."""

    seconds: float = 10.0
    warm_up_seconds: float = 1.0
    workers: int = 1
    rate: float | None = None
    poisson: bool = True
    operations_max: int | None = None
    seed: int = 0


@dataclass
class Outcome:
    """What came out of a run."""

    workload: Workload
    settings: Settings
    target: str
    measurement: Measurement
    seconds: float
    interrupted: bool

    def document(self) -> dict[str, Any]:
        """Describe it as a document that a program reads; latencies are in microseconds."""
        operations = self.measurement.operations
        rate = self.settings.rate
        capacity = self.seconds * 1e9 * self.settings.workers
        return {
            "dynacore": _core.__version__,
            "target": self.target,
            "workload": self.workload.document(),
            "loop": "closed" if rate is None else "open",
            "rate": rate,
            "workers": self.settings.workers,
            "seed": self.settings.seed,
            "seconds": self.seconds,
            "interrupted": self.interrupted,
            "busy_share": self.measurement.busy_nanoseconds / capacity if capacity else 0.0,
            "operations": {name: operations[name].document(self.seconds) for name in sorted(operations)},
            "timeline": self.measurement.timeline(),
        }


def make_table(target: Target, table: TableSettings) -> bool:
    """Make the table where there is none; whether it was made."""
    client = target.client()
    try:
        client.describe_table(TableName=table.name)
    except Exception as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
    else:
        return False
    client.create_table(**table.request())
    client.get_waiter("table_exists").wait(TableName=table.name)
    return True


def load(target: Target, table: TableSettings, workload: Workload, seed: int, progress: Progress) -> None:
    """Write the workload's records, 25 at a time; what is throttled is written later."""
    client = target.client()
    stop = threading.Event()
    maker = Worker(
        client, table.name, workload, Records(workload.records), Schedule(None, False, 0, 0, 0), seed, stop
    )
    for first in range(0, workload.records, BATCH_ITEMS):
        last = min(first + BATCH_ITEMS, workload.records)
        requests = [{"PutRequest": {"Item": maker.item(number)}} for number in range(first, last)]
        _write(client, table.name, requests)
        progress(last, workload.records)


def _write(client: Any, table: str, requests: list[dict[str, Any]]) -> None:
    for delay in _delays():
        try:
            answer = client.batch_write_item(RequestItems={table: requests})
        except Exception as error:
            if error_code(error) != "ProvisionedThroughputExceededException":
                raise
        else:
            requests = answer.get("UnprocessedItems", {}).get(table, [])
        if not requests:
            return
        time.sleep(delay)


def _delays() -> Iterator[float]:
    delay = 0.05
    while True:
        yield delay
        delay = min(delay * 2, BACKOFF_SECONDS_MAX)


def run(
    target: Target, table: TableSettings, workload: Workload, settings: Settings, progress: Progress
) -> Outcome:
    """Put the target under load. An interrupt ends the run early, with what was measured until then."""
    stop = threading.Event()
    records = Records(workload.records)
    workers = [
        Worker(
            target.client(),
            table.name,
            workload,
            records,
            _schedule(settings, number),
            settings.seed + number,
            stop,
        )
        for number in range(settings.workers)
    ]
    begin = time.perf_counter_ns()
    threads = [threading.Thread(target=worker.run, args=(begin,), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    interrupted = False
    try:
        _watch(threads, begin, settings, progress)
    except KeyboardInterrupt:
        interrupted = True
        stop.set()
        for thread in threads:
            thread.join()
    for worker in workers:
        if worker.failure is not None:
            raise worker.failure
    elapsed = (time.perf_counter_ns() - begin) / 1e9 - settings.warm_up_seconds
    measurement = Measurement()
    for worker in workers:
        measurement.add(worker.measurement)
    return Outcome(workload, settings, target.name, measurement, max(elapsed, 0.0), interrupted)


def _schedule(settings: Settings, number: int) -> Schedule:
    share = None if settings.rate is None else settings.rate / settings.workers
    operations = settings.operations_max
    if operations is not None:
        operations = operations // settings.workers + (number < operations % settings.workers)
    return Schedule(share, settings.poisson, settings.seconds, settings.warm_up_seconds, operations)


def _watch(threads: list[threading.Thread], begin: int, settings: Settings, progress: Progress) -> None:
    total = settings.warm_up_seconds + settings.seconds
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(POLL_SECONDS / len(threads))
        elapsed = min((time.perf_counter_ns() - begin) / 1e9, total)
        progress(round(elapsed * 10), round(total * 10))
