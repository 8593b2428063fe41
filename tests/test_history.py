"""The checker of histories sees what it is there for."""

import pytest

from history import AnomalyError, Call, check


def write(name, began, ended, **items):
    """A call that writes these versions and saw the ones before."""
    saw = {item: version - 1 for item, version in items.items()}
    return Call(name, began, ended, saw, items)


def read(name, began, ended, **items):
    return Call(name, began, ended, items)


def test_calls_one_after_the_other():
    check(
        [write("a", 0, 1, x=1), read("b", 2, 3, x=1), write("c", 4, 5, x=2, y=1), read("d", 6, 7, x=2, y=1)]
    )
    check([])


def test_calls_at_the_same_time_in_an_order_that_exists():
    # The reader began first and saw what was written while it ran; another one did not.
    check([read("a", 0, 9, x=1), write("b", 1, 8, x=1), read("c", 0, 9, x=0)])


@pytest.mark.parametrize(
    ("calls", "text"),
    [
        pytest.param(
            [write("a", 0, 5, x=1), write("b", 1, 6, x=1)], "an update was lost", id="a lost update"
        ),
        pytest.param([read("a", 0, 1, x=3)], "never written", id="a version from nowhere"),
        pytest.param(
            [write("a", 0, 1, x=1), write("b", 2, 3, x=3)], "never written", id="a version left out"
        ),
        pytest.param([write("a", 0, 1, x=1), read("b", 2, 3, x=0)], "one after the other", id="a stale read"),
        pytest.param(
            [write("a", 0, 9, x=1), read("b", 1, 2, x=1), read("c", 3, 4, x=0)],
            "one after the other",
            id="a read that goes back",
        ),
        pytest.param(
            [read("a", 0, 1, x=1), write("b", 2, 3, x=1)], "one after the other", id="a read of the future"
        ),
        pytest.param(
            [write("a", 0, 9, x=1, y=1), read("b", 0, 9, x=1, y=0)],
            "one after the other",
            id="half of a transaction",
        ),
        pytest.param(
            [Call("a", 0, 9, {"x": 0, "y": 0}, {"x": 1}), Call("b", 0, 9, {"x": 0, "y": 0}, {"y": 1})],
            "one after the other",
            id="write skew",
        ),
        pytest.param(
            [
                write("a", 0, 9, x=1),
                write("b", 0, 9, y=1),
                read("c", 0, 9, x=1, y=0),
                read("d", 0, 9, x=0, y=1),
            ],
            "one after the other",
            id="a long fork",
        ),
    ],
)
def test_what_no_order_explains(calls, text):
    with pytest.raises(AnomalyError, match=text):
        check(calls)
    # Nor in another order of the record.
    with pytest.raises(AnomalyError, match=text):
        check(calls[::-1])


def test_the_calls_of_the_cycle_are_shown_and_no_others():
    calls = [write("fine", 0, 1, z=1), write("first", 2, 3, x=1), read("stale", 4, 5, x=0)]
    with pytest.raises(AnomalyError) as caught:
        check(calls)
    assert "stale" in str(caught.value)
    assert "first" in str(caught.value)
    assert "fine" not in str(caught.value)
