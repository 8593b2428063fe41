"""Policies by which a client finds the Region that answers it, after those of Route 53.

A policy orders Regions for a user. The router takes the first that health checks believe to answer;
where they
believe that of none, all count as healthy.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dynacore._client import Client
    from dynacore._world import World

__all__ = [
    "Failover",
    "Geolocation",
    "HealthCheck",
    "Latency",
    "Location",
    "Policy",
    "RoutedClient",
    "Router",
    "Weighted",
]


_CONTINENTS = frozenset({"AF", "AN", "AS", "EU", "NA", "OC", "SA"})


def _check_area(area: str) -> None:
    """Refuse what no user can be in: a name that is written out would never match."""
    letters = area.removeprefix("US-")
    if not (len(letters) == 2 and letters.isascii() and letters.isalpha() and letters.isupper()):
        raise ValueError(
            f"an area is a continent ({', '.join(sorted(_CONTINENTS))}), a country such as DE, a state such "
            f"as US-CA, or *, not {area!r}"
        )


@dataclass(frozen=True)
class Location:
    """Where a user is, as far as it is known.

    `continent` is one of AF, AN, AS, EU, NA, OC and SA, `country` a code such as DE, `state` one of the USA.
    `latencies` are seconds to Regions, or `region` is one that the user is in or beside.
    """

    continent: str | None = None
    country: str | None = None
    state: str | None = None
    region: str | None = None
    latencies: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        for area in (self.continent, self.country, None if self.state is None else f"US-{self.state}"):
            if area is not None:
                _check_area(area)


@dataclass(frozen=True)
class HealthCheck:
    """How Regions are checked: every `interval` seconds, believed after `threshold` equal answers."""

    interval: float = 30
    threshold: int = 3

    def __post_init__(self) -> None:
        if self.interval <= 0:
            raise ValueError(f"interval is longer than 0 seconds, not {self.interval}")
        if not 1 <= self.threshold <= 10:
            raise ValueError(f"threshold is from 1 to 10, not {self.threshold}")


class Policy(Protocol):
    """Orders Regions for a user: the first healthy one answers."""

    def regions(self) -> Sequence[str]:
        """List the Regions that the policy names."""

    def order(self, user: Location, router: Router, /) -> Sequence[str]:
        """Order Regions for a user. Without any, nothing answers."""


class Geolocation:
    """The smallest area that the user is in: a state of the USA, a country, a continent, or everywhere.

    >>> policy = Geolocation({"EU": "eu-central-1", "NA": "us-east-1", "*": "us-east-1"})
    """

    def __init__(self, areas: Mapping[str, str]) -> None:
        for area in areas:
            if area != "*":
                _check_area(area)
        self._areas = dict(areas)

    def regions(self) -> list[str]:
        """List the Regions that the policy names."""
        return list(dict.fromkeys(self._areas.values()))

    def order(self, user: Location, _router: Router, /) -> list[str]:
        """Order Regions from the smallest area to the default; without a match there is none."""
        state = None if user.state is None else f"US-{user.state}"
        areas = (state, user.country, user.continent, "*")
        found = (self._areas[area] for area in areas if area is not None and area in self._areas)
        return list(dict.fromkeys(found))


class Latency:
    """The Region with the lowest latency from the user."""

    def __init__(self, regions: Sequence[str] | None = None) -> None:
        self._regions = None if regions is None else list(regions)

    def regions(self) -> list[str]:
        """List the Regions that the policy names."""
        return self._regions or []

    def order(self, user: Location, router: Router, /) -> list[str]:
        """Order Regions by the user's latencies, or by the network's from the user's Region."""

        def seconds(region: str) -> float:
            if user.latencies is not None:
                return user.latencies.get(region, float("inf"))
            if user.region is None or user.region == region or user.region not in router.world:
                return 0.0
            return router.world.network.latency(user.region, region)

        return sorted(self._regions or router.world.regions, key=seconds)


class Weighted:
    """Chance by weight, from 0 to 255. Those of weight 0 come last, unless all have it."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        wrong = [weight for weight in weights.values() if not 0 <= weight <= 255]
        if wrong:
            raise ValueError(f"a weight is from 0 to 255, not {wrong[0]}")
        self._weights = dict(weights)

    def regions(self) -> list[str]:
        """List the Regions that the policy names."""
        return list(self._weights)

    def order(self, _user: Location, router: Router, /) -> list[str]:
        """Draw Regions by their weights, one after the other."""
        left = dict(self._weights)
        order = []
        while left:
            weights = list(left.values()) if any(left.values()) else [1] * len(left)
            region = router.chance.choices(list(left), weights)[0]
            order.append(region)
            del left[region]
        return order


class Failover:
    """The primary Region, or the secondary while the primary is unhealthy; the primary if both are."""

    def __init__(self, primary: str, secondary: str) -> None:
        self._order = [primary, secondary]

    def regions(self) -> list[str]:
        """List the Regions that the policy names."""
        return self._order

    def order(self, _user: Location, _router: Router, /) -> list[str]:
        """Order the primary Region before the secondary."""
        return self._order


class Router:
    """Finds the Region that answers a user, by a policy and health checks on the world's clock.

    An answer is kept for `ttl` seconds, as resolvers keep one. Between the failure of a Region and the moment
    in which checks notice it, users are still sent there and see `EndpointConnectionError`.
    """

    def __init__(
        self,
        world: World,
        policy: Policy,
        *,
        health_check: HealthCheck | None = None,
        ttl: float = 60,
        seed: int = 0,
        now: Callable[[], float] | None = None,
    ) -> None:
        if ttl < 0:
            raise ValueError(f"ttl is not below 0 seconds: {ttl}")
        unknown = [region for region in policy.regions() if region not in world]
        if unknown:
            raise ValueError(f"there is no Region {unknown[0]} in this world")
        self.world = world
        self.policy = policy
        self.health_check = health_check or HealthCheck()
        self.ttl = ttl
        self.chance = random.Random(seed)
        self._now = now or world.now

    def is_healthy(self, region: str) -> bool:
        """Tell whether the checks believe that a Region answers."""
        check = self.health_check
        return self.world.is_healthy(region, interval=check.interval, threshold=check.threshold)

    def resolve(self, user: Location | None = None) -> str | None:
        """Name the Region that answers a user now; `None` where the policy has none for the user."""
        order = self.policy.order(user or Location(), self)
        healthy = [region for region in order if self.is_healthy(region)]
        return next(iter(healthy or order), None)

    def client(self, user: Location | None = None, service: str = "dynamodb") -> RoutedClient:
        """Make a client that sends each call to the user's Region."""
        return RoutedClient(self, user or Location(), service)


class RoutedClient:
    """A client with the methods of boto3's, whose Region is found anew once the last answer is too old."""

    def __init__(self, router: Router, user: Location, service: str) -> None:
        self._router = router
        self._user = user
        self._service = service
        self._clients: dict[str, Client] = {}
        self._region: str | None = None
        self._until = float("-inf")

    @property
    def region(self) -> str:
        """The Region that answers the next call."""
        now = self._router._now()
        if self._region is None or now >= self._until:
            region = self._router.resolve(self._user)
            if region is None:
                raise LookupError("the policy has no Region for this user")
            self._region, self._until = region, now + self._router.ttl
        return self._region

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        region = self.region
        if region not in self._clients:
            self._clients[region] = self._router.world[region].client(self._service)
        return getattr(self._clients[region], name)
