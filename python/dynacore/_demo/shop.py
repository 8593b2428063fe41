"""Part 4: an online shop that takes orders in three Regions, with a trigger that lowers the stock."""

from __future__ import annotations

import logging
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from dynacore import Attr, VirtualClock, World
from dynacore._demo.lanes import Lane, Lanes, LevelLane, RateLane, Span, SpanLane
from dynacore._demo.places import IRELAND, MUMBAI, REQUEST_SECONDS, VIRGINIA, connect, short_name
from dynacore._demo.stage import Actor, Stage
from dynacore._demo.stock_keeper import ORDERS, STOCK, PlannedError, StockKeeper
from dynacore._replication import Comparison

REGIONS: Final = (MUMBAI, VIRGINIA, IRELAND)
SHARES: Final = {"kettle": 120, "lamp": 120, "teapot": 25}
"""What each Region may sell of a product. Of the last there is too little."""
ORDERS_PER_SECOND: Final = 1.5
"""In each Region, on average."""
CLOSES_AT: Final = 60.0
"""When the shop takes no more orders, in seconds since it opened."""
CUT: Final = (20.0, 32.0)
"""While nothing passes between Mumbai and Ireland."""
SETTLE_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Product:
    """A product over all Regions, in pieces."""

    name: str
    at_start: int
    ordered: int
    """In all orders that were taken."""
    shipped: int
    """In those for which there was stock."""
    left: int
    """What the items of the Regions say at the end, together."""
    shared_left: int
    """What the one item says that all Regions lowered, for comparison."""

    def document(self) -> dict[str, Any]:
        """Give it as the JSON has it."""
        return {
            "name": self.name,
            "at_start": self.at_start,
            "ordered": self.ordered,
            "shipped": self.shipped,
            "back_ordered": self.ordered - self.shipped,
            "left": self.left,
            "shared_item_left": self.shared_left,
        }


@dataclass(frozen=True)
class Lag:
    """How late orders of one Region came to the trigger of another, in seconds after they were taken."""

    region: str
    seen_in: str
    seconds: list[float]
    arrived_at: list[float]

    def document(self) -> dict[str, Any]:
        """Give it as the JSON has it."""
        return {
            "from": self.region,
            "to": self.seen_in,
            "orders": len(self.seconds),
            "least_seconds": round(min(self.seconds), 4),
            "median_seconds": round(statistics.median(self.seconds), 4),
            "most_seconds": round(max(self.seconds), 4),
        }


@dataclass(frozen=True)
class Branch:
    """A Region of the shop."""

    region: str
    taken_at: list[float]
    request_seconds: float
    """How long taking an order took, the median."""
    calls: int
    """Calls of the function that lowers the stock."""
    failed_calls: int
    repeated: int
    """Orders that a call brought again, and that were not counted again."""

    def document(self) -> dict[str, Any]:
        """Give it as the JSON has it."""
        return {
            "region": self.region,
            "orders": len(self.taken_at),
            "request_seconds": round(self.request_seconds, 4),
            "calls": self.calls,
            "failed_calls": self.failed_calls,
            "orders_brought_again": self.repeated,
        }


@dataclass(frozen=True)
class Trade:
    """What came of it."""

    branches: list[Branch]
    products: list[Product]
    lags: list[Lag]
    stock_levels: list[tuple[float, float]]
    """Pieces in stock as Ireland has it, over time."""
    comparisons: dict[str, list[Comparison]]
    """By table: Mumbai against each of the others at the end."""
    virtual_seconds: float
    wall_seconds: float

    def document(self) -> dict[str, Any]:
        """Give what `--json` prints."""
        return {
            "tables": [ORDERS, STOCK],
            "regions": list(REGIONS),
            "cut_seconds": list(CUT),
            "branches": [branch.document() for branch in self.branches],
            "products": [product.document() for product in self.products],
            "lags": [lag.document() for lag in self.lags],
            "compared_at_end": {
                table: [comparison._asdict() for comparison in found]
                for table, found in self.comparisons.items()
            },
        }

    def lanes(self) -> Lanes:
        """Give what the charts draw."""
        rows: list[Lane] = [
            RateLane(f"orders in {short_name(branch.region)}", branch.taken_at, "write", 5)
            for branch in self.branches
        ]
        rows.append(SpanLane("Mumbai, Ireland", [Span(*CUT, "cut", "error")]))
        slow = next(lag for lag in self.lags if (lag.region, lag.seen_in) == (MUMBAI, IRELAND))
        rows.append(RateLane("arrive in Ireland", slow.arrived_at, "seen"))
        rows.append(LevelLane("stock, seen there", self.stock_levels, "level"))
        note = (
            "orders a second, those of Mumbai as they arrive in Ireland; pieces in stock as Ireland has them"
        )
        return Lanes("The shop", CLOSES_AT + SETTLE_SECONDS, rows, note)


def _is_unexpected(record: logging.LogRecord) -> bool:
    return record.exc_info is None or not isinstance(record.exc_info[1], PlannedError)


