"""The experiment: three batches of puts, with auto scaling switched on after the first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

from dynacore import Database, VirtualClock
from dynacore._demo.cars import Car
from dynacore._demo.client import SimulatedClient
from dynacore._demo.outcome import Assumptions, Batch, Outcome
from dynacore._demo.timeline import Timeline

TABLE_NAME: Final = "carsPE"
CAPACITY_UNITS: Final = 5
CAPACITY_UNITS_MAX: Final = 100
TARGET_PERCENT: Final = 70.0
WAIT_SECONDS: Final = 180
PUBLISHED_ITEMS_AT_END: Final = 6_500

SCALED: Final = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": f"table/{TABLE_NAME}",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}


class Published(NamedTuple):
    """A batch as the experiment's author published it."""

    name: str
    items: int
    seconds: float


PUBLISHED: Final = (
    Published("batch 1", 1_500, 56.0),
    Published("batch 2", 5_000, 274.0),
    Published("batch 3", 5_000, 44.0),
)


class Observer(Protocol):
    """What wants to know how far the experiment is. It is told once a virtual second."""

    def advance(self, batch: int, items: int, throttled: int, seconds: float) -> None:
        """`items` of a batch, counted from 0, are written; it lasts `seconds` so far."""


class Experiment:
    """One run, on a database and a clock of its own."""

    def __init__(self, assumptions: Assumptions, observer: Observer, *, seed: int = 0) -> None:
        self._wall_began = time.perf_counter()
        self._assumptions = assumptions
        self._observer = observer
        self._clock = VirtualClock()
        self._database = Database(clock=self._clock, seed=seed, initial_burst_seconds=0)
        self._resource = self._database.resource()
        self._began = self._clock.now()
        self._client = self._make_client()
        self._provisioned: list[tuple[float, int]] = []
        self._next_look_at = self._began

    def run(self, loads: Sequence[list[Car]]) -> Outcome:
        """Play it with these items, a list for each batch."""
        self._look()
        self._clock.advance(self._assumptions.idle_seconds)
        batches = [self._write(0, loads[0])]
        self._clock.advance(self._assumptions.switch_on_seconds)
        self._switch_on()
        batches.append(self._write(1, loads[1]))
        self._wait()
        batches.append(self._write(2, loads[2]))
        items_at_end = self._client.count()
        return Outcome(
            assumptions=self._assumptions,
            batches=batches,
            items_at_end=items_at_end,
            began=self._began,
            activities=self._activities(),
            timeline=self._timeline(),
            wall_seconds=time.perf_counter() - self._wall_began,
        )

    def _make_client(self) -> SimulatedClient:
        table = self._resource.create_table(
            TableName=TABLE_NAME,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
            ProvisionedThroughput={"ReadCapacityUnits": CAPACITY_UNITS, "WriteCapacityUnits": CAPACITY_UNITS},
        )
        return SimulatedClient(table, self._clock, self._assumptions.latency_seconds)

    def _write(self, index: int, items: list[Car]) -> Batch:
        published = PUBLISHED[index]
        client = self._client
        began = now = self._clock.now()
        refused_before = len(client.refused_at)
        for written, item in enumerate(items, start=1):
            now = client.put(item)
            if now >= self._next_look_at:
                self._look()
                throttled = len(client.refused_at) - refused_before
                self._observer.advance(index, written, throttled, now - began)
        throttled = len(client.refused_at) - refused_before
        self._observer.advance(index, len(items), throttled, now - began)
        return Batch(
            published.name, len(items), began - self._began, now - began, published.seconds, throttled
        )

    def _switch_on(self) -> None:
        scaling: Any = self._database.client("application-autoscaling")
        scaling.register_scalable_target(**SCALED, MinCapacity=CAPACITY_UNITS, MaxCapacity=CAPACITY_UNITS_MAX)
        scaling.put_scaling_policy(
            **SCALED,
            PolicyName=f"DynamoDBWriteCapacityUtilization:table/{TABLE_NAME}",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": TARGET_PERCENT,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
            },
        )

    def _wait(self) -> None:
        for _ in range(WAIT_SECONDS):
            self._clock.advance(1)
            self._look()

    def _look(self) -> None:
        """Note the table's capacity, if it has changed; once a virtual second is enough to miss no change."""
        self._next_look_at = self._clock.now() + 1
        description = self._resource.meta.client.describe_table(TableName=TABLE_NAME)
        throughput = description["Table"]["ProvisionedThroughput"]
        units = throughput["WriteCapacityUnits"]
        if not self._provisioned or self._provisioned[-1][1] != units:
            self._provisioned.append((self._changed_at(throughput), units))

    def _changed_at(self, throughput: dict[str, Any]) -> float:
        names = ("LastIncreaseDateTime", "LastDecreaseDateTime")
        times: list[float] = [throughput[name].timestamp() for name in names if name in throughput]
        return max(times, default=self._began) - self._began

    def _activities(self) -> list[dict[str, Any]]:
        scaling: Any = self._database.client("application-autoscaling")
        pages = scaling.get_paginator("describe_scaling_activities").paginate(**SCALED)
        newest_first: list[dict[str, Any]] = pages.build_full_result()["ScalingActivities"]
        return newest_first[::-1]

    def _timeline(self) -> Timeline:
        began = self._began
        return Timeline(
            written_at=[at - began for at in self._client.written_at],
            refused_at=[at - began for at in self._client.refused_at],
            provisioned=self._provisioned,
            ended=self._clock.now() - began,
        )
