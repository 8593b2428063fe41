"""DescribeGlobalTableSettings: native, boto3 in process and HTTP."""

from refusal import refused

OFF = {"AutoScalingDisabled": True, "ScalingPolicies": []}


def test_the_settings_of_every_replica(planet):
    planet.group()
    answer = planet.client(1).describe_global_table_settings(GlobalTableName=planet.name)
    assert answer["GlobalTableName"] == planet.name
    assert [replica["RegionName"] for replica in answer["ReplicaSettings"]] == list(planet.regions)
    for replica in answer["ReplicaSettings"]:
        assert replica["ReplicaStatus"] == "ACTIVE"
        assert replica["ReplicaBillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert replica["ReplicaProvisionedReadCapacityUnits"] == 0
        assert replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == OFF


def test_a_global_table_that_is_not_there(client):
    with refused("GlobalTableNotFoundException", "Global table with name: 'cars' does not exist."):
        client.describe_global_table_settings(GlobalTableName="cars")
