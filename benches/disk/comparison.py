"""Durable puts: one writer and sixteen, and opening a million items again."""

from __future__ import annotations

import pathlib
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from benches import cars
from benches.disk.holders import HOLDERS, Dynacore, Holder

ROUNDS = 5
WRITERS = 16
ITEMS = 1_000_000
RESULTS = pathlib.Path(__file__).parent.parent / ".results"


def compare(*, quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Let all holders take turns; JSON with microseconds a put for each round."""
    samples: list[dict[str, Any]] = []
    # On the disk of the repository: a temporary directory may be in memory.
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        for round_ in range(2 if quick else ROUNDS):
            for name, make in HOLDERS.items():
                tell(f"round {round_ + 1}, {name}")
                syncs = name in ("SQLite WAL FULL", "dynacore commit")
                singles = (200 if quick else 2_000) if syncs else (2_000 if quick else 30_000)
                holder: Holder = make(pathlib.Path(folder) / f"{round_}-{name.replace(' ', '-')}")
                samples.append({"what": "1 writer", "name": name, **_puts(holder, 1, singles)})
                more = _puts(holder, WRITERS, singles // 4)
                samples.append({"what": f"{WRITERS} writers", "name": name, **more})
                holder.close()
        tell("a million items to open again")
        opened = _reopen(pathlib.Path(folder) / "many", ITEMS // 20 if quick else ITEMS)
    return {"samples": samples, "reopen": opened, "writers": WRITERS}


def _puts(holder: Holder, writers: int, puts: int) -> dict[str, float]:
    """Microseconds of wall and of processor time a put, over all writers. Keys come in no order."""
    numbers = cars.spread(puts * writers, 10 * puts * writers)
    barrier = threading.Barrier(writers + 1)

    def work(share: list[int]) -> None:
        put = holder.putter()
        put(share[0])
        barrier.wait()
        for number in share:
            put(number)

    threads = [threading.Thread(target=work, args=(numbers[n::writers],)) for n in range(writers)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began, used = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - began, time.process_time() - used
    return {"us": took / (puts * writers) * 1e6, "cpu_us": used / (puts * writers) * 1e6}


def _reopen(path: pathlib.Path, items: int) -> dict[str, Any]:
    """Seconds until a database of so many items answers, after it was closed."""
    holder = Dynacore(path, "never")
    put = holder.putter()
    for number in range(items):
        put(number)
    holder.close()
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        holder = Dynacore(path, "commit")
        holder.get(items // 2)
        seconds.append(time.perf_counter() - began)
        holder.close()
    size = sum(file.stat().st_blocks * 512 for file in path.rglob("*") if file.is_file())
    return {"items": items, "seconds": seconds, "bytes": size}
