"""What is told of start and size."""

from __future__ import annotations

import statistics
from typing import Any

from benches.table import figure, markdown, spread


def import_ms(result: dict[str, Any]) -> list[float]:
    """By round: what an import takes more than a Python that does nothing."""
    empty, whole = result["samples"]["an empty Python"], result["samples"]["import dynacore"]
    return [total - alone for total, alone in zip(whole, empty, strict=True)]


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    samples = result["samples"]
    rows = [["a process of Python that does nothing, ms", samples["an empty Python"]]]
    rows.append(["`import dynacore`, ms more than that", import_ms(result)])
    rows.append(["a new `Database()`, us", samples["Database()"]])
    rows += [
        [f"{name}: from its start to the first answer, ms", times]
        for name, times in samples.items()
        if name not in ("an empty Python", "import dynacore", "Database()")
    ]
    sizes = result["sizes"]
    text = (
        f"## Start and size\n\nWall time, {result['rounds']} rounds, each in a fresh process; bytecode was "
        "written before, and a database's is the median of many in a process. A server starts in memory, and "
        "its first request is ListTables.\n\n"
        + markdown(
            ["", "median", "quartiles"], [[n, figure(statistics.median(t)), spread(t)] for n, t in rows]
        )
        + f"\nThe package's files make a wheel of {sizes['wheel'] / 1e6:.2f} MB; the extension in it has "
        f"{sizes['extension'] / 1e6:.1f} MB.\n"
    )
    for name, reason in result["missing"].items():
        text += f"\nMissing: {name} ({reason}).\n"
    return text
