"""Which record an operation works on."""

from __future__ import annotations

import math
import random
from functools import lru_cache
from typing import Final

from dynacore._stress.workload import Workload

ZIPF_EXPONENT: Final = 0.99
"""YCSB's: the hottest of 1,000 records gets one request in eight."""

HOT_RECORDS_SHARE: Final = 0.2
HOT_REQUESTS_SHARE: Final = 0.8

FNV_OFFSET: Final = 0xCBF29CE484222325
FNV_PRIME: Final = 0x100000001B3
MASK: Final = (1 << 64) - 1


def key_name(number: int) -> str:
    """Name a record. Neighbouring numbers get names that are far apart, as in YCSB.

    >>> key_name(0) != key_name(1)
    True
    """
    return f"user{scramble(number):020d}"


def scramble(number: int) -> int:
    """Spread a number over 64 bits (FNV-1a of its eight bytes).

    >>> scramble(1) == scramble(1) != scramble(2)
    True
    """
    spread = FNV_OFFSET
    for _ in range(8):
        spread = ((spread ^ (number & 0xFF)) * FNV_PRIME) & MASK
        number >>= 8
    return spread


class Records:
    """The records that exist: those that were loaded and those that were inserted since."""

    def __init__(self, count: int) -> None:
        self.count = count
        # Two workers may not get the same number: taking the next one is a single step.
        self._next = iter(range(count, 1 << 62))

    def insert(self) -> int:
        """Take the number of a new record."""
        number = next(self._next)
        self.count = number + 1
        return number


class KeyChooser:
    """Chooses records for one worker."""

    def __init__(self, workload: Workload, records: Records, chance: random.Random) -> None:
        self._records = records
        self._chance = chance
        self._position = chance.randrange(workload.records)
        self._zipf = Zipf(workload.records) if workload.distribution in ("zipfian", "latest") else None
        self._choose = {
            "zipfian": self._zipfian,
            "uniform": self._uniform,
            "latest": self._latest,
            "hotspot": self._hotspot,
            "sequential": self._sequential,
        }[workload.distribution]

    def choose(self) -> int:
        """Choose a record that exists."""
        return self._choose()

    def _uniform(self) -> int:
        return int(self._chance.random() * self._records.count)

    def _zipfian(self) -> int:
        assert self._zipf is not None
        # The hottest records have neighbouring numbers and, as names are scrambled, far-apart places.
        return self._zipf.rank(self._chance.random())

    def _latest(self) -> int:
        assert self._zipf is not None
        return max(self._records.count - 1 - self._zipf.rank(self._chance.random()), 0)

    def _hotspot(self) -> int:
        hot = max(int(self._records.count * HOT_RECORDS_SHARE), 1)
        if self._chance.random() < HOT_REQUESTS_SHARE or hot == self._records.count:
            return int(self._chance.random() * hot)
        return hot + int(self._chance.random() * (self._records.count - hot))

    def _sequential(self) -> int:
        self._position = (self._position + 1) % self._records.count
        return self._position


class Zipf:
    """Ranks from 0 with probability in proportion to `1 / (rank + 1) ** 0.99`.

    A rank takes constant time, by the formula of Gray et al., "Quickly generating billion-record synthetic
    databases" (1994), which is YCSB's too.

    >>> Zipf(1_000).rank(0.0), Zipf(1_000).rank(0.999999) > 900
    (0, True)
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._total = _zeta(count)
        self._alpha = 1 / (1 - ZIPF_EXPONENT)
        first_two = 1 + 0.5**ZIPF_EXPONENT
        self._second_until = first_two
        tail = 1 - first_two / self._total
        self._eta = (1 - (2 / count) ** (1 - ZIPF_EXPONENT)) / tail if count > 2 else 1.0

    def rank(self, point: float) -> int:
        """Map a number from 0 to below 1 to a rank."""
        scaled = point * self._total
        if scaled < 1 or self._count == 1:
            return 0
        if scaled < self._second_until or self._count == 2:
            return 1
        rank = int(self._count * (self._eta * point - self._eta + 1) ** self._alpha)
        return min(rank, self._count - 1)


@lru_cache
def _zeta(count: int) -> float:
    return math.fsum(rank**-ZIPF_EXPONENT for rank in range(1, count + 1))
