"""What is told of durable puts."""

from __future__ import annotations

import statistics
from typing import Any

from benches.table import figure, markdown, ratio, spread

ROCKSDICT = "rocksdict, log without fsync"
# What a row is compared with: those that promise the same.
_PROMISES = {
    "dynacore commit": ["SQLite WAL FULL"],
    "dynacore interval": ["SQLite WAL NORMAL", ROCKSDICT],
    "dynacore never": ["SQLite WAL NORMAL", ROCKSDICT],
}


def series(result: dict[str, Any], field: str = "us") -> dict[str, dict[str, list[float]]]:
    """Microseconds by the number of writers and by who wrote, in order of the rounds."""
    found: dict[str, dict[str, list[float]]] = {}
    for sample in result["samples"]:
        found.setdefault(sample["what"], {}).setdefault(sample["name"], []).append(sample[field])
    return found


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    text = (
        "## Durable puts through Python\n\nMicroseconds of wall time a put, and those of all threads of the "
        "process on its processors. FULL and commit: durable when "
        "acknowledged. NORMAL, interval and a log without fsync: a crash of the machine may lose the last "
        "ones. A speed above 1x is faster.\n"
    )
    costs = series(result, "cpu_us")
    for what, names in series(result).items():
        rows = []
        for name, times in names.items():
            faster = [
                f"{ratio(names[rival], times):.2f}x {rival}"
                for rival in _PROMISES.get(name, [])
                if rival in names
            ]
            cost = figure(statistics.median(costs[what][name]))
            rows.append([name, figure(statistics.median(times)), spread(times), cost, "; ".join(faster)])
        text += f"\n**{what}**\n\n" + markdown(["", "median us", "quartiles us", "CPU us", "speed"], rows)
    reopen = result["reopen"]
    seconds = ", ".join(f"{second:.2f}" for second in reopen["seconds"])
    return text + (
        f"\nA database of {reopen['items']:,} items, {reopen['bytes'] / 1e6:.0f} MB on disk, answers "
        f"{seconds} s after it begins to be opened.\n"
    )
