"""What items cost in memory: each holder in a fresh process, servers by their resident set."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benches.core import example
from benches.http import servers
from benches.http.rivals import MissingError

ITEMS, QUICK_ITEMS = 1_000_000, 100_000
ROUNDS, QUICK_ROUNDS = 5, 2
LIMIT_SECONDS = 900
# Servers that load a million items in a minute or two. The others are known to take several times the memory.
SERVERS = ("dynacore serve", "dynacore-server", "dynoxide")
_HOLDERS = [sys.executable, "-m", "benches.memory.holders"]
ENGINE_ALONE = "dynacore, the engine alone"


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure every holder; JSON with a row for each."""
    from benches.memory.holders import HOLDERS

    items = QUICK_ITEMS if quick else ITEMS
    tell("the engine alone")
    engine = example.measured("memory", items)
    rows: list[dict[str, Any]] = [{"name": ENGINE_ALONE, "resident_bytes": engine["resident_bytes"]}]
    for name in HOLDERS:
        tell(name)
        rows.append(
            {"name": name, **_json([*_HOLDERS, "memory", name, str(items)]), "seconds": [], "cpu_seconds": []}
        )
    rounds = QUICK_ROUNDS if quick else ROUNDS
    for number in range(rounds):
        for row in rows[1:]:
            tell(f"loading, round {number + 1} of {rounds}: {row['name']}")
            loaded = _json([*_HOLDERS, "load", row["name"], str(items)])
            row["seconds"].append(loaded["seconds"])
            row["cpu_seconds"].append(loaded["cpu_seconds"])
    missing = {}
    for name in SERVERS:
        tell(f"{name} over HTTP")
        try:
            rows.append({"name": f"{name}, server", "resident_bytes": _server(name, items)})
        except (MissingError, subprocess.SubprocessError) as error:
            missing[name] = str(error)
    return {
        "items": items,
        "rounds": rounds,
        "item_bytes": engine["item_bytes"],
        "key_bytes": engine["key_bytes"],
        "rows": rows,
        "missing": missing,
    }


def _server(name: str, items: int) -> int:
    server = servers.ALL[name]()
    try:
        server.wait_until_ready()
        before = server.resident_bytes()
        command = [sys.executable, "-m", "benches.http.requests", str(server.port), str(items)]
        subprocess.run([*server.prefix, *command], check=True, timeout=LIMIT_SECONDS)
        return server.resident_bytes() - before
    finally:
        server.stop()


def _json(command: list[str]) -> dict[str, Any]:
    finished = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    answer: dict[str, Any] = json.loads(finished.stdout)
    return answer
