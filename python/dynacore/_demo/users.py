"""Users who are routed to a Region, and call it as botocore does."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from dynacore import VirtualClock
from dynacore._demo.client import RETRY_DELAYS_SECONDS
from dynacore._demo.global_table import TABLE_NAME
from dynacore._demo.places import FRANKFURT, VIRGINIA
from dynacore._demo.stage import Actor
from dynacore.exceptions import EndpointConnectionError
from dynacore.routing import Location, RoutedClient

THINK_SECONDS: Final = 3.0
"""From one visit of a user to the next."""

EUROPE: Final = "Europe"
AMERICA: Final = "North America"
LOCATIONS: Final = {
    EUROPE: Location(continent="EU", country="DE", latencies={FRANKFURT: 0.025, VIRGINIA: 0.1}),
    AMERICA: Location(continent="NA", country="US", latencies={FRANKFURT: 0.11, VIRGINIA: 0.03}),
}
"""Where they are; `latencies` is how long a request takes from there."""
NAMES: Final = {
    EUROPE: ("Anna", "Bruno", "Clara", "David", "Elena", "Felix"),
    AMERICA: ("Grace", "Henry", "Irene", "James", "Karen", "Louis"),
}


class Request(NamedTuple):
    """A request as a user saw it. Times are in seconds since the users began."""

    home: str
    user: str
    region: str
    """Where it was sent."""
    sent_at: float
    seconds: float
    refused_at: tuple[float, ...]
    """When attempts met an endpoint that did not answer."""
    is_answered: bool
    """Whether one of the attempts was answered; else the user saw EndpointConnectionError."""

    @property
    def ended_at(self) -> float:
        """When the user had the answer, or the error."""
        return self.sent_at + self.seconds


@dataclass
class Cart:
    """What a user knows of the own cart."""

    visits: int = 0
    """Visits that were begun."""
    acknowledged: int = 0
    """The last visit that was written to the cart and answered."""
    stale_reads: int = 0
    """Reads of the cart that showed an earlier visit than that."""


class User:
    """One user, who looks at a cart and writes it again and again, as long as the users are wanted."""

    def __init__(
        self, name: str, home: str, client: RoutedClient, clock: VirtualClock, requests: list[Request]
    ) -> None:
        self.name = name
        self.home = home
        self.cart = Cart()
        self.visited: list[str] = []
        """The keys of visits that were written and answered, in their order."""
        self._client = client
        self._clock = clock
        self._requests = requests
        self._latencies: Mapping[str, float] = LOCATIONS[home].latencies or {}

    def stay(self, began: float, until: float) -> Actor:
        """Visit until a time. Begins at `began`, both on the clock."""
        while self._clock.now() < until:
            self.cart.visits += 1
            # The page shows an error, and the user tries again.
            with suppress(EndpointConnectionError):
                yield from self._visit(began)
            yield THINK_SECONDS

    def _visit(self, began: float) -> Generator[float]:
        visit, cart = self.cart.visits, self.cart
        key = {"ID": {"S": f"cart of {self.name}"}}
        answer = yield from self._call(began, "get_item", Key=key)
        found = int(answer.get("Item", {}).get("visit", {}).get("N", "0"))
        cart.stale_reads += found < cart.acknowledged
        yield from self._call(began, "put_item", Item=key | {"visit": {"N": str(visit)}})
        cart.acknowledged = visit
        name = f"{self.name}, visit {visit}"
        yield from self._call(began, "put_item", Item={"ID": {"S": name}})
        self.visited.append(name)

    def _call(self, began: float, operation: str, **parameters: Any) -> Generator[float, None, Any]:
        clock, client = self._clock, self._client
        sent_at = clock.now() - began
        # One client has one endpoint: retries go where the first attempt went.
        region = client.region
        send, half = getattr(client, operation), self._latencies[region] / 2
        refused_at: list[float] = []
        answer = None
        for delay_seconds in (*RETRY_DELAYS_SECONDS, None):
            yield half
            try:
                answer = send(TableName=TABLE_NAME, **parameters)
            except EndpointConnectionError:
                refused_at.append(clock.now() - began)
                yield half
                if delay_seconds is None:
                    self._note(region, sent_at, clock.now() - began, refused_at, is_answered=False)
                    raise
                yield delay_seconds
            else:
                yield half
                break
        self._note(region, sent_at, clock.now() - began, refused_at, is_answered=True)
        return answer

    def _note(
        self, region: str, sent_at: float, ended_at: float, refused_at: list[float], *, is_answered: bool
    ) -> None:
        request = Request(
            self.home, self.name, region, sent_at, ended_at - sent_at, tuple(refused_at), is_answered
        )
        self._requests.append(request)
