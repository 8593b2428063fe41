"""Counts instructions for the results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Count each operation; JSON with a count for each. It is exact, so a quick one is no other."""
    # It needs the extension, which is found only now.
    from benches.instructions import callgrind

    del quick
    tell("under callgrind")
    try:
        counts = callgrind.count()
    except callgrind.UncountableError as error:
        raise RuntimeError(str(error)) from error
    return {
        "compiler": callgrind.compiler(),
        "counts": {name: count._asdict() for name, count in counts.items()},
    }
