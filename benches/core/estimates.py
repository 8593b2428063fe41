"""Runs criterion and reads what it found."""

from __future__ import annotations

import json
import pathlib
import subprocess
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target" / "criterion"
COMMAND = ["cargo", "bench", "--locked", "--package", "dynacore-benches", "--bench", "engine", "--"]


def measure(*, quick: bool, only: str | None = None) -> dict[str, Any]:
    """Run every bench of the crate, or those whose name holds `only`; JSON with times in nanoseconds."""
    before = {path: path.stat().st_mtime_ns for path in FOLDER.glob("**/new/estimates.json")}
    options = ["--quiet", "--noplot", *(["--quick"] if quick else []), *([only] if only else [])]
    subprocess.run([*COMMAND, *options], cwd=ROOT, check=True)
    rows = []
    for path in FOLDER.glob("**/new/estimates.json"):
        if before.get(path) == path.stat().st_mtime_ns:
            continue  # of a bench that is no more
        sample = json.loads(path.with_name("sample.json").read_text())
        times = [time / count for time, count in zip(sample["times"], sample["iters"], strict=True)]
        name = json.loads(path.with_name("benchmark.json").read_text())["full_id"]
        rows.append({"name": name, "times": times})
    return {"rows": sorted(rows, key=lambda row: row["name"])}
