"""Subjects take turns, each in a process of its own: none works in what another left in memory."""

from __future__ import annotations

import contextlib
import json
import pathlib
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benches.python.subjects import OF_MANY, SUBJECTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benches" / ".results"
# A machine has moods of seconds, and shorter ones: a round is soon over, so that its subjects share them, and
# a median has many rounds.
ROUNDS, QUICK_ROUNDS = 31, 2
ITEMS, MANY_ITEMS = 10_000, 1_000_000
# Of a million cars each operation goes through more: more than a processor's caches hold.
MANY_SHARE = 4
# A table of a million cars in a dictionary takes longest to make.
LIMIT_SECONDS = 300.0
STOP_SECONDS = 10.0


class Operation(NamedTuple):
    """What a round measures: a method, how many cars it goes through, and how."""

    method: str
    cars: int
    options: dict[str, Any]
    # Whether it is measured of a million cars, too.
    of_many: bool

    @property
    def label(self) -> str:
        """How the results name it."""
        return " ".join([self.method, *(str(option) for option in self.options.values())])


OPERATIONS = (
    Operation("get_item", 5_000, {}, of_many=True),
    Operation("put_item", 5_000, {}, of_many=True),
    Operation("update_item", 2_000, {}, of_many=False),
    Operation("query", 1_000, {"limit": 10}, of_many=False),
    Operation("query", 200, {"limit": 100}, of_many=True),
    Operation("batch_writer", 5_000, {}, of_many=True),
)


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure all subjects in each round; JSON with microseconds of each operation and subject."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    samples: list[dict[str, Any]] = []
    for items, names, share in ((ITEMS, tuple(SUBJECTS), 1), (MANY_ITEMS, OF_MANY, MANY_SHARE)):
        operations = [operation for operation in OPERATIONS if operation.of_many or items == ITEMS]
        with _workers(names, items, tell) as workers:
            for operation in operations:
                for number in range(rounds):
                    tell(f"{operation.label}, {items:,} items, round {number + 1} of {rounds}")
                    samples += [
                        {
                            "operation": operation.label,
                            "subject": worker.subject,
                            "round": number,
                            "items": items,
                            "us": worker.measure(operation, share),
                        }
                        for worker in workers
                        if operation.method in worker.methods
                    ]
    return {"samples": samples, "rounds": rounds}


@contextlib.contextmanager
def _workers(names: tuple[str, ...], items: int, tell: Callable[[str], None]) -> Iterator[list[Worker]]:
    workers: list[Worker] = []
    try:
        for name in names:
            tell(f"{name} with {items:,} items")
            workers.append(Worker(name, items))
            workers[-1].wait_until_ready()
        yield workers
    finally:
        for worker in workers:
            worker.stop()


class Worker:
    """A subject's process. It is suspended but in its own turns."""

    def __init__(self, name: str, items: int) -> None:
        RESULTS.mkdir(exist_ok=True)
        self.subject = name
        self.methods: list[str] = []
        self._name = name
        self._log = (RESULTS / f"python-{name}.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benches.python.worker", name, str(items)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Wait until it has made its subject, and suspend it."""
        ready = self._answer()
        self.subject, self.methods = ready["name"], ready["methods"]
        self._process.send_signal(signal.SIGSTOP)

    def measure(self, operation: Operation, share: int) -> float:
        """Microseconds of processor time of an operation."""
        asked = {
            "method": operation.method,
            "count": operation.cars * share,
            "options": operation.options,
        }
        self._process.send_signal(signal.SIGCONT)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        measured: float = self._answer()["us"]
        self._process.send_signal(signal.SIGSTOP)
        return measured

    def _answer(self) -> dict[str, Any]:
        """The next line that it writes."""
        output = self._process.stdout
        assert output is not None
        readable, _, _ = select.select([output], [], [], LIMIT_SECONDS)
        line = output.readline() if readable else ""
        if not line:
            what = "ended" if readable else f"did not answer within {LIMIT_SECONDS:.0f} s"
            raise RuntimeError(f"{self._name} {what}; see {self._log.name}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the process, by its own id."""
        self._process.send_signal(signal.SIGCONT)
        with contextlib.suppress(BrokenPipeError, subprocess.TimeoutExpired):
            self._process.communicate(timeout=STOP_SECONDS)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
        self._log.close()
