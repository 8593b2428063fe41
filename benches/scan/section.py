"""What is told of scans."""

from __future__ import annotations

import statistics
from typing import Any

from benches.table import figure, markdown, ratio, spread

_FLOOR, _ALONE = "memory", "alone"
_NAMES = {
    _FLOOR: "floor: the words of all items added up",
    _ALONE: "one thread",
    "shared": "{threads} threads",
    "locked": "{threads} threads, the engine locked for whole pages",
}


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    times: dict[str, list[float]] = {}
    for sample in result["samples"]:
        times.setdefault(sample["way"], []).append(sample["seconds"])
    rows = []
    for way, seconds in times.items():
        median = statistics.median(seconds)
        rows.append(
            [
                _NAMES[way].format(**result),
                figure(median * 1e3),
                spread([each * 1e3 for each in seconds]),
                figure(result["items"] / median / 1e6),
                figure(result["bytes"] / median / 1e9),
                f"{ratio(seconds, times[_FLOOR]):.2f}x",
                f"{ratio(seconds, times[_ALONE]):.2f}x",
            ]
        )
    headers = ["", "median ms", "quartiles ms", "million items a second", "GB a second", "to the floor"]
    return (
        "## Whole scans\n\n"
        f"No door. {result['items']:,} items are read, in pages as Scan has them, with a filter on a number "
        f"that no item passes; {result['rounds']} rounds, by the wall's time. Segments are four for each "
        f"thread. The floor is one thread that reads the {result['bytes'] / 1e6:,.0f} MB of the same items, "
        "encoded, where they lie one after the other.\n\n" + markdown([*headers, "to one thread"], rows)
    )
