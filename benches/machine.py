"""What the numbers were measured on, and how busy it was."""

from __future__ import annotations

import contextlib
import os
import pathlib
import platform
import subprocess
import time
from typing import Any

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CHILDREN_MAX = 64


def describe() -> dict[str, Any]:
    """The machine and its load now; to be taken before and after."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "commit": _commit(),
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }


def _processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "no commit"


def cpu_seconds(pid: int) -> float:
    """User and system time that a process and its living children have used."""
    seconds = 0.0
    for member in _family(pid):
        # The name in brackets may hold spaces.
        fields = pathlib.Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
    return seconds


def wants_processor(pid: int) -> bool:
    """Whether a thread of a process or of its living children runs, or would if it got a processor."""
    for member in _family(pid):
        for thread in pathlib.Path(f"/proc/{member}/task").iterdir():
            with contextlib.suppress(OSError):  # a thread may have ended
                if thread.joinpath("stat").read_text().rpartition(")")[2].split()[0] in ("R", "D"):
                    return True
    return False


def resident_bytes(pid: int) -> int:
    """Memory that a process and its living children hold."""
    total = 0
    for member in _family(pid):
        for line in pathlib.Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) * 1024
    return total


def _family(pid: int) -> list[int]:
    members = [pid]
    for member in members:
        text = pathlib.Path(f"/proc/{member}/task/{member}/children").read_text()
        members += [int(child) for child in text.split()]
        assert len(members) <= CHILDREN_MAX, "a server has few processes"
    return members
