"""UpdateGlobalTableSettings: native, boto3 in process and HTTP."""

import pytest

from refusal import invalid, refused, violation

TRACKING = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}


def settings(planet):
    answer = planet.client().describe_global_table_settings(GlobalTableName=planet.name)
    return {replica["RegionName"]: replica for replica in answer["ReplicaSettings"]}


def provision(planet):
    planet.group()
    planet.client().update_global_table_settings(
        GlobalTableName=planet.name,
        GlobalTableBillingMode="PROVISIONED",
        GlobalTableProvisionedWriteCapacityUnits=20,
        ReplicaSettingsUpdate=[
            {"RegionName": region, "ReplicaProvisionedReadCapacityUnits": units}
            for region, units in zip(planet.regions, (5, 50), strict=True)
        ],
    )
    planet.until(lambda: all(one["ReplicaStatus"] == "ACTIVE" for one in settings(planet).values()))


def test_writes_are_alike_and_reads_each_replica_s_own(planet):
    provision(planet)
    found = [
        (one["ReplicaProvisionedReadCapacityUnits"], one["ReplicaProvisionedWriteCapacityUnits"])
        for one in settings(planet).values()
    ]
    assert found == [(5, 20), (50, 20)]
    table = planet.client(1).describe_table(TableName=planet.name)["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 50


def test_auto_scaling_is_set_up_in_every_region(planet):
    provision(planet)
    planet.client().update_global_table_settings(
        GlobalTableName=planet.name,
        GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate={
            "MinimumUnits": 10,
            "MaximumUnits": 90,
            "ScalingPolicyUpdate": TRACKING,
        },
    )
    for region in range(2):
        scaling = planet.client(region, "application-autoscaling")
        targets = scaling.describe_scalable_targets(
            ServiceNamespace="dynamodb", ResourceIds=[f"table/{planet.name}"]
        )["ScalableTargets"]
        assert [(target["MinCapacity"], target["MaxCapacity"]) for target in targets] == [(10, 90)]


def test_a_replica_s_class(planet):
    planet.group()
    planet.client().update_global_table_settings(
        GlobalTableName=planet.name,
        ReplicaSettingsUpdate=[
            {"RegionName": planet.regions[1], "ReplicaTableClass": "STANDARD_INFREQUENT_ACCESS"}
        ],
    )
    table = planet.client(1).describe_table(TableName=planet.name)["Table"]
    assert table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert "TableClassSummary" not in planet.client().describe_table(TableName=planet.name)["Table"]


def test_replicas_and_indexes_that_are_not_there(planet):
    planet.group()
    exceptions = planet.client().exceptions
    with pytest.raises(exceptions.ReplicaNotFoundException):
        planet.client().update_global_table_settings(
            GlobalTableName=planet.name, ReplicaSettingsUpdate=[{"RegionName": "ap-south-1"}]
        )
    with pytest.raises(exceptions.IndexNotFoundException):
        planet.client().update_global_table_settings(
            GlobalTableName=planet.name,
            GlobalTableGlobalSecondaryIndexSettingsUpdate=[{"IndexName": "makes"}],
        )


def test_a_database_by_itself_has_none(client):
    with refused("GlobalTableNotFoundException", "Global table with name: 'cars' does not exist."):
        client.update_global_table_settings(GlobalTableName="cars", GlobalTableBillingMode="PAY_PER_REQUEST")


def test_the_request_is_checked_first(client):
    with invalid(
        violation(
            "'FREE'",
            "globalTableBillingMode",
            "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
        )
    ):
        client.update_global_table_settings(GlobalTableName="cars", GlobalTableBillingMode="FREE")
