"""The comparison: rounds over operations, and in each every server in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benches.http import servers
from benches.http.generator import CONNECTIONS, Generator
from benches.http.requests import ITEMS, OPERATIONS, Operation
from benches.http.rivals import MissingError
from benches.http.servers import Server

ROUNDS, SECONDS = 5, 2.0
QUICK_ROUNDS, QUICK_SECONDS = 2, 1.0
WARM_UP_SECONDS = 1.0
LOAD_SECONDS = 300
FLOOR = "fixed reply (floor)"

Tell = Callable[[str], None]


def compare(*, quick: bool, only: list[str] | None, tell: Tell) -> dict[str, Any]:
    """Measure every server that can be had; JSON with the samples of each operation and server."""
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    missing: dict[str, str] = {}
    running: list[Server] = []
    generator = Generator(OPERATIONS)
    try:
        for name, start in servers.ALL.items():
            if only and name not in only:
                continue
            try:
                tell(f"starting {name}")
                running.append(_started(start))
            except (MissingError, RuntimeError, subprocess.SubprocessError) as error:
                missing[name] = str(error)
                tell(f"{name} is missing: {error}")
        samples: list[dict[str, Any]] = []
        for number in range(-1, rounds):
            for operation in OPERATIONS:
                for server in running:
                    warm_up = number < 0
                    stage = "warm-up" if warm_up else f"round {number + 1} of {rounds}"
                    tell(f"{stage}: {operation.name}, {server.name}")
                    sample = _measure(generator, operation, server, WARM_UP_SECONDS if warm_up else seconds)
                    if not warm_up:
                        samples.append({**sample, "round": number})
    finally:
        for server in running:
            server.stop()
        generator.close()
    return {
        "samples": samples,
        "missing": missing,
        "rounds": rounds,
        "seconds": seconds,
        "connections": CONNECTIONS,
        "items": ITEMS,
        "generator": generator.name,
    }


def _started(start: Callable[[], Server]) -> Server:
    server = start()
    try:
        server.wait_until_ready()
        if server.name != FLOOR:
            command = [sys.executable, "-m", "benches.http.requests", str(server.port), str(ITEMS), "check"]
            loaded = subprocess.run(
                [*server.prefix, *command], check=False, capture_output=True, text=True, timeout=LOAD_SECONDS
            )
            if loaded.returncode != 0:
                raise MissingError(f"it did not load: {(loaded.stderr.strip().splitlines() or ['?'])[-1]}")
        with server.running():
            pass
    except BaseException:
        server.stop()
        raise
    return server


def _measure(generator: Generator, operation: Operation, server: Server, seconds: float) -> dict[str, Any]:
    with server.running():
        before = server.cpu_seconds()
        load = generator.run(operation, server.port, seconds, server.prefix)
        used = server.cpu_seconds() - before
    return {
        "server": server.name,
        "operation": operation.name,
        "rate": load.requests / load.seconds,
        "cpu_us": used / load.requests * 1e6 if load.requests else 0.0,
        "refused": load.refused,
        "broken": load.broken,
        "p50": load.p50,
        "p99": load.p99,
    }


def medians(result: dict[str, Any], field: str) -> dict[tuple[str, str], float]:
    """The median of a field by operation and server."""
    return {key: statistics.median(values) for key, values in series(result, field).items()}


def series(result: dict[str, Any], field: str) -> dict[tuple[str, str], list[float]]:
    """The samples of a field by operation and server, in order of the rounds."""
    found: dict[tuple[str, str], list[float]] = {}
    for sample in result["samples"]:
        found.setdefault((sample["operation"], sample["server"]), []).append(sample[field])
    return found
