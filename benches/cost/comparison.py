"""What operations cost on tables of a thousand to a million items: the engine alone, then through doors."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

from benches.core.estimates import ROOT
from benches.cost import doors

SIZES, QUICK_SIZES = (1_000, 100_000, 1_000_000), (1_000, 10_000)
ROUNDS, QUICK_ROUNDS = 21, 3
LIMIT_SECONDS = 900
COMMAND = [
    "cargo",
    "run",
    "--quiet",
    "--release",
    "--locked",
    "--package",
    "dynacore-benches",
    "--example",
    "cost",
]


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every operation on every size; JSON with a sample for each round."""
    rounds, sizes = (QUICK_ROUNDS, QUICK_SIZES) if quick else (ROUNDS, SIZES)
    tell(f"tables of {', '.join(f'{size:,}' for size in sizes)} items")
    command = [*COMMAND, "--", str(rounds), *map(str, sizes)]
    finished = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=LIMIT_SECONDS
    )
    measured: dict[str, Any] = json.loads(finished.stdout)
    for sample in measured["samples"]:
        sample["door"] = "the engine alone"
    measured["samples"] += doors.measure(sizes, rounds, tell)
    measured["door_operations"] = doors.OPERATIONS
    return measured
