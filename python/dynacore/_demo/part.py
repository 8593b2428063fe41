"""Parts 2 to 4, as the command plays them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from rich.console import Console

from dynacore._demo.failover import Outage
from dynacore._demo.global_table import GlobalTable
from dynacore._demo.lanes import Lanes
from dynacore._demo.region_report import print_failover, print_global_table, print_shop
from dynacore._demo.shop import Shop


@dataclass(frozen=True)
class WorldPart:
    """A part that was played in a world of Regions."""

    name: str
    """Of its member in the JSON."""
    title: str
    document: dict[str, Any]
    lanes: Lanes
    print: Callable[[Console], None]
    """Prints the report."""
    virtual_seconds: float
    wall_seconds: float


def _global_table(seed: int) -> WorldPart:
    played = GlobalTable(seed).run()
    return WorldPart(
        "global_table",
        "a table in two Regions",
        played.document(),
        played.lanes(),
        partial(print_global_table, played),
        played.virtual_seconds,
        played.wall_seconds,
    )


def _failover(seed: int) -> WorldPart:
    played = Outage(seed).run()
    return WorldPart(
        "failover",
        "a Region fails",
        played.document(),
        played.lanes(),
        partial(print_failover, played),
        played.virtual_seconds,
        played.wall_seconds,
    )


def _shop(seed: int) -> WorldPart:
    played = Shop(seed).run()
    return WorldPart(
        "shop",
        "a shop in three Regions",
        played.document(),
        played.lanes(),
        partial(print_shop, played),
        played.virtual_seconds,
        played.wall_seconds,
    )


PARTS: Final[tuple[Callable[[int], WorldPart], ...]] = (_global_table, _failover, _shop)
"""Each is played with a seed."""
