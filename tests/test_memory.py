"""How the system holds the memory of a large table, and that it goes back when the table is dropped."""

import json
import pathlib
import subprocess
import sys

import pytest

# Runs in a process of its own: only there does memory tell what one table holds.
PROGRAM = """
import json, pathlib, resource as limits, time
from dynacore import Database

PAGE_BYTES = limits.getpagesize()

def resident_megabytes():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES >> 20

def is_marked(flag):
    lines = pathlib.Path("/proc/self/smaps").read_text().splitlines()
    return any(flag in line.split() for line in lines if line.startswith("VmFlags:"))

def fill(table, numbers):
    with table.batch_writer() as batch:
        for number in numbers:
            batch.put_item(Item={"id": number, "text": "x" * 500})

resource = Database().resource()
large, small = (
    resource.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for name in ("large", "small")
)
told = {"begin": resident_megabytes(), "small_is_huge": is_marked("hg")}
fill(large, range(100_000))
told |= {"full": resident_megabytes(), "large_is_huge": is_marked("hg")}
large.delete()
deadline = time.monotonic() + 30
# The allocator looks at the time when it makes or frees large pieces; small ones it has at hand.
while (end := resident_megabytes()) > told["begin"] + 15 and time.monotonic() < deadline:
    for _ in range(200):
        small.put_item(Item={"id": 0, "text": "x" * 100_000})
print(json.dumps(told | {"end": end}))
"""


def has_huge_pages() -> bool:
    setting = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")
    strict = pathlib.Path("/proc/sys/vm/overcommit_memory").read_text().strip() == "2"
    return setting.exists() and "[never]" not in setting.read_text() and not strict


@pytest.mark.skipif(sys.platform != "linux", reason="it is read from Linux's /proc")
def test_a_large_table_is_on_huge_pages_and_goes_back():
    answer = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    told = json.loads(answer.stdout)
    assert told["full"] - told["begin"] > 50
    assert told["end"] - told["begin"] <= 15
    assert not told["small_is_huge"]
    assert told["large_is_huge"] == has_huge_pages()


LETTING_GO = """
import threading
from dynacore import Database

def make():
    table = Database().resource().create_table(
        TableName="texts",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for number in range(3):
        table.put_item(Item={"id": number, "text": "x" * (20_000 + number * 30_000)})
    return table

tables = [make() for _ in range(50)]
while tables:
    thread = threading.Thread(target=tables.pop)
    thread.start()
    thread.join()
print("all are gone")
"""


def test_a_thread_that_only_lets_go_of_memory_does_not_wait_for_itself():
    # Its first call of the allocator frees something, which is joined to what is free there under a lock.
    command = [sys.executable, "-c", LETTING_GO]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert answer.stdout == "all are gone\n"
