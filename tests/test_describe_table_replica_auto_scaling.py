"""DescribeTableReplicaAutoScaling: native, boto3 in process and HTTP."""

from refusal import refused
from replica_scaling import OFF, replicas, scaled


def test_every_replica_scales_its_writes(planet):
    scaled(planet)
    for region in range(2):
        found = replicas(planet, region)
        assert [replica["RegionName"] for replica in found] == list(planet.regions)
        for replica in found:
            write = replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"]
            assert (write["MinimumUnits"], write["MaximumUnits"]) == (5, 10)
            assert write["ScalingPolicies"] == [
                {
                    "PolicyName": "writes",
                    "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0},
                }
            ]
            assert "AutoScalingDisabled" not in write
            assert replica["ReplicaProvisionedReadCapacityAutoScalingSettings"] == OFF
            assert replica["GlobalSecondaryIndexes"] == []


def test_a_table_of_one_region(cars):
    with refused("ResourceNotFoundException", "Global table with name: 'cars' does not exist."):
        cars.describe_table_replica_auto_scaling(TableName="cars")
