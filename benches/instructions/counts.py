"""The stored counts, and what may differ from them.

The counts through Python are equal from run to run, and from build to build of one source with one compiler;
those through HTTP differ by less than 0.5 %, as a server looks at the time and its threads take turns.
What is left up to the bound is for the compiler: it makes another of a function when its neighbours change.
"""

from __future__ import annotations

import json
import pathlib
import platform
from typing import NamedTuple

from benches.instructions.callgrind import Count, compiler

PATH = pathlib.Path(__file__).parent / "counts.json"
COMMAND = "make counts"
# How many times the stored count a count may be.
INSTRUCTIONS_MAX = 1.03
# A new allocation in every third operation is not a matter of turns any more.
ALLOCATIONS_MORE_MAX = 0.3


class Stored(NamedTuple):
    """Counts, and what they were made with."""

    architecture: str
    compiler: str
    counts: dict[str, Count]


def load() -> Stored:
    """The stored counts."""
    document = json.loads(PATH.read_text())
    counts = {name: Count(**count) for name, count in document["counts"].items()}
    return Stored(document["architecture"], document["compiler"], counts)


def store(counts: dict[str, Count]) -> None:
    """Keep counts as those to compare with."""
    document = {
        "architecture": platform.machine(),
        "compiler": compiler(),
        "counts": {
            name: {"instructions": round(count.instructions), "allocations": round(count.allocations, 1)}
            for name, count in counts.items()
        },
    }
    PATH.write_text(json.dumps(document, indent=2) + "\n")


def too_many(counts: dict[str, Count], stored: Stored) -> list[str]:
    """What costs more than is stored, a line each; nothing where all is well."""
    found = []
    if counts.keys() != stored.counts.keys():
        found.append("the operations that are counted are not those that are stored")
    for name, count in counts.items():
        before = stored.counts.get(name, count)
        change = count.instructions / before.instructions
        if change > INSTRUCTIONS_MAX:
            found.append(
                f"{name}: {count.instructions:,.0f} instructions instead of {before.instructions:,.0f} "
                f"({change - 1:+.1%})"
            )
        if count.allocations > before.allocations + ALLOCATIONS_MORE_MAX:
            found.append(f"{name}: {count.allocations:.1f} allocations instead of {before.allocations:.1f}")
    if found:
        found.append(f"If it is worth that, `{COMMAND}` stores the new counts.")
        if compiler() != stored.compiler:
            found.append(f"The stored ones are of {stored.compiler}, and these of {compiler()}.")
    return found