class Shop:
    """One run, in a world of its own."""

    def __init__(self, seed: int) -> None:
        self._wall_began = time.perf_counter()
        self._clock = VirtualClock()
        self._made_at = self._clock.now()
        self._world = World(REGIONS, clock=self._clock, seed=seed)
        connect(self._world)
        for name in (ORDERS, STOCK):
            self._make_table(name)
        self._fill_stock()
        self._began = self._clock.now()
        self._taken: dict[str, list[tuple[float, str, int]]] = {region: [] for region in REGIONS}
        self._request_seconds: dict[str, list[float]] = {region: [] for region in REGIONS}
        self._taken_at: dict[str, float] = {}
        self._arrivals: dict[tuple[str, str], dict[str, float]] = {}
        self._levels: list[tuple[float, float]] = []
        self._chances = {region: random.Random(f"{seed} {region}") for region in REGIONS}
        self._keepers = {
            region: StockKeeper(region, self._world, fails=region == MUMBAI) for region in REGIONS
        }
        for region, keeper in self._keepers.items():
            self._follow(region, keeper)
        # One call fails on purpose, and who reads the report need not read its traceback.
        self._log = logging.getLogger("dynacore.triggers")

    def run(self) -> Trade:
        """Play it."""
        stage = Stage(self._clock)
        for region in REGIONS:
            stage.add(self._take_orders(region))
        stage.add(self._cut_and_heal(), CUT[0])
        stage.add(self._watch_stock())
        self._log.addFilter(_is_unexpected)
        try:
            stage.run()
        finally:
            self._log.removeFilter(_is_unexpected)
        trade = self._trade()
        self._world.close()
        return trade

    def _make_table(self, name: str) -> None:
        client: Any = self._world[VIRGINIA].client()
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "ID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "ID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for region in (MUMBAI, IRELAND):
            client.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": region}}])
            self._clock.advance(10)

    def _fill_stock(self) -> None:
        table = self._world[VIRGINIA].resource().Table(STOCK)
        for product, share in SHARES.items():
            for region in REGIONS:
                table.put_item(Item={"ID": f"{product}, {region}", "pieces": share})
            table.put_item(Item={"ID": f"{product}, shared", "pieces": share * len(REGIONS)})
        self._clock.advance(SETTLE_SECONDS)

    def _follow(self, region: str, keeper: StockKeeper) -> None:
        """Make the Region's trigger, and let it note when the orders of the other Regions come."""

        def note(order: dict[str, Any]) -> None:
            pair, key = (order["region"]["S"], region), order["ID"]["S"]
            self._arrivals.setdefault(pair, {})[key] = self._now()

        keeper.tell_of_others = note
        self._world[region].on_change(ORDERS, keeper, filters=[{"eventName": ["INSERT"]}])

    def _now(self) -> float:
        return self._clock.now() - self._began

    def _take_orders(self, region: str) -> Actor:
        table, chance = self._world[region].resource().Table(ORDERS), self._chances[region]
        yield chance.expovariate(ORDERS_PER_SECOND)
        while self._now() < CLOSES_AT:
            sent_at = self._now()
            product, pieces = chance.choice(list(SHARES)), chance.randint(1, 3)
            key = f"{region}, order {len(self._taken[region]) + 1}"
            yield REQUEST_SECONDS / 2
            # It is of this Region, and no other ever writes it before it is there.
            self._taken_at[key] = self._now()
            item = {"ID": key, "region": region, "product": product, "pieces": pieces}
            table.put_item(Item=item, ConditionExpression=Attr("ID").not_exists())
            yield REQUEST_SECONDS / 2
            self._taken[region].append((self._taken_at[key], product, pieces))
            self._request_seconds[region].append(self._now() - sent_at)
            yield chance.expovariate(ORDERS_PER_SECOND)

    def _cut_and_heal(self) -> Actor:
        self._world.network.cut(MUMBAI, IRELAND)
        yield CUT[1] - CUT[0]
        self._world.network.heal(MUMBAI, IRELAND)

    def _watch_stock(self) -> Actor:
        while self._now() < CLOSES_AT + SETTLE_SECONDS:
            self._levels.append((self._now(), float(sum(self._left(IRELAND, REGIONS).values()))))
            yield LOOK_SECONDS

    def _left(self, region: str, owners: Iterable[str]) -> Counter[str]:
        """Read how many pieces of each product there are, as a Region has it, in the items of some owners."""
        table: Any = self._world[region].resource().Table(STOCK)
        left: Counter[str] = Counter()
        for product in SHARES:
            for owner in owners:
                item = table.get_item(Key={"ID": f"{product}, {owner}"})["Item"]
                left[product] += int(item["pieces"])
        return left

    def _trade(self) -> Trade:
        branches = [
            Branch(
                region=region,
                taken_at=[at for at, _, _ in self._taken[region]],
                request_seconds=statistics.median(self._request_seconds[region]),
                calls=keeper.calls,
                failed_calls=keeper.failed_calls,
                repeated=keeper.repeated,
            )
            for region, keeper in self._keepers.items()
        ]
        lags = [self._lag(region, other) for region in REGIONS for other in REGIONS if region != other]
        comparisons = {
            name: [self._world.compare(name, MUMBAI, other) for other in (VIRGINIA, IRELAND)]
            for name in (ORDERS, STOCK)
        }
        wall_seconds = time.perf_counter() - self._wall_began
        virtual_seconds = self._clock.now() - self._made_at
        products = self._products()
        return Trade(branches, products, lags, self._levels, comparisons, virtual_seconds, wall_seconds)

    def _lag(self, region: str, other: str) -> Lag:
        arrivals = self._arrivals[region, other]
        seconds = [at - self._taken_at[key] for key, at in arrivals.items()]
        return Lag(region, other, seconds, list(arrivals.values()))

    def _products(self) -> list[Product]:
        ordered: Counter[str] = Counter()
        for orders in self._taken.values():
            for _, product, pieces in orders:
                ordered[product] += pieces
        shipped: Counter[str] = Counter()
        for order in self._world[IRELAND].resource().Table(ORDERS).scan()["Items"]:
            shipped[order["product"]] += int(order["pieces"]) * (order["state"] == "shipped")
        left, shared = self._left(IRELAND, REGIONS), self._left(IRELAND, ["shared"])
        return [
            Product(name, share * len(REGIONS), ordered[name], shipped[name], left[name], shared[name])
            for name, share in SHARES.items()
        ]
