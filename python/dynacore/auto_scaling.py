"""What the console does with Application Auto Scaling that has no operation of its own.

>>> import dynacore
>>> from dynacore import auto_scaling
>>> db = dynacore.Database()
>>> capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
>>> _ = db.client().create_table(
...     TableName="cars",
...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
...     AttributeDefinitions=[
...         {"AttributeName": "id", "AttributeType": "S"},
...         {"AttributeName": "make", "AttributeType": "S"},
...     ],
...     GlobalSecondaryIndexes=[
...         {
...             "IndexName": "makes",
...             "KeySchema": [{"AttributeName": "make", "KeyType": "HASH"}],
...             "Projection": {"ProjectionType": "ALL"},
...             "ProvisionedThroughput": capacity,
...         }
...     ],
...     ProvisionedThroughput=capacity,
... )
>>> _ = db.client("application-autoscaling").register_scalable_target(
...     ServiceNamespace="dynamodb",
...     ResourceId="table/cars",
...     ScalableDimension="dynamodb:table:WriteCapacityUnits",
...     MinCapacity=5,
...     MaxCapacity=100,
... )
>>> auto_scaling.copy_to_indexes(db, "cars")
['makes']
"""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["Clients", "copy_to_indexes"]


class Clients(Protocol):
    """Makes clients by the name of their service: a `Database`, or a session of boto3."""

    def client(self, service_name: str, /) -> Any:
        """Make a client."""


def copy_to_indexes(clients: Clients, table_name: str) -> list[str]:
    """Let the global indexes of a table scale as the table does.

    The console's "Apply same settings to global secondary indexes", for the indexes that there are: limits,
    role and suspended states of the table's scalable targets, and their policies. A policy that an index has
    already is replaced; a capacity of the table that does not scale is left alone in the indexes. Gives the
    indexes' names.
    """
    table = clients.client("dynamodb").describe_table(TableName=table_name)["Table"]
    indexes = [index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])]
    scaling = clients.client("application-autoscaling")
    resource = {"ServiceNamespace": "dynamodb", "ResourceId": f"table/{table_name}"}
    targets = scaling.describe_scalable_targets(
        ServiceNamespace="dynamodb", ResourceIds=[resource["ResourceId"]]
    )["ScalableTargets"]
    policies = scaling.describe_scaling_policies(**resource)["ScalingPolicies"]
    for index in indexes:
        for target in targets:
            _copy(scaling, target, policies, index)
    return indexes


def _copy(scaling: Any, target: dict[str, Any], policies: list[dict[str, Any]], index: str) -> None:
    """Copy a target of a table, with its policy, to an index."""
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"{target['ResourceId']}/index/{index}",
        "ScalableDimension": target["ScalableDimension"].replace(":table:", ":index:"),
    }
    taken = ("MinCapacity", "MaxCapacity", "RoleARN", "SuspendedState")
    scaling.register_scalable_target(**place, **{name: target[name] for name in taken})
    # An index has one policy for a capacity.
    for own in scaling.describe_scaling_policies(**place)["ScalingPolicies"]:
        scaling.delete_scaling_policy(**place, PolicyName=own["PolicyName"])
    for policy in policies:
        if policy["ScalableDimension"] == target["ScalableDimension"]:
            tracking = "TargetTrackingScalingPolicyConfiguration"
            scaling.put_scaling_policy(
                **place,
                PolicyName=policy["PolicyName"],
                PolicyType="TargetTrackingScaling",
                **{tracking: policy[tracking]},
            )
