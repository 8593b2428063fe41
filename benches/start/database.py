"""How long a new database takes, in microseconds: the median of many in this process.

`python -m benches.start.database COUNT`
"""

from __future__ import annotations

import json
import statistics
import sys
import time

from dynacore import Database


def main(count: int) -> None:
    """Make databases, each closed before the next is made."""
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        database = Database()
        times.append((time.perf_counter() - begin) * 1e6)
        database.close()
    print(json.dumps(statistics.median(times)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
