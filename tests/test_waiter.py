"""Waiters: what they wait for, and whose time passes."""

import pytest

from dynacore import VirtualClock
from dynacore._waiter import WAITERS, Waiter
from dynacore.exceptions import WaiterError, client_error


def table_that_becomes(*states: str):
    left = list(states)

    def describe_table(TableName):
        state = left.pop(0) if len(left) > 1 else left[0]
        if "Exception" in state:
            raise client_error({"Error": {"Code": state, "Message": "no"}}, "DescribeTable")
        return {"Table": {"TableStatus": state, "TableName": TableName}}

    return describe_table


def test_a_virtual_clock_moves_by_the_delay():
    clock = VirtualClock(0)
    method = table_that_becomes("ResourceNotFoundException", "CREATING", "ACTIVE")
    Waiter("table_exists", WAITERS["table_exists"], method, clock).wait(TableName="t")
    assert clock.now() == 40


def test_a_state_that_is_there_takes_no_time():
    clock = VirtualClock(0)
    Waiter("table_exists", WAITERS["table_exists"], table_that_becomes("ACTIVE"), clock).wait(TableName="t")
    assert clock.now() == 0


def test_attempts_and_delay_can_be_chosen():
    clock = VirtualClock(0)
    waiter = Waiter("table_exists", WAITERS["table_exists"], table_that_becomes("CREATING"), clock)
    with pytest.raises(WaiterError, match="Waiter table_exists failed: Max attempts exceeded") as caught:
        waiter.wait(TableName="t", WaiterConfig={"Delay": 3, "MaxAttempts": 4})
    assert clock.now() == 9
    assert caught.value.last_response["Table"]["TableStatus"] == "CREATING"


def test_gone_is_what_not_exists_waits_for():
    method = table_that_becomes("DELETING", "ResourceNotFoundException")
    Waiter("table_not_exists", WAITERS["table_not_exists"], method, None).wait(TableName="t")


def test_another_error_ends_it():
    method = table_that_becomes("ValidationException")
    waiter = Waiter("table_exists", WAITERS["table_exists"], method, None)
    with pytest.raises(WaiterError, match=r"An error occurred \(ValidationException\): no"):
        waiter.wait(TableName="t")


def test_the_system_clock_gives_up_at_its_deadline():
    waiter = Waiter("table_exists", WAITERS["table_exists"], table_that_becomes("CREATING"), None)
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(TableName="t", WaiterConfig={"Delay": 0.001, "MaxAttempts": 3})
