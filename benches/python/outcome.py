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
PYTEST = ["-m", "pytest", "-c", "benches/python/pytest.ini", "benches/python"]


def measure(*, quick: bool) -> dict[str, Any]:
    """Run the suite; JSON with the samples of each operation and subject, in microseconds."""
    with tempfile.TemporaryDirectory(prefix="dynacore-bench-") as folder:
        report = pathlib.Path(folder) / "report.json"
        rounds = [f"--bench-rounds={QUICK_ROUNDS}"] if quick else []
        command = [sys.executable, *PYTEST, f"--benchmark-json={report}", *rounds]
        subprocess.run(command, cwd=ROOT, check=True)
        document = json.loads(report.read_text())
    samples = []
    for bench in document["benchmarks"]:
        about = bench["extra_info"]
        samples.append(
            {
                "operation": about["operation"],
                "subject": about["subject"],
                "round": about["round"],
                "us": bench["stats"]["median"] / about["operations"] * 1e6,
            }
        )
    return {"samples": samples, "rounds": len({sample["round"] for sample in samples})}
