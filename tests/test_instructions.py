"""No operation takes more instructions or allocations than it did when the counts were stored."""

import platform
import sysconfig

import pytest
from benches.instructions import callgrind, counts
from benches.instructions.callgrind import Count

PROFILE = """\
# callgrind format
events: Ir

ob=(1) /lib/libc.so.6
fn=(1) memcpy
0 700

ob=(2) /package/_core.abi3.so
fn=(2) get_item
0 30
cob=(1)
cfn=(3) malloc
calls=2 0
0 400
+0 5
cfn=(2)
calls=1 0
* 35

fn=(4) put_item
0 7
cfn=(5) _rjem_mallocx'2
calls=3 0
0 60

fn=(5)
0 50
cfn=(6) _rjem_malloc
calls=3 0
0 20

fn=(4)
cob=(1)
cfn=(1)
calls=9 0
0 90
totals: 742
"""


def test_a_profile_is_read_for_what_was_executed_in_one_library():
    assert callgrind.read(PROFILE, "_core.abi3.so") == Count(instructions=92, allocations=5)
    assert callgrind.read(PROFILE, "libc.so.6") == Count(instructions=700, allocations=0)


def test_a_count_above_the_bound_is_told_with_what_stores_new_ones():
    stored = counts.Stored("x86_64", callgrind.compiler(), {"get": Count(1_000, 3)})
    assert counts.too_many({"get": Count(1_030, 3.2)}, stored) == []
    assert counts.too_many({"get": Count(1_031, 4)}, stored) == [
        "get: 1,031 instructions instead of 1,000 (+3.1%)",
        "get: 4.0 allocations instead of 3.0",
        "If it is worth that, `make counts` stores the new counts.",
    ]
    assert counts.too_many({}, stored)[0] == "the operations that are counted are not those that are stored"


@pytest.mark.timeout(callgrind.LIMIT_SECONDS)
def test_no_operation_takes_more_than_is_stored():
    stored = counts.load()
    if stored.architecture != platform.machine():
        pytest.skip(f"the stored counts are of {stored.architecture}, and this is {platform.machine()}")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("the stored counts are of a Python with an interpreter lock")
    try:
        counted = callgrind.count()
    except callgrind.UncountableError as error:
        pytest.skip(str(error))
    assert not (found := counts.too_many(counted, stored)), "\n".join(found)
