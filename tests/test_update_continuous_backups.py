"""UpdateContinuousBackups: switching point-in-time recovery."""

import pytest

from refusal import invalid, refused, violation

PATH = "pointInTimeRecoverySpecification"
VIRTUAL = pytest.mark.database(clock="virtual")


def update(client, enabled, days=None, table="cars"):
    specification = {"PointInTimeRecoveryEnabled": enabled}
    if days is not None:
        specification["RecoveryPeriodInDays"] = days
    answer = client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=specification)
    assert answer["ContinuousBackupsDescription"]["ContinuousBackupsStatus"] == "ENABLED"
    return answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]


def test_on_and_off(cars):
    assert update(cars, False) == {"PointInTimeRecoveryStatus": "DISABLED"}
    recovery = update(cars, True)
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    assert recovery["RecoveryPeriodInDays"] == 35
    assert recovery["EarliestRestorableDateTime"] == recovery["LatestRestorableDateTime"]
    assert update(cars, True, 7)["RecoveryPeriodInDays"] == 7
    assert update(cars, False) == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert update(cars, True)["RecoveryPeriodInDays"] == 35


@VIRTUAL
def test_what_was_is_forgotten_when_it_is_switched_off(door, cars):
    first = update(cars, True)["EarliestRestorableDateTime"]
    door.database.clock.advance(1000)
    assert update(cars, True, 3)["EarliestRestorableDateTime"] == first
    update(cars, False)
    assert update(cars, True)["EarliestRestorableDateTime"].timestamp() == first.timestamp() + 1000


@VIRTUAL
def test_a_shorter_period_counts_at_once_and_a_longer_one_from_now_on(door, cars):
    clock, day = door.database.clock, 86_400
    start = update(cars, True)["EarliestRestorableDateTime"].timestamp()
    clock.advance(10 * day)

    def earliest(days):
        return (update(cars, True, days)["EarliestRestorableDateTime"].timestamp() - start) / day

    assert earliest(35) == 0
    assert earliest(1) == 9
    assert earliest(3) == 9
    clock.advance(1.5 * day)
    assert earliest(3) == 9
    clock.advance(1.5 * day)
    assert earliest(3) == 10


def test_bad_parameters(cars):
    for days, constraint in (
        (0, "Member must have value greater than or equal to 1"),
        (36, "Member must have value less than or equal to 35"),
    ):
        with invalid(violation(f"'{days}'", f"{PATH}.recoveryPeriodInDays", constraint)):
            update(cars, True, days)
    with invalid(
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
    ):
        update(cars, False, 35)
    with invalid(violation("null", PATH, "Member must not be null")):
        cars.update_continuous_backups(TableName="cars")
    with invalid(violation("null", f"{PATH}.pointInTimeRecoveryEnabled", "Member must not be null")):
        cars.update_continuous_backups(TableName="cars", PointInTimeRecoverySpecification={})
    with refused("TableNotFoundException", "Table not found: vans"):
        update(cars, True, table="vans")


@pytest.mark.database(clock="virtual", table_transition_seconds=10)
def test_a_table_that_goes_leaves_no_backup_if_it_is_switched_off_in_time(door, client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    clock = door.database.clock
    clock.advance(10)
    with refused(
        "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: cars. Please retry later",
    ):
        update(client, True)
    clock.advance(10)
    update(client, True)
    client.delete_table(TableName="cars")
    update(client, False)
    clock.advance(10)
    assert client.list_backups(BackupType="ALL")["BackupSummaries"] == []
