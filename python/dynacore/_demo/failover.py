"""Part 3: users of two continents, whose Region fails and comes back."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from dynacore import VirtualClock, World
from dynacore._demo.global_table import TABLE_NAME
from dynacore._demo.lanes import Lane, Lanes, LevelLane, RateLane, Span, SpanLane
from dynacore._demo.places import FRANKFURT, VIRGINIA, connect
from dynacore._demo.stage import Actor, Stage
from dynacore._demo.users import AMERICA, EUROPE, LOCATIONS, NAMES, THINK_SECONDS, Request, User
from dynacore._replication import Comparison
from dynacore.routing import Failover, Geolocation, HealthCheck, Latency, Policy, Router

FAILS_AT: Final = 100.0
RECOVERS_AT: Final = 400.0
ENDS_AT: Final = 600.0
SETTLE_SECONDS: Final = 5.0
"""After the last visit, until the Regions are compared."""
TTL_SECONDS: Final = 60.0
"""How long an answer of the router is kept."""
CHECK: Final = HealthCheck()
LOOK_SECONDS: Final = 10.0
"""How often the Regions are compared for the chart."""
CONVERGENCE_LOOK_SECONDS: Final = 0.05

GEOLOCATION: Final = Geolocation({"EU": FRANKFURT, "NA": VIRGINIA, "*": VIRGINIA})
POLICIES: Final[dict[str, Policy]] = {
    "geolocation": GEOLOCATION,
    "latency": Latency([VIRGINIA, FRANKFURT]),
    "failover, Frankfurt first": Failover(FRANKFURT, VIRGINIA),
}


@dataclass(frozen=True)
class Phase:
    """What users of one continent saw for a while."""

    name: str
    home: str
    since: float
    until: float
    requests: list[Request]
    """Those that were sent in it."""

    @property
    def regions(self) -> list[str]:
        """The Regions that answered."""
        return sorted({request.region for request in self.requests if request.is_answered})

    @property
    def median_seconds(self) -> float | None:
        """How long an answer took, the median; None without one."""
        answered = [request.seconds for request in self.requests if request.is_answered]
        return statistics.median(answered) if answered else None

    @property
    def slowest_seconds(self) -> float:
        """How long the slowest request took, also one that ended in an error."""
        return max((request.seconds for request in self.requests), default=0.0)

    @property
    def refused(self) -> int:
        """Attempts that met no endpoint."""
        return sum(len(request.refused_at) for request in self.requests)

    @property
    def errors(self) -> int:
        """Requests that ended in EndpointConnectionError."""
        return sum(not request.is_answered for request in self.requests)

    def document(self) -> dict[str, Any]:
        """Give it as the JSON has it."""
        median = self.median_seconds
        return {
            "name": self.name,
            "users": self.home,
            "since": round(self.since, 3),
            "until": round(self.until, 3),
            "answered_by": self.regions,
            "requests": len(self.requests),
            "median_seconds": None if median is None else round(median, 4),
            "slowest_seconds": round(self.slowest_seconds, 4),
            "refused_attempts": self.refused,
            "errors": self.errors,
        }


@dataclass(frozen=True)
class Moments:
    """What happened when, in seconds since the users began."""

    failed: float
    first_error: float
    """When the first user had waited through all retries in vain."""
    noticed: float
    """When health checks believed that Frankfurt had failed."""
    moved: float
    """When the last user of Europe was answered by Virginia."""
    recovered: float
    converged: float
    """When both Regions had all that was acknowledged before Frankfurt recovered."""
    believed: float
    """When health checks believed that Frankfurt was back."""
    returned: float
    """When the last user of Europe was answered by Frankfurt again."""

    def document(self) -> dict[str, float]:
        """Give it as the JSON has it."""
        return {name: round(at, 3) for name, at in vars(self).items()}


@dataclass(frozen=True)
class Survived:
    """What came of it."""

    routes: dict[str, dict[str, tuple[str | None, str | None]]]
    """By policy and continent: the Region that answers before, and that while Frankfurt is believed down."""
    moments: Moments
    phases: list[Phase]
    requests: list[Request]
    longest_silence_seconds: float
    """The longest time that a user of Europe was without an answer."""
    stale_reads: int
    """Reads that did not show the user's own last write."""
    unsent: int
    """Visits that Frankfurt had acknowledged and Virginia had not got when Frankfurt failed."""
    at_recovery: Comparison
    at_end: Comparison
    visits: int
    """Visits that were acknowledged."""
    lost: int
    """Those that are not in both Regions at the end, and carts that are not as last acknowledged."""
    differences: list[tuple[float, float]]
    unhealthy: tuple[float, float]
    virtual_seconds: float
    wall_seconds: float

    def document(self) -> dict[str, Any]:
        """Give what `--json` prints."""
        return {
            "table": TABLE_NAME,
            "regions": [VIRGINIA, FRANKFURT],
            "users": {home: len(names) for home, names in NAMES.items()},
            "health_check": {"interval_seconds": CHECK.interval, "threshold": CHECK.threshold},
            "ttl_seconds": TTL_SECONDS,
            "routes": {
                policy: {
                    home: {"before": before, "failed": failed} for home, (before, failed) in found.items()
                }
                for policy, found in self.routes.items()
            },
            "moments": self.moments.document(),
            "phases": [phase.document() for phase in self.phases],
            "longest_silence_seconds": round(self.longest_silence_seconds, 3),
            "stale_reads": self.stale_reads,
            "unsent_visits": self.unsent,
            "compared_at_recovery": self.at_recovery._asdict(),
            "compared_at_end": self.at_end._asdict(),
            "visits": self.visits,
            "lost": self.lost,
        }

    def lanes(self) -> Lanes:
        """Give what the charts draw."""
        moments = self.moments

        def answered(home: str, region: str) -> list[float]:
            return [
                request.ended_at
                for request in self.requests
                if request.is_answered and (request.home, request.region) == (home, region)
            ]

        refused = [at for request in self.requests for at in request.refused_at]
        rows: list[Lane] = [
            SpanLane("Frankfurt is", [Span(moments.failed, moments.recovered, "down", "error")]),
            SpanLane("health checks say", [Span(*self.unhealthy, "unhealthy", "error")]),
            RateLane("Europe at Frankfurt", answered(EUROPE, FRANKFURT), "write", 10),
            RateLane("Europe at Virginia", answered(EUROPE, VIRGINIA), "seen", 10),
            RateLane("Europe, refused", refused, "error", 10),
            RateLane("America at Virginia", answered(AMERICA, VIRGINIA), "seen", 10),
            LevelLane("items that differ", self.differences, "gone"),
        ]
        note = "requests answered and attempts refused a second; minutes since the users began"
        return Lanes("Who was answered where", ENDS_AT, rows, note)


