"""The load: wrk where it is installed, else a small generator in Python that a fast server outruns."""

from __future__ import annotations

import asyncio
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Any, NamedTuple

from benches.http.requests import HEADERS, Operation

CONNECTIONS = 16
GRACE_SECONDS = 60

# wrk's own documentation: `init` gets what follows `--`, `request` gives the next request's bytes.
SCRIPT = """
local requests, position = {}, 0

function init(arguments)
  wrk.method = "POST"
  for line in io.lines(arguments[1]) do
    local name, value = line:match("^(.-): (.*)$")
    if name == nil then break end
    wrk.headers[name] = value
  end
  for line in io.lines(arguments[2]) do
    requests[#requests + 1] = wrk.format(nil, "/", nil, line)
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class Load(NamedTuple):
    """What a generator saw. Times are in microseconds."""

    requests: int
    seconds: float
    refused: int
    broken: int
    p50: float
    p99: float


class Generator:
    """Puts a server under load at 16 connections, each with one request at a time."""

    def __init__(self, operations: list[Operation]) -> None:
        self.name = "wrk" if shutil.which("wrk") else "python"
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="dynacore-bench-"))
        self._folder.joinpath("script.lua").write_text(SCRIPT)
        for operation in operations:
            headers = {**HEADERS, "X-Amz-Target": operation.target}
            lines = [f"{name}: {value}" for name, value in headers.items()]
            self._path(operation, "headers").write_text("\n".join(lines) + "\n")
            self._path(operation, "bodies").write_bytes(b"\n".join(operation.bodies()) + b"\n")

    def _path(self, operation: Operation, kind: str) -> pathlib.Path:
        return self._folder / f"{operation.name.replace(' ', '-')}.{kind}"

    def run(self, operation: Operation, port: int, seconds: float, prefix: list[str]) -> Load:
        """Load a server on this machine for some seconds; `prefix` goes before the command."""
        files = [str(self._path(operation, kind)) for kind in ("headers", "bodies")]
        if self.name == "wrk":
            script = ["-s", str(self._folder / "script.lua"), f"http://127.0.0.1:{port}/", "--"]
            limits = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout=30s", "--latency"]
            command = ["wrk", *limits, *script, *files]
        else:
            command = [sys.executable, "-m", "benches.http.generator", str(port), str(seconds), *files]
        finished = subprocess.run(
            [*prefix, *command],
            check=False,
            capture_output=True,
            text=True,
            timeout=seconds + GRACE_SECONDS,
        )
        for line in finished.stdout.splitlines():
            if line.startswith("RESULT "):
                return Load(**json.loads(line.removeprefix("RESULT ")))
        raise RuntimeError(f"the generator failed: {finished.stdout[-300:]} {finished.stderr[-300:]}")

    def close(self) -> None:
        """Remove its files."""
        shutil.rmtree(self._folder)


class _Client(asyncio.Protocol):
    """A connection of the generator in Python."""

    def __init__(self, requests: list[bytes], first: int, latencies: list[float], refused: list[int]) -> None:
        self._requests, self._next = requests, first
        self._latencies, self._refused = latencies, refused
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._begin = time.perf_counter()
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        head = head.lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith(b"http/1.1 200"):
            self._refused[0] += 1
        self._received = body[length:]
        self._latencies.append(time.perf_counter() - self._begin)
        self._send()


async def _generate(port: int, seconds: float, requests: list[bytes]) -> Load:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    refused = [0]
    begin = time.perf_counter()
    clients = []
    for index in range(CONNECTIONS):
        first = index * len(requests) // CONNECTIONS
        transport, _ = await loop.create_connection(
            lambda first=first: _Client(requests, first, latencies, refused), "127.0.0.1", port
        )
        clients.append(transport)
    await asyncio.sleep(seconds)
    elapsed = time.perf_counter() - begin
    for transport in clients:
        transport.abort()
    latencies.sort()
    if not latencies:
        return Load(0, elapsed, 0, CONNECTIONS, 0, 0)
    middle, late = latencies[len(latencies) // 2], latencies[len(latencies) * 99 // 100]
    return Load(len(latencies), elapsed, refused[0], 0, middle * 1e6, late * 1e6)


def _main(port: str, seconds: str, headers: str, bodies: str) -> None:
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode()
    head += b"".join(line + b"\r\n" for line in pathlib.Path(headers).read_bytes().splitlines())
    requests = [
        head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
        for body in pathlib.Path(bodies).read_bytes().splitlines()
    ]
    result = asyncio.run(_generate(int(port), float(seconds), requests))
    print("RESULT " + json.dumps(result._asdict()))


if __name__ == "__main__":
    _main(*sys.argv[1:])
