"""Virtual time is exact, moves forward only, and starts at a fixed moment."""

from datetime import datetime, timedelta, timezone

import pytest

from dynacore import VirtualClock


def test_it_starts_at_a_fixed_time():
    assert VirtualClock().now() == datetime(2025, 1, 1, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("start", [0, 1.5, datetime(1970, 1, 1, 0, 0, 5, tzinfo=timezone.utc), -3])
def test_it_starts_where_it_is_told(start):
    expected = start.timestamp() if isinstance(start, datetime) else start
    assert VirtualClock(start).now() == expected


def test_many_small_steps_are_exact():
    clock = VirtualClock(0)
    for _ in range(1000):
        clock.advance(0.1)
    assert clock.now() == 100.0


def test_it_runs_until_a_time():
    clock = VirtualClock()
    clock.run_until(clock.now() + 60.25)
    assert clock.now() == VirtualClock().now() + 60.25
    later = datetime.fromtimestamp(clock.now(), tz=timezone(timedelta(hours=3))) + timedelta(minutes=5)
    clock.run_until(later)
    assert clock.now() == later.timestamp()


def test_it_does_not_run_backwards():
    clock = VirtualClock(10)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="backwards"):
        clock.run_until(9)
    assert clock.now() == 10


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300, 10**30, 10**18])
def test_times_out_of_range_are_refused(value):
    clock = VirtualClock(0)
    with pytest.raises((ValueError, OverflowError)):
        clock.advance(value)
    with pytest.raises((ValueError, OverflowError)):
        VirtualClock(value)
    assert clock.now() == 0


@pytest.mark.parametrize("value", ["1", None, object()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError):
        VirtualClock(0).advance(value)


def test_a_naive_datetime_is_no_point_in_time():
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(datetime(2025, 1, 1))


def test_form():
    assert repr(VirtualClock(5)) == "VirtualClock(5)"
