"""A world: several Regions on one clock, with a network between them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dynacore import _core
from dynacore._core import VirtualClock
from dynacore._database import Database
from dynacore._replication import Comparison, Replication

if TYPE_CHECKING:
    from boto3.session import Session

    from dynacore.routing import Policy, Router


class Network:
    """The network between the Regions of a world. What is set holds in both directions."""

    def __init__(self, core: _core.World) -> None:
        self._core = core

    def latency(self, one: str, other: str, seconds: float | None = None) -> float:
        """Tell how long a change takes between two Regions; with `seconds`, set it.

        It is 0.5 seconds at first: DynamoDB's replication takes longer than the wire.
        """
        if seconds is not None:
            self._core.set_latency(one, other, seconds)
        return self._core.latency(one, other)

    def jitter(self, one: str, other: str, seconds: float) -> None:
        """Let each message between two Regions take up to `seconds` longer, as chance has it."""
        self._core.set_jitter(one, other, seconds)

    def loss(self, one: str, other: str, share: float) -> None:
        """Lose a share of the messages between two Regions, of 1. They are sent again, and so come later."""
        self._core.set_loss(one, other, share)

    def cut(self, one: str, other: str) -> None:
        """Let nothing pass between two Regions. What they do meanwhile is exchanged after `heal`."""
        self._core.set_cut(one, other, True)

    def heal(self, one: str, other: str) -> None:
        """Let messages pass between two Regions again."""
        self._core.set_cut(one, other, False)

    def is_cut(self, one: str, other: str) -> bool:
        """Tell whether nothing passes between two Regions."""
        return self._core.is_cut(one, other)


class World:
    """Several Regions on one clock: a `Database` each, a network between them, and their failures.

    The databases know of each other: a table of one becomes a global table with UpdateTable's
    `ReplicaUpdates`. With a `VirtualClock` all of it happens as the clock moves, and is the same for the same
    `seed`; with the system's clock a thread follows it. The other options are those of `Database`, for each
    Region; in a strongly consistent global table a write is under way for `transaction_seconds`, and another
    Region's write of the item conflicts with it.

    >>> clock = VirtualClock()
    >>> world = World(["us-east-1", "eu-central-1"], clock=clock, seed=7)
    >>> world.network.latency("us-east-1", "eu-central-1", seconds=0.1)
    0.1
    >>> table = world["us-east-1"].resource().create_table(
    ...     TableName="cars",
    ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    ...     BillingMode="PAY_PER_REQUEST",
    ... )
    >>> _ = world["us-east-1"].client().update_table(
    ...     TableName="cars", ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}]
    ... )
    >>> clock.advance(1)
    >>> _ = table.put_item(Item={"id": "1", "make": "MINI"})
    >>> clock.advance(0.1)
    >>> world["eu-central-1"].resource().Table("cars").get_item(Key={"id": "1"})["Item"]
    {'id': '1', 'make': 'MINI'}
    """

    def __init__(
        self,
        regions: Sequence[str],
        *,
        clock: VirtualClock | None = None,
        seed: int = 0,
        **options: Any,
    ) -> None:
        if isinstance(regions, str):
            raise TypeError("regions are a list of names, not one name")
        if options.get("path") is not None:
            raise ValueError("the Regions of a world are in memory: leave the path out")
        self.clock = clock
        self._databases = {
            region: Database(region=region, clock=clock, seed=seed + index, **options)
            for index, region in enumerate(regions)
        }
        if len(self._databases) < len(regions):
            raise ValueError("a world has a Region once")
        cores = [database._core for database in self._databases.values()]
        self._core = _core.World(cores, clock=clock, seed=seed)
        self.network = Network(self._core)

    @property
    def regions(self) -> list[str]:
        """The names of the Regions."""
        return list(self._databases)

    def __getitem__(self, region: str) -> Database:
        try:
            return self._databases[region]
        except KeyError:
            raise KeyError(f"no Region {region!r} here; there are: {', '.join(self._databases)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._databases)

    def __len__(self) -> int:
        return len(self._databases)

    def __contains__(self, region: object) -> bool:
        return region in self._databases

    def fail(self, region: str) -> None:
        """Let a whole Region fail.

        Its callers get `dynacore.exceptions.EndpointConnectionError`, over HTTP a 503. What it has stays.
        """
        self._core.set_up(region, False)

    def recover(self, region: str) -> None:
        """Bring a Region back, with all it had."""
        self._core.set_up(region, True)

    def is_up(self, region: str) -> bool:
        """Tell whether a Region answers."""
        return self._core.is_up(region)

    def is_healthy(self, region: str, *, interval: float = 30, threshold: int = 3) -> bool:
        """Tell whether health checks believe that a Region answers.

        They ask every `interval` seconds of the clock and change their opinion after `threshold` equal
        answers.
        """
        return self._core.is_healthy(region, interval, threshold)

    def router(self, policy: Policy, **options: Any) -> Router:
        """Make a router: clients of it find their Region by a policy of `dynacore.routing`."""
        from dynacore.routing import Router

        return Router(self, policy, **options)

    def replicate(self, table: str, master: str, replica: str) -> Replication:
        """Replicate a table from a master to a Region, where it is made and filled while writes go on.

        That is older than global tables: only the master takes writes. `promote` of what it gives turns the
        direction around, and so moves an application to another Region.
        """
        self._core.replicate(table, master, replica)
        return Replication(self._core, table, master, replica)

    def compare(self, table: str, one: str, other: str) -> Comparison:
        """Compare a table in two Regions item by item, at once; `one` counts as the master.

        The replicas of a global table differ while changes are under way, and are equal once all are there.
        """
        return Comparison(*self._core.compare(table, one, other))

    def now(self) -> float:
        """Tell the time, in seconds since the epoch."""
        return time.time() if self.clock is None else self.clock.now()

    def boto3_session(self) -> Session:
        """Make a real boto3 Session for all Regions: a client's `region_name` says which one answers."""
        from dynacore._boto3 import make_world_session

        cores = {region: database._core for region, database in self._databases.items()}
        return make_world_session(cores)

    def tick(self) -> None:
        """Let happen what is due now."""
        self._core.tick()

    def next_event_at(self) -> float | None:
        """Tell when something happens by itself next, in epoch seconds; `None` if nothing will."""
        return self._core.next_event_at()

    def close(self) -> None:
        """End the databases of all Regions."""
        for database in self._databases.values():
            database.close()

    def __enter__(self) -> World:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<dynacore.World of {', '.join(self._databases)}>"
