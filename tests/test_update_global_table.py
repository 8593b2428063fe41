"""UpdateGlobalTable: native, boto3 in process and HTTP."""

import pytest

from refusal import invalid, refused


def test_a_replica_leaves_and_joins_again(planet):
    planet.group()
    away = [{"Delete": {"RegionName": planet.regions[1]}}]
    answer = planet.client().update_global_table(GlobalTableName=planet.name, ReplicaUpdates=away)
    assert answer["GlobalTableDescription"]["GlobalTableStatus"] == "UPDATING"
    planet.until(lambda: planet.status() == "ACTIVE")
    table = planet.client(1).describe_table(TableName=planet.name)["Table"]
    assert "GlobalTableVersion" not in table
    back = [{"Create": {"RegionName": planet.regions[1]}}]
    planet.client().update_global_table(GlobalTableName=planet.name, ReplicaUpdates=back)
    planet.until(lambda: planet.status() == "ACTIVE")
    described = planet.client(1).describe_global_table(GlobalTableName=planet.name)
    replicas = described["GlobalTableDescription"]["ReplicationGroup"]
    assert {replica["RegionName"] for replica in replicas} == set(planet.regions)


def test_the_last_replica_takes_the_global_table_with_it(planet):
    planet.group()
    away = [{"Delete": {"RegionName": region}} for region in planet.regions]
    planet.client().update_global_table(GlobalTableName=planet.name, ReplicaUpdates=away)

    def names():
        listed = planet.client().list_global_tables()["GlobalTables"]
        return [table["GlobalTableName"] for table in listed]

    planet.until(lambda: planet.name not in names())


@pytest.mark.parametrize(
    ("action", "region", "exception"),
    [("Create", 1, "ReplicaAlreadyExistsException"), ("Delete", 1, "ReplicaNotFoundException")],
)
def test_replicas_that_are_there_or_not(planet, action, region, exception):
    planet.group()
    if action == "Delete":
        away = [{"Delete": {"RegionName": planet.regions[region]}}]
        planet.client().update_global_table(GlobalTableName=planet.name, ReplicaUpdates=away)
        planet.until(lambda: planet.status() == "ACTIVE")
    with pytest.raises(getattr(planet.client().exceptions, exception)):
        planet.client().update_global_table(
            GlobalTableName=planet.name, ReplicaUpdates=[{action: {"RegionName": planet.regions[region]}}]
        )


def test_a_database_by_itself_has_none(client):
    said = "Global table not found: Global table with name: 'cars' does not exist."
    with refused("GlobalTableNotFoundException", said):
        client.update_global_table(
            GlobalTableName="cars", ReplicaUpdates=[{"Delete": {"RegionName": "us-east-1"}}]
        )


def test_the_request_is_checked_first(client):
    with invalid("One or more parameter values were invalid"):
        client.update_global_table(GlobalTableName="cars", ReplicaUpdates=[])
    both = {"Create": {"RegionName": "us-east-1"}, "Delete": {"RegionName": "us-east-1"}}
    with invalid(
        "One or more parameter values were invalid: A ReplicaUpdate structure cannot contain both a create "
        "replica action and a delete replica action"
    ):
        client.update_global_table(GlobalTableName="cars", ReplicaUpdates=[both])
