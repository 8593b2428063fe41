"""The comparison: rounds over operations, and in each every server in turn."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from benches.http import servers
from benches.http.generator import CONNECTIONS, Generator
from benches.http.requests import ITEMS, OPERATIONS, Checked, Operation
from benches.http.rivals import MissingError
from benches.http.servers import Server

ROUNDS, SECONDS = 5, 2.0
QUICK_ROUNDS, QUICK_SECONDS = 2, 1.0
WARM_UP_SECONDS = 1.0
LOAD_SECONDS = 300
FLOOR = "fixed reply (floor)"
# Those whose rates are put beside the best rival's; the floor is no rival either.
OWN = ("dynacore serve", "dynacore-server")

Tell = Callable[[str], None]


def compare(
    *, quick: bool, tell: Tell, only: Sequence[str] = (), operations: Sequence[str] = ()
) -> dict[str, Any]:
    """Measure every server that can be had, or `only` some, by all `operations` or some.

    JSON with the samples of each operation and server.
    """
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    asked = [operation for operation in OPERATIONS if not operations or operation.name in operations]
    missing: dict[str, str] = {}
    running: list[Server] = []
    checked: dict[str, Checked] = {}
    generator = Generator(asked)
    try:
        for name, start in servers.ALL.items():
            if only and name not in only:
                continue
            try:
                tell(f"starting {name}")
                server, found = _started(start)
                running.append(server)
                checked[server.name] = found
            except (MissingError, RuntimeError, subprocess.SubprocessError) as error:
                missing[name] = str(error)
                tell(f"{name} is missing: {error}")
        samples: list[dict[str, Any]] = []
        for number in range(-1, rounds):
            for operation in asked:
                for server in list(running):
                    if operation.name in checked[server.name]["left_out"]:
                        continue
                    warm_up = number < 0
                    stage = "warm-up" if warm_up else f"round {number + 1} of {rounds}"
                    tell(f"{stage}: {operation.name}, {server.name}")
                    try:
                        lasting = WARM_UP_SECONDS if warm_up else seconds
                        sample = _measure(generator, operation, server, lasting)
                    except (RuntimeError, subprocess.SubprocessError) as error:
                        # The others are measured without it.
                        missing[server.name] = f"{operation.name}, {stage}: {error}"
                        running.remove(server)
                        server.stop()
                        continue
                    if not warm_up:
                        samples.append({**sample, "round": number})
    finally:
        for server in running:
            server.stop()
        generator.close()
    return {
        "samples": samples,
        "missing": missing,
        # By server and operation: bytes of an answer's body, or why it is not measured.
        "answer_bytes": {name: found["answer_bytes"] for name, found in checked.items()},
        "left_out": {name: found["left_out"] for name, found in checked.items()},
        "rounds": rounds,
        "seconds": seconds,
        "connections": CONNECTIONS,
        "items": ITEMS,
        "generator": generator.name,
    }


def _started(start: Callable[[], Server]) -> tuple[Server, Checked]:
    server = start()
    checked: Checked = {"answer_bytes": {}, "left_out": {}}
    try:
        server.wait_until_ready()
        if server.name != FLOOR:
            command = [sys.executable, "-m", "benches.http.requests", str(server.port), str(ITEMS), "check"]
            loaded = subprocess.run(
                [*server.prefix, *command], check=False, capture_output=True, text=True, timeout=LOAD_SECONDS
            )
            if loaded.returncode != 0:
                raise MissingError(f"it did not load: {(loaded.stderr.strip().splitlines() or ['?'])[-1]}")
            checked = json.loads(loaded.stdout)
        with server.running():
            pass
    except BaseException:
        server.stop()
        raise
    return server, checked


def _measure(generator: Generator, operation: Operation, server: Server, seconds: float) -> dict[str, Any]:
    with server.running():
        before = server.cpu_seconds()
        load = generator.run(operation, server.port, seconds, server.prefix)
        used = server.cpu_seconds() - before
    return {
        "server": server.name,
        "operation": operation.name,
        # A refusal is quickly made and no answer.
        "rate": (load.requests - load.refused) / load.seconds,
        "cpu_us": used / load.requests * 1e6 if load.requests else 0.0,
        "refused": load.refused,
        "broken": load.broken,
        "p50": load.p50,
        "p99": load.p99,
    }


def series(result: dict[str, Any], field: str) -> dict[tuple[str, str], list[float]]:
    """The samples of a field by operation and server, in order of the rounds."""
    found: dict[tuple[str, str], list[float]] = {}
    for sample in result["samples"]:
        found.setdefault((sample["operation"], sample["server"]), []).append(sample[field])
    return found


def rivals(result: dict[str, Any], operation: str) -> dict[int, tuple[float, str]]:
    """By round: the highest rate of a rival at an operation, and whose it is."""
    best: dict[int, tuple[float, str]] = {}
    for sample in result["samples"]:
        if sample["operation"] == operation and sample["server"] not in (*OWN, FLOOR):
            found = (sample["rate"], sample["server"])
            best[sample["round"]] = max(best.get(sample["round"], found), found)
    return best
