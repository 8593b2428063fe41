"""What is told of memory."""

from __future__ import annotations

import statistics
from typing import Any

from benches.table import figure, markdown, spread


def section(result: dict[str, Any]) -> str:
    """The section of RESULTS.md."""
    encoded = result["item_bytes"]
    text = (
        f"## Memory\n\n{result['items']:,} items of {encoded / result['items']:.0f} encoded bytes "
        f"({encoded / 1e6:.0f} MB; their keys have {result['key_bytes'] / 1e6:.0f} MB). "
        "Growth of the resident set of a fresh process that makes each item when it is its turn. The time to "
        "load is that of another process, which has made all items before its clock starts; seconds of the "
        f"wall, {result['rounds']} rounds.\n\n"
    )
    rows = []
    for row in result["rows"]:
        seconds = row.get("seconds", [])
        rows.append(
            [
                row["name"],
                f"{row['resident_bytes'] / 1e6:.0f}",
                f"{row['resident_bytes'] / result['items']:.0f}",
                f"{row['resident_bytes'] / encoded:.2f}x",
                figure(statistics.median(seconds)) if seconds else "",
                spread(seconds) if seconds else "",
                figure(statistics.median(row["cpu_seconds"])) if seconds else "",
            ]
        )
    headers = ["", "MB", "bytes an item", "to encoded bytes", "s to load", "quartiles s", "CPU s"]
    text += markdown(headers, rows)
    for name, reason in result["missing"].items():
        text += f"\nMissing: {name} ({reason}).\n"
    return text


def short(result: dict[str, Any]) -> str:
    """The table of the README."""
    rows = [
        [
            row["name"],
            f"{row['resident_bytes'] / 1e6:.0f}",
            f"{row['resident_bytes'] / result['item_bytes']:.2f}x",
        ]
        for row in result["rows"]
    ]
    return f"Memory for {result['items']:,} items:\n\n" + markdown(["", "MB", "to encoded bytes"], rows)
