"""What is told of instructions."""

from __future__ import annotations

from typing import Any

from benches.table import markdown


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    rows = [
        [name, f"{count['instructions']:,.0f}", f"{count['allocations']:.1f}"]
        for name, count in result["counts"].items()
    ]
    return (
        "## Instructions\n\n"
        "Of dynacore's own code in an operation, and how often it allocates, counted by callgrind as the "
        "difference of n and 2n operations; what Python, the C library and the kernel do is not in it. The "
        "same whatever else the machine does: `make test` compares them with "
        f"`benches/instructions/counts.json`. Made by {result['compiler']}.\n\n"
        + markdown(["", "instructions", "allocations"], rows)
    )
