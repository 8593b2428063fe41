"""UpdateTableReplicaAutoScaling: native, boto3 in process and HTTP."""

from refusal import invalid, refused
from replica_scaling import OFF, TRACKING, replicas, scaled

WRITE = "ReplicaProvisionedWriteCapacityAutoScalingSettings"
READ = "ReplicaProvisionedReadCapacityAutoScalingSettings"


def limits(minimum, maximum):
    return {"MinimumUnits": minimum, "MaximumUnits": maximum, "ScalingPolicyUpdate": TRACKING}


def test_writes_of_all_and_reads_of_one(planet):
    scaled(planet)
    before = planet.client().update_table_replica_auto_scaling(
        TableName=planet.name,
        ProvisionedWriteCapacityAutoScalingUpdate=limits(6, 60),
        ReplicaUpdates=[
            {
                "RegionName": planet.regions[1],
                "ReplicaProvisionedReadCapacityAutoScalingUpdate": limits(8, 80),
            }
        ],
    )["TableAutoScalingDescription"]
    assert [replica[WRITE]["MaximumUnits"] for replica in before["Replicas"]] == [10, 10]
    assert [replica[WRITE]["MaximumUnits"] for replica in replicas(planet)] == [60, 60]
    assert [replica[READ].get("MaximumUnits") for replica in replicas(planet)] == [None, 80]
    scaling = planet.client(1, "application-autoscaling")
    policies = scaling.describe_scaling_policies(
        ServiceNamespace="dynamodb", ResourceId=f"table/{planet.name}"
    )["ScalingPolicies"]
    assert sorted(policy["PolicyName"] for policy in policies) == [
        f"DynamoDBReadCapacityUtilization:table/{planet.name}",
        f"DynamoDBWriteCapacityUtilization:table/{planet.name}",
    ]


def test_auto_scaling_ends_everywhere(planet):
    scaled(planet)
    planet.client(1).update_table_replica_auto_scaling(
        TableName=planet.name, ProvisionedWriteCapacityAutoScalingUpdate={"AutoScalingDisabled": True}
    )
    assert [replica[WRITE] for replica in replicas(planet)] == [OFF, OFF]


def test_a_table_of_one_region(cars):
    with refused("ResourceNotFoundException", "Global table with name: 'cars' does not exist."):
        cars.update_table_replica_auto_scaling(
            TableName="cars", ProvisionedWriteCapacityAutoScalingUpdate=limits(1, 10)
        )


def test_the_request_is_checked_first(client):
    said = "Failed to update settings for global table with name: \u2018cars\u2019"
    with invalid(f"{said} because at least one update parameter must be specified."):
        client.update_table_replica_auto_scaling(TableName="cars")
    with invalid(
        f"{said}: Parameters 'ScalingPolicyUpdate' are required unless auto scaling is being disabled."
    ):
        client.update_table_replica_auto_scaling(
            TableName="cars",
            ProvisionedWriteCapacityAutoScalingUpdate={"MinimumUnits": 1, "MaximumUnits": 10},
        )
