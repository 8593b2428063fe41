"""The servers: how each is started, suspended while others are measured, and ended."""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from benches import machine
from benches.http import rivals
from benches.http.rivals import MissingError

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02
# A suspended server finishes nothing, so it is suspended only when it has nothing to do.
# Scans that a load left behind keep some servers busy for seconds.
IDLE_SECONDS = 30.0
IDLE_CHECK_SECONDS = 0.02
IDLE_CHECKS = 8


class Server:
    """A server in a process of its own, on a free port. `prefix` is put before a client's command."""

    def __init__(self, name: str, command: list[str], port: int, *, own_network: bool = False) -> None:
        self.name = name
        self.port = port
        if own_network:
            command = [*_unshare(), "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
        self._log_name = f"benches/.results/{name.replace(' ', '-')}.log"
        self._log = (ROOT / self._log_name).open("w")
        self._process = subprocess.Popen(
            command, stdout=self._log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        self.prefix: list[str] = []
        if own_network:
            self.prefix = [
                "nsenter",
                f"--target={self._process.pid}",
                "--net",
                "--user",
                "--preserve-credentials",
            ]

    @property
    def process_id(self) -> int:
        """The number of its process."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Whether its process is no more."""
        return self._process.poll() is not None

    def wait_until_ready(self) -> float:
        """Wait until it accepts connections; the seconds that took, as seen by a poll every 20 ms."""
        begin = time.perf_counter()
        check = [*self.prefix, sys.executable, "-c", _CONNECT, str(self.port)] if self.prefix else None
        while time.perf_counter() - begin < START_SECONDS:
            if self._process.poll() is not None:
                raise MissingError(
                    f"it ended at once with code {self._process.returncode}; see {self._log_name}"
                )
            if _succeeds(check) if check else _accepts(self.port):
                return time.perf_counter() - begin
            time.sleep(POLL_SECONDS)
        raise MissingError(f"it did not accept connections within {START_SECONDS:.0f} s")

    def cpu_seconds(self) -> float:
        """What it has used of the processor until now."""
        if self._process.poll() is not None:
            raise RuntimeError(
                f"{self.name} ended with code {self._process.returncode}; see {self._log_name}"
            )
        return machine.cpu_seconds(self._process.pid)

    def resident_bytes(self) -> int:
        """What it holds of memory now."""
        return machine.resident_bytes(self._process.pid)

    @contextlib.contextmanager
    def running(self):  # type: ignore[no-untyped-def]
        """Let it run for a measurement; it is suspended around it, so that it takes nothing from others."""
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._wait_until_idle()
            self._process.send_signal(signal.SIGSTOP)

    def _wait_until_idle(self) -> None:
        # By its threads, as where others take the processor it may have much to do and use next to nothing.
        deadline = time.perf_counter() + IDLE_SECONDS
        seen_idle = 0
        while seen_idle < IDLE_CHECKS and time.perf_counter() < deadline:
            time.sleep(IDLE_CHECK_SECONDS)
            seen_idle = 0 if machine.wants_processor(self._process.pid) else seen_idle + 1

    def stop(self) -> None:
        """End the process, by its own id."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(STOP_SECONDS)
        self._log.close()


_CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1)"


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), 1):
            return True
    except OSError:
        return False


def _unshare() -> list[str]:
    for tool in ("unshare", "nsenter", "ip"):
        if shutil.which(tool) is None:
            raise MissingError(
                f"it binds every interface, and there is no {tool} to put it into a network of its own"
            )
    unshare = ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode != 0:
        raise MissingError("it binds every interface, and this machine allows no network namespace")
    return unshare


def _built(name: str) -> pathlib.Path:
    binary = ROOT / "target" / "release" / name
    if not binary.exists():
        raise MissingError("cargo has not built it")
    return binary


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def dynacore_serve() -> Server:
    port = free_port()
    return Server("dynacore serve", [sys.executable, "-m", "dynacore", "serve", "--port", str(port)], port)


def dynacore_server() -> Server:
    port = free_port()
    return Server("dynacore-server", [str(_built("dynacore-server")), "--port", str(port)], port)


def fixed_reply() -> Server:
    port = free_port()
    return Server("fixed reply (floor)", [str(_built("examples/fixed_reply")), str(port)], port)


def dynoxide() -> Server:
    port = free_port()
    return Server("dynoxide 1.2.1", [str(rivals.dynoxide()), "--host", HOST, "--port", str(port)], port)


def dynalite() -> Server:
    port = free_port()
    times = [f"--{change}TableMs=0" for change in ("create", "delete", "update")]
    command = ["node", str(rivals.dynalite()), "--host", HOST, "--port", str(port), *times]
    return Server("dynalite 4.0.0", command, port)


def dynamodb_local() -> Server:
    folder = rivals.dynamodb_local()
    libraries = f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}"
    # No port can be taken in a network of its own.
    command = [
        "java",
        libraries,
        "-jar",
        str(folder / "DynamoDBLocal.jar"),
        "-inMemory",
        "-sharedDb",
        "-port",
        "8000",
    ]
    return Server("DynamoDB Local (2020)", command, 8000, own_network=True)


def moto_server() -> Server:
    port = free_port()
    return Server("moto server", [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)], port)


# In the order of a round; moto keeps working on requests that were given up, so it is last.
ALL: dict[str, Callable[[], Server]] = {
    "dynacore serve": dynacore_serve,
    "dynacore-server": dynacore_server,
    "fixed reply (floor)": fixed_reply,
    "dynoxide": dynoxide,
    "dynalite": dynalite,
    "DynamoDB Local": dynamodb_local,
    "moto server": moto_server,
}
