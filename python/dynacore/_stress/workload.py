"""What a client does: which operations, in which shares, on which keys, with items of which size."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

OPERATIONS: Final = ("read", "update", "insert", "delete", "scan", "rmw")
"""`rmw` reads an item and then updates it; its latency is that of both."""

DISTRIBUTIONS: Final = ("zipfian", "uniform", "latest", "hotspot", "sequential")


@dataclass(frozen=True)
class Workload:
    """A mix of operations and the keys they choose.

    >>> ycsb("b").shares
    {'read': 0.95, 'update': 0.05}
    """

    name: str
    shares: Mapping[str, float]
    distribution: str = "zipfian"
    records: int = 1_000
    fields: int = 10
    field_bytes: int = 100
    scan_items_max: int = 100
    consistent: bool = False
    _cumulative: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.distribution not in DISTRIBUTIONS:
            raise ValueError(f"no distribution {self.distribution!r}; there are: {', '.join(DISTRIBUTIONS)}")
        self._cumulative.extend(accumulate(self.shares.values()))

    def choose(self, chance: random.Random) -> str:
        """Choose the next operation."""
        point = chance.random() * self._cumulative[-1]
        for operation, until in zip(self.shares, self._cumulative, strict=True):
            if point < until:
                return operation
        return list(self.shares)[-1]

    def document(self) -> dict[str, object]:
        """Describe it for a report."""
        return {
            "name": self.name,
            "shares": dict(self.shares),
            "distribution": self.distribution,
            "records": self.records,
            "fields": self.fields,
            "field_bytes": self.field_bytes,
        }


# The core workloads of YCSB: Cooper et al., "Benchmarking cloud serving systems with YCSB" (2010), table 2;
# F is of its later releases.
_YCSB: Final[Mapping[str, tuple[Mapping[str, float], str]]] = {
    "a": ({"read": 0.5, "update": 0.5}, "zipfian"),
    "b": ({"read": 0.95, "update": 0.05}, "zipfian"),
    "c": ({"read": 1.0}, "zipfian"),
    "d": ({"read": 0.95, "insert": 0.05}, "latest"),
    "e": ({"scan": 0.95, "insert": 0.05}, "zipfian"),
    "f": ({"read": 0.5, "rmw": 0.5}, "zipfian"),
}

YCSB_NAMES: Final = tuple(_YCSB)


def ycsb(name: str) -> Workload:
    """Make a core workload of YCSB, from "a" to "f"."""
    shares, distribution = _YCSB[name.lower()]
    return Workload(f"YCSB {name.upper()}", shares, distribution)


def read_mix(text: str) -> dict[str, float]:
    """Read shares of operations: `read=90,update=10`.

    >>> read_mix("read=9, scan=1")
    {'read': 9.0, 'scan': 1.0}
    """
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, separator, number = (piece.strip() for piece in part.partition("="))
        if name not in OPERATIONS:
            raise ValueError(f"no operation {name!r} in {text!r}; there are: {', '.join(OPERATIONS)}")
        if name in shares:
            raise ValueError(f"{name} is twice in {text!r}")
        try:
            share = float(number)
        except ValueError:
            share = -1.0
        if not separator or not 0 < share < float("inf"):
            raise ValueError(f"{part.strip()!r} gives no positive share: write it as {name}=10")
        shares[name] = share
    return shares
