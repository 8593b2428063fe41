"""A global table of version 2019.11.21 whose writes scale."""

from typing import Any

TRACKING = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}
OFF = {"AutoScalingDisabled": True, "ScalingPolicies": []}


def scaled(planet: Any) -> None:
    """Make the planet's table one of both Regions, provisioned, with writes between 5 and 10 units."""
    planet.create(
        0,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    scaling = planet.client(0, "application-autoscaling")
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{planet.name}",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    }
    scaling.register_scalable_target(**target, MinCapacity=5, MaxCapacity=10)
    scaling.put_scaling_policy(
        **target,
        PolicyName="writes",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
        },
    )
    planet.client().update_table(
        TableName=planet.name, ReplicaUpdates=[{"Create": {"RegionName": planet.regions[1]}}]
    )
    planet.until(lambda: [replica["ReplicaStatus"] for replica in replicas(planet)] == ["ACTIVE", "ACTIVE"])


def replicas(planet: Any, region: int = 0) -> list[dict[str, Any]]:
    """What DescribeTableReplicaAutoScaling tells of the replicas."""
    answer = planet.client(region).describe_table_replica_auto_scaling(TableName=planet.name)
    found: list[dict[str, Any]] = answer["TableAutoScalingDescription"]["Replicas"]
    return found
