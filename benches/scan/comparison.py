"""Scans a table of a million items in its ways, beside a plain read of the same bytes."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from benches.core import example

ITEMS, QUICK_ITEMS = 1_000_000, 20_000
ROUNDS, QUICK_ROUNDS = 15, 2


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Scan in every way in each round; JSON with a sample for each."""
    rounds, items = (QUICK_ROUNDS, QUICK_ITEMS) if quick else (ROUNDS, ITEMS)
    threads = len(os.sched_getaffinity(0))
    tell(f"a table of {items:,} items, {threads} threads")
    return {"rounds": rounds, **example.measured("scan", rounds, items, threads)}
