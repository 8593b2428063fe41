"""What operations cost on tables of a thousand to a million items: the engine alone, then through doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benches.core import example
from benches.cost import doors

SIZES, QUICK_SIZES = (1_000, 100_000, 1_000_000), (1_000, 10_000)
ROUNDS, QUICK_ROUNDS = 21, 3


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every operation on every size; JSON with a sample for each round."""
    rounds, sizes = (QUICK_ROUNDS, QUICK_SIZES) if quick else (ROUNDS, SIZES)
    tell(f"tables of {', '.join(f'{size:,}' for size in sizes)} items")
    measured = example.measured("cost", rounds, *sizes)
    for sample in measured["samples"]:
        sample["door"] = "the engine alone"
    measured["samples"] += doors.measure(sizes, rounds, tell)
    measured["door_operations"] = doors.OPERATIONS
    return measured
