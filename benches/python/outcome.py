"""Runs the suite through Python with pytest-benchmark and reads what it found."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUICK_ROUNDS = 2
ITEMS = (10_000, 1_000_000)
PYTEST = ["-m", "pytest", "-c", "benches/python/pytest.ini", "benches/python"]


def measure(*, quick: bool) -> dict[str, Any]:
    """Run the suite; JSON with the samples of each operation and subject, in microseconds."""
    samples: list[dict[str, Any]] = []
    for items in ITEMS:
        samples += _run(items, quick=quick)
    return {"samples": samples, "rounds": len({sample["round"] for sample in samples})}


def _run(items: int, *, quick: bool) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="dynacore-bench-") as folder:
        report = pathlib.Path(folder) / "report.json"
        options = [f"--bench-items={items}", *([f"--bench-rounds={QUICK_ROUNDS}"] if quick else [])]
        command = [sys.executable, *PYTEST, f"--benchmark-json={report}", *options]
        subprocess.run(command, cwd=ROOT, check=True)
        document = json.loads(report.read_text())
    return [
        {
            "operation": bench["extra_info"]["operation"],
            "subject": bench["extra_info"]["subject"],
            "round": bench["extra_info"]["round"],
            "items": items,
            "us": bench["stats"]["median"] / bench["extra_info"]["operations"] * 1e6,
        }
        for bench in document["benchmarks"]
    ]
