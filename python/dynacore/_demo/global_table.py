"""Part 2: a global table in two Regions."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Final

from dynacore import VirtualClock, World
from dynacore._demo.lanes import Lane, Lanes, Mark, MarkLane, Span, SpanLane
from dynacore._demo.places import FRANKFURT, NAMES, REQUEST_SECONDS, TRANSITION_SECONDS, VIRGINIA, connect

TABLE_NAME: Final = "globalRepTable1"
LOOK_SECONDS: Final = 0.25
"""How often the replica's status is looked at."""
PAUSE_SECONDS: Final = 0.5
"""Between two steps."""

CREATION: Final[dict[str, Any]] = {
    "TableName": TABLE_NAME,
    "KeySchema": [{"AttributeName": "ID", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "ID", "AttributeType": "N"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


@dataclass(frozen=True)
class Step:
    """A write in one Region and what the other saw of it; times in seconds since the first write was sent."""

    what: str
    region: str
    sent_at: float
    answered_at: float
    seen_in: str
    seen_at: float
    """When the first read that showed it was answered."""
    reads: int
    """Reads until then, that one included."""
    is_there: bool
    """Whether that read found the item."""

    @property
    def request_seconds(self) -> float:
        """How long the write took."""
        return self.answered_at - self.sent_at

    @property
    def lag_seconds(self) -> float:
        """From the write's answer to the first read elsewhere that showed it."""
        return self.seen_at - self.answered_at

    def document(self) -> dict[str, Any]:
        """Give it as the JSON has it."""
        return {
            "what": self.what,
            "region": self.region,
            "sent_at": round(self.sent_at, 4),
            "request_seconds": round(self.request_seconds, 4),
            "seen_in": self.seen_in,
            "seen_at": round(self.seen_at, 4),
            "lag_seconds": round(self.lag_seconds, 4),
            "reads": self.reads,
            "is_there": self.is_there,
        }


@dataclass(frozen=True)
class Replicated:
    """What came of it."""

    created_seconds: float
    replica_seconds: float
    """From UpdateTable until the replica was ACTIVE."""
    steps: list[Step]
    items: dict[str, list[int]]
    """The keys that each Region has at the end."""
    latency_metric: dict[str, float]
    """`ReplicationLatency` in seconds, by the Region that received, as CloudWatch has it: a mean."""
    ended: float
    virtual_seconds: float
    wall_seconds: float

    def document(self) -> dict[str, Any]:
        """Give what `--json` prints."""
        return {
            "table": TABLE_NAME,
            "regions": [VIRGINIA, FRANKFURT],
            "created_seconds": round(self.created_seconds, 4),
            "replica_seconds": round(self.replica_seconds, 4),
            "steps": [step.document() for step in self.steps],
            "items_at_end": self.items,
            "replication_latency_seconds": {to: round(mean, 4) for to, mean in self.latency_metric.items()},
        }

    def lanes(self) -> Lanes:
        """Give what the charts draw."""
        rows: list[Lane] = [MarkLane(NAMES[VIRGINIA], self._marks(VIRGINIA))]
        for region, arrow in ((VIRGINIA, "to Frankfurt"), (FRANKFURT, "to Virginia")):
            spans = [
                Span(step.answered_at, step.seen_at, f"{step.lag_seconds:.2f} s", "quiet")
                for step in self.steps
                if step.region == region
            ]
            rows.append(SpanLane(arrow, spans))
        rows.append(MarkLane(NAMES[FRANKFURT], self._marks(FRANKFURT)))
        note = "● written  ○ seen there  ✕ gone there; between the Regions: until a read showed it"
        return Lanes("What each Region wrote and saw", self.ended, rows, note)

    def _marks(self, region: str) -> list[Mark]:
        marks = []
        for step in self.steps:
            item = step.what.split()[-1]
            if step.region == region:
                verb = "put" if step.is_there else "delete"
                marks.append(Mark(step.sent_at, f"{verb} {item}", "write"))
            else:
                marks.append(Mark(step.seen_at, item, "seen" if step.is_there else "gone"))
        return marks


class GlobalTable:
    """One run, in a world of its own."""

    def __init__(self, seed: int) -> None:
        self._wall_began = time.perf_counter()
        self._clock = VirtualClock()
        self._made_at = self._clock.now()
        regions = [VIRGINIA, FRANKFURT]
        self._world = World(
            regions, clock=self._clock, seed=seed, table_transition_seconds=TRANSITION_SECONDS
        )
        connect(self._world)
        self._clients: dict[str, Any] = {region: self._world[region].client() for region in regions}
        self._began = 0.0

    def run(self) -> Replicated:
        """Play it."""
        created_seconds, replica_seconds = self._make_table()
        self._began = self._clock.now()
        steps = [
            self._step("insert ID 1", VIRGINIA, FRANKFURT),
            self._step("insert ID 2", FRANKFURT, VIRGINIA),
            self._step("delete ID 1", VIRGINIA, FRANKFURT),
        ]
        ended = self._clock.now() - self._began
        items = {region: self._keys(region) for region in self._clients}
        # A metric is there once its minute is over.
        self._clock.advance(120)
        metric = {
            FRANKFURT: self._mean_latency(VIRGINIA, FRANKFURT),
            VIRGINIA: self._mean_latency(FRANKFURT, VIRGINIA),
        }
        self._world.close()
        wall_seconds = time.perf_counter() - self._wall_began
        virtual_seconds = self._clock.now() - self._made_at
        return Replicated(
            created_seconds, replica_seconds, steps, items, metric, ended, virtual_seconds, wall_seconds
        )

    def _make_table(self) -> tuple[float, float]:
        virginia, clock = self._clients[VIRGINIA], self._clock
        began = clock.now()
        virginia.create_table(**CREATION)
        self._wait_until(lambda: self._statuses() == ["ACTIVE"])
        created = clock.now()
        virginia.update_table(TableName=TABLE_NAME, ReplicaUpdates=[{"Create": {"RegionName": FRANKFURT}}])
        self._wait_until(lambda: self._statuses() == ["ACTIVE", "ACTIVE"])
        return created - began, clock.now() - created

    def _statuses(self) -> list[str]:
        table = self._clients[VIRGINIA].describe_table(TableName=TABLE_NAME)["Table"]
        return [table["TableStatus"], *(replica["ReplicaStatus"] for replica in table.get("Replicas", []))]

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self._clock.advance(LOOK_SECONDS)

    def _step(self, what: str, region: str, other: str) -> Step:
        clock, began = self._clock, self._began
        key = {"ID": {"N": what.split()[-1]}}
        is_insert = what.startswith("insert")
        writer = self._clients[region]
        sent_at = clock.now() - began
        clock.advance(REQUEST_SECONDS / 2)
        if is_insert:
            writer.put_item(TableName=TABLE_NAME, Item=key)
        else:
            writer.delete_item(TableName=TABLE_NAME, Key=key)
        clock.advance(REQUEST_SECONDS / 2)
        answered_at, reads, is_there = clock.now() - began, 0, not is_insert
        while is_there is not is_insert:
            is_there = self._read(other, key)
            reads += 1
        seen_at = clock.now() - began
        clock.advance(PAUSE_SECONDS)
        return Step(what, region, sent_at, answered_at, other, seen_at, reads, is_there)

    def _read(self, region: str, key: dict[str, Any]) -> bool:
        self._clock.advance(REQUEST_SECONDS / 2)
        answer = self._clients[region].get_item(TableName=TABLE_NAME, Key=key)
        self._clock.advance(REQUEST_SECONDS / 2)
        return "Item" in answer

    def _keys(self, region: str) -> list[int]:
        items = self._clients[region].scan(TableName=TABLE_NAME)["Items"]
        return sorted(int(item["ID"]["N"]) for item in items)

    def _mean_latency(self, region: str, receiving: str) -> float:
        watch: Any = self._world[region].client("cloudwatch")
        now = self._clock.now()
        points: list[dict[str, float]] = watch.get_metric_statistics(
            Namespace="AWS/DynamoDB",
            MetricName="ReplicationLatency",
            Dimensions=[
                {"Name": "TableName", "Value": TABLE_NAME},
                {"Name": "ReceivingRegion", "Value": receiving},
            ],
            StartTime=datetime.fromtimestamp(self._began - 60, timezone.utc),
            EndTime=datetime.fromtimestamp(now, timezone.utc),
            Period=60,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        total = sum(point["Sum"] for point in points)
        return total / sum(point["SampleCount"] for point in points) / 1000
