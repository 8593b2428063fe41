"""Markdown tables, and the few statistics in them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence


def markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    alignment = ["---"] + ["---:"] * (len(headers) - 1)
    lines = [headers, alignment, *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def figure(value: float) -> str:
    """A number with three figures, the thousands marked."""
    if value >= 1_000_000:
        return f"{value / 1_000_000:.2f}M"
    if value >= 1_000:
        return f"{value:,.0f}"
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def spread(samples: Sequence[float]) -> str:
    """The quartiles, or all there is when it is little."""
    if len(samples) < 4:
        return f"{figure(min(samples))}-{figure(max(samples))}"
    quartiles = statistics.quantiles(samples, n=4)
    return f"{figure(quartiles[0])}-{figure(quartiles[2])}"


def quotients(samples: Sequence[float], reference: Sequence[float]) -> list[float]:
    """A round's ratio for each round."""
    return [sample / unit for sample, unit in zip(samples, reference, strict=False) if unit > 0]


def ratio(samples: Sequence[float], reference: Sequence[float]) -> float:
    """The median over rounds of a round's ratio: what the machine's mood did to a round, it did to both."""
    return statistics.median(quotients(samples, reference))
