"""Imports, new databases and servers in fresh processes, and the size of what is installed."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from benches.http import servers
from benches.http.requests import HEADERS
from benches.http.rivals import MissingError

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "dynacore"
ROUNDS, QUICK_ROUNDS = 21, 5
DATABASES = 500
LIMIT_SECONDS = 60
POLL_SECONDS = 0.0002
# Those that listen in this process's network.
SERVERS = ("dynacore serve", "dynacore-server", "dynoxide", "dynalite", "moto server")
PROGRAMS = {"an empty Python": "pass", "import dynacore": "import dynacore"}

Tell = Callable[[str], None]


def compare(*, quick: bool, tell: Tell) -> dict[str, Any]:
    """Measure all of it; JSON with milliseconds, or microseconds for a database, by round."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    samples: dict[str, list[float]] = {}
    missing: dict[str, str] = {}
    with _bytecode():
        # Once without being measured: bytecode is written, and files are in the kernel's memory.
        for number in range(-1, rounds):
            tell("warm-up" if number < 0 else f"round {number + 1} of {rounds}")
            for name, measure in _subjects().items():
                if name in missing:
                    continue
                try:
                    measured = measure()
                except MissingError as error:
                    missing[name] = str(error)
                    continue
                if number >= 0:
                    samples.setdefault(name, []).append(measured)
    return {"samples": samples, "missing": missing, "rounds": rounds, "sizes": _sizes()}


@contextlib.contextmanager
def _bytecode() -> Iterator[None]:
    """As after an installation: what is imported was compiled before, whatever this environment has set."""
    before = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / "benches" / ".results" / "bytecode")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _subjects() -> dict[str, Callable[[], float]]:
    subjects: dict[str, Callable[[], float]] = {
        name: lambda program=program: _program_ms(program) for name, program in PROGRAMS.items()
    }
    subjects["Database()"] = _database_us
    for name in SERVERS:
        subjects[name] = lambda start=servers.ALL[name]: _first_answer_ms(start)
    return subjects


def _program_ms(program: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, timeout=LIMIT_SECONDS)
    return (time.perf_counter() - begin) * 1e3


def _database_us() -> float:
    command = [sys.executable, "-m", "benches.start.database", str(DATABASES)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    return float(json.loads(finished.stdout))


def _first_answer_ms(start: Callable[[], servers.Server]) -> float:
    """From the start of its process to the end of its first answer."""
    begin = time.perf_counter()
    server = start()
    try:
        while time.perf_counter() - begin < LIMIT_SECONDS:
            if _is_answered(server.port):
                return (time.perf_counter() - begin) * 1e3
            time.sleep(POLL_SECONDS)
            if server.has_ended():
                raise MissingError("it ended at once")
        raise MissingError(f"it did not answer within {LIMIT_SECONDS} s")
    finally:
        server.stop()


def _is_answered(port: int) -> bool:
    try:
        connection = socket.create_connection((servers.HOST, port), LIMIT_SECONDS)
    except ConnectionRefusedError:
        return False
    headers = {
        "Host": f"{servers.HOST}:{port}",
        **HEADERS,
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Content-Length": 2,
        "Connection": "close",
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    with connection:
        connection.sendall("\r\n".join(["POST / HTTP/1.1", *lines, "", "{}"]).encode())
        answer = b""
        while more := connection.recv(1 << 16):
            answer += more
            if b"TableNames" in answer:
                break
    if not answer.split(b"\r\n")[0].endswith(b" 200 OK"):
        raise MissingError(f"its first answer is {answer[:100]!r}")
    return True


def _sizes() -> dict[str, int]:
    """Bytes of the extension, and of a wheel: the package's files as a wheel has them, compressed alike."""
    wheel = io.BytesIO()
    extension = 0
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                archive.write(path, path.relative_to(PACKAGE.parent))
            if path.match("_core*.so"):
                extension = path.stat().st_size
    return {"extension": extension, "wheel": len(wheel.getvalue())}