class Outage:
    """One run, in a world of its own."""

    def __init__(self, seed: int) -> None:
        self._wall_began = time.perf_counter()
        self._clock = VirtualClock()
        self._made_at = self._clock.now()
        self._world = World([VIRGINIA, FRANKFURT], clock=self._clock, seed=seed)
        connect(self._world)
        self._make_table()
        self._router = self._world.router(GEOLOCATION, health_check=CHECK, ttl=TTL_SECONDS, seed=seed)
        self._requests: list[Request] = []
        self._users = [
            User(name, home, self._router.client(LOCATIONS[home]), self._clock, self._requests)
            for home, names in NAMES.items()
            for name in names
        ]
        self._began = self._clock.now()
        self._differences: list[tuple[float, float]] = [(0.0, 0.0)]
        self._beliefs: list[float] = []
        self._converged = 0.0
        self._unsent = 0
        self._at_recovery = Comparison(0, 0, 0, 0)
        self._routes_failed: dict[str, dict[str, str | None]] = {}

    def run(self) -> Survived:
        """Play it."""
        stage = Stage(self._clock)
        until = self._began + ENDS_AT
        for index, user in enumerate(self._users):
            # Spread over the time between two visits, as users are.
            stage.add(user.stay(self._began, until), THINK_SECONDS * index / len(self._users))
        before = self._resolve()
        stage.add(self._fail_and_recover(), FAILS_AT)
        stage.add(self._watch_health())
        stage.add(self._watch_differences(), LOOK_SECONDS)
        stage.run()
        self._clock.advance(SETTLE_SECONDS)
        at_end = self._compare()
        survived = self._survived(before, at_end)
        self._world.close()
        return survived

    def _make_table(self) -> None:
        client: Any = self._world[VIRGINIA].client()
        client.create_table(
            TableName=TABLE_NAME,
            KeySchema=[{"AttributeName": "ID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "ID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.update_table(TableName=TABLE_NAME, ReplicaUpdates=[{"Create": {"RegionName": FRANKFURT}}])
        self._clock.advance(10)

    def _resolve(self) -> dict[str, dict[str, str | None]]:
        def routers() -> Iterator[tuple[str, Router]]:
            for name, policy in POLICIES.items():
                yield name, self._world.router(policy, health_check=CHECK)

        return {
            name: {home: router.resolve(location) for home, location in LOCATIONS.items()}
            for name, router in routers()
        }

    def _now(self) -> float:
        return self._clock.now() - self._began

    def _fail_and_recover(self) -> Actor:
        self._unsent = len(self._missing(VIRGINIA))
        self._world.fail(FRANKFURT)
        yield RECOVERS_AT - FAILS_AT
        self._routes_failed = self._resolve()
        acknowledged = self._acknowledged()
        self._world.recover(FRANKFURT)
        self._at_recovery = self._compare()
        missing = {region: self._missing(region, acknowledged) for region in self._world}
        while any(missing.values()):
            yield CONVERGENCE_LOOK_SECONDS
            missing = {region: self._missing(region, keys) for region, keys in missing.items()}
        self._converged = self._now()

    def _acknowledged(self) -> list[str]:
        return [name for user in self._users for name in user.visited]

    def _missing(self, region: str, keys: list[str] | None = None) -> list[str]:
        """Find the visits, of all that were acknowledged, that a Region does not have."""
        client: Any = self._world[region].client()

        def is_there(name: str) -> bool:
            return "Item" in client.get_item(TableName=TABLE_NAME, Key={"ID": {"S": name}})

        return (
            [name for name in self._acknowledged() if not is_there(name)]
            if keys is None
            else [name for name in keys if not is_there(name)]
        )

    def _watch_health(self) -> Actor:
        is_healthy = True
        while self._now() < ENDS_AT:
            if self._router.is_healthy(FRANKFURT) is not is_healthy:
                is_healthy = not is_healthy
                self._beliefs.append(self._now())
            yield 1.0

    def _watch_differences(self) -> Actor:
        while self._now() < ENDS_AT:
            comparison = self._compare()
            self._differences.append((self._now(), float(sum(comparison) - comparison.equal)))
            yield LOOK_SECONDS

    def _compare(self) -> Comparison:
        return self._world.compare(TABLE_NAME, VIRGINIA, FRANKFURT)

    def _survived(self, before: dict[str, dict[str, str | None]], at_end: Comparison) -> Survived:
        moments = self._moments()
        routes = {
            policy: {home: (found, self._routes_failed[policy][home]) for home, found in homes.items()}
            for policy, homes in before.items()
        }
        noticed, believed = self._beliefs
        return Survived(
            routes=routes,
            moments=moments,
            phases=self._phases(moments),
            requests=self._requests,
            longest_silence_seconds=max(self._silence(user) for user in self._users if user.home == EUROPE),
            stale_reads=sum(user.cart.stale_reads for user in self._users),
            unsent=self._unsent,
            at_recovery=self._at_recovery,
            at_end=at_end,
            visits=len(self._acknowledged()),
            lost=self._lost(),
            differences=self._differences,
            unhealthy=(noticed, believed),
            virtual_seconds=self._clock.now() - self._made_at,
            wall_seconds=time.perf_counter() - self._wall_began,
        )

    def _moments(self) -> Moments:
        noticed, believed = self._beliefs

        def last_first(region: str, since: float) -> float:
            """Find when the last user of Europe had the first answer of a Region."""
            first: dict[str, float] = {}
            for request in self._requests:
                is_one = request.home == EUROPE and request.is_answered and request.region == region
                if is_one and request.sent_at > since:
                    first.setdefault(request.user, request.ended_at)
            return max(first.values())

        return Moments(
            failed=FAILS_AT,
            first_error=min(request.ended_at for request in self._requests if not request.is_answered),
            noticed=noticed,
            moved=last_first(VIRGINIA, FAILS_AT),
            recovered=RECOVERS_AT,
            converged=self._converged,
            believed=believed,
            returned=last_first(FRANKFURT, RECOVERS_AT),
        )

    def _phases(self, moments: Moments) -> list[Phase]:
        spans = [
            ("all is well", EUROPE, 0.0, moments.failed),
            ("Frankfurt is down", EUROPE, moments.failed, moments.moved),
            ("moved to Virginia", EUROPE, moments.moved, moments.believed),
            ("Frankfurt is back", EUROPE, moments.believed, moments.returned),
            ("all is well again", EUROPE, moments.returned, ENDS_AT),
            ("all the time", AMERICA, 0.0, ENDS_AT),
        ]
        return [
            Phase(
                name,
                home,
                since,
                until,
                [one for one in self._requests if one.home == home and since <= one.sent_at < until],
            )
            for name, home, since, until in spans
        ]

    def _silence(self, user: User) -> float:
        ends = [one.ended_at for one in self._requests if one.user == user.name and one.is_answered]
        return max(later - earlier for earlier, later in pairwise(ends))

    def _lost(self) -> int:
        lost = 0
        for region in self._world:
            client: Any = self._world[region].client()
            lost += len(self._missing(region))
            for user in self._users:
                key = {"ID": {"S": f"cart of {user.name}"}}
                cart = client.get_item(TableName=TABLE_NAME, Key=key)["Item"]
                # A write that was sent and not answered may be there all the same.
                lost += int(cart["visit"]["N"]) < user.cart.acknowledged
        return lost
