"""Counts with valgrind's callgrind and reads what it writes.

A count is exact where the program is: only instructions that were executed inside the extension's own file
are counted, so that Python, its C library and their versions play no part. Allocations are counted by their
number.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

from dynacore import _core

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A minute of the processor at most; the rest is for a machine that is busy.
LIMIT_SECONDS = 900
# The C library's, and jemalloc's, which is a part of the extension: what it calls of itself is no other.
ALLOCATIONS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"} | {
    f"_rjem_{kind}" for kind in ("malloc", "calloc", "realloc", "mallocx", "rallocx")
}
ALLOCATOR = ("_rjem_",)

_NUMBERED = re.compile(r"\((\d+)\)(?: (.*))?")


class Count(NamedTuple):
    """What an operation takes of the extension."""

    instructions: float
    allocations: float


class UncountableError(Exception):
    """Nothing can be counted here; the text says why."""


def count() -> dict[str, Count]:
    """Count each operation of the program."""
    if shutil.which("valgrind") is None:
        raise UncountableError("valgrind is not installed, so no instructions are counted")
    if _core.build_profile != "release":
        raise UncountableError(f"a {_core.build_profile} build of the extension is not counted: make build")
    with tempfile.TemporaryDirectory(prefix="dynacore-bench-") as folder:
        output = pathlib.Path(folder) / "out"
        counted = json.loads(_run(output).partition("COUNTED ")[2].splitlines()[0])
        return {name: _each(output, dumps) for name, dumps in counted.items()}


def _run(output: pathlib.Path) -> str:
    command = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={output}",
        "--dump-before=getppid",
        "--dump-line=no",
        sys.executable,
        "-m",
        "benches.instructions.program",
    ]
    path = os.pathsep.join([str(ROOT / "python"), str(ROOT)])
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": path}
    finished = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
    )
    if finished.returncode != 0 or "COUNTED " not in finished.stdout:
        raise RuntimeError(f"{' '.join(command)} failed:\n{finished.stderr[-3000:]}")
    return finished.stdout


def _each(output: pathlib.Path, dumps: list[list[int]]) -> Count:
    """One operation: the difference of twice as many and as many. What both do once is in neither."""
    (fewer, few), (more, many) = ((_read(output, number), times) for number, times in dumps)
    return Count(*((large - small) / (many - few) for small, large in zip(fewer, more, strict=True)))


def _read(output: pathlib.Path, number: int) -> Count:
    text = output.with_name(f"{output.name}.{number}").read_text()
    assert "Trigger: --dump-before=getppid" in text, "every dump is made at a mark"
    return read(text, pathlib.Path(_core.__file__).name)


def read(text: str, library: str) -> Count:
    """Read from a profile what was executed in a library, and how often it allocated.

    The form is that of https://valgrind.org/docs/manual/cl-format.html: names are numbered where they come
    first; a line of figures is the cost of the function before it, or, after `calls=`, of what that calls.
    """
    names: dict[tuple[str, str], str] = {}
    instructions = allocations = 0
    is_library = is_call = False
    caller = called = ""
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if not equals:
            if is_library and not is_call and line[:1] in "0123456789+-*" and line:
                instructions += int(line.split()[1])
            is_call = False
        elif key in ("ob", "cob"):
            name = _named(names, "ob", value)
            if key == "ob":
                is_library = pathlib.Path(name).name == library
        elif key in ("fn", "cfn"):
            name = _named(names, "fn", value)
            caller, called = (caller, name) if key == "cfn" else (name, called)
        elif key == "calls":
            is_call = True
            # A name may end with a version of the library or the depth of a recursion.
            if is_library and not caller.startswith(ALLOCATOR) and re.split("[@']", called)[0] in ALLOCATIONS:
                allocations += int(value.split()[0])
    return Count(instructions, allocations)


def _named(names: dict[tuple[str, str], str], kind: str, value: str) -> str:
    found = _NUMBERED.fullmatch(value)
    if found is None:
        return value
    number, name = found.groups()
    if name is not None:
        names[kind, number] = name
    return names[kind, number]


def compiler() -> str:
    """The compiler that made the extension, which tells in its section `.comment`."""
    found = re.search(rb"rustc version [^\0]+", pathlib.Path(_core.__file__).read_bytes())
    return found.group().decode() if found else "an unknown compiler"
