"""A process of one subject, which times what it is asked for: `... -m benches.python.worker table 10000`.

First it writes a line with what the subject can do; then it answers each line of its input, until that ends.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from typing import Any

import dynacore
from benches import cars
from benches.python.subject import Run, Subject
from benches.python.subjects import SUBJECTS

METHODS = ("get_item", "put_item", "update_item", "query", "batch_writer")
SAMPLES = 3


def main() -> None:
    """Serve until the input ends."""
    profile = dynacore._core.build_profile
    if profile != "release":
        sys.exit(f"a {profile} build gives no numbers: make build")
    name, items = sys.argv[1:]
    Subject.items = int(items)
    subject = SUBJECTS[name]()
    # What is there now is looked through by no collection between two measurements.
    gc.collect()
    gc.freeze()
    _answer(name=subject.name, methods=[method for method in METHODS if hasattr(subject, method)])
    try:
        for line in sys.stdin:
            _answer(us=_microseconds(subject, **json.loads(line)))
    finally:
        subject.close()


def _answer(**members: Any) -> None:
    print(json.dumps(members), flush=True)


def _microseconds(subject: Subject, method: str, count: int, options: dict[str, Any]) -> float:
    """Processor time of an operation: the median of samples, each of `count` cars or a slow one's share."""
    numbers = cars.spread(max(2, round(count * subject.share)), Subject.items)
    run = getattr(subject, method)(numbers, **options)
    gc.collect()
    gc.disable()
    try:
        with subject.active():
            run()
            seconds = statistics.median(_seconds(run) for _ in range(SAMPLES))
    finally:
        gc.enable()
    return seconds / len(numbers) * 1e6


def _seconds(run: Run) -> float:
    # Processor time and not the wall's, since other processes of the machine take no part in it.
    begun = time.process_time()
    run()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
