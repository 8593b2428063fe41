"""`dynacore.auto_scaling.copy_to_indexes`: native, boto3 in process and HTTP."""

import doctest

import dynacore.auto_scaling

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
WRITES = {"ServiceNamespace": "dynamodb", "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}


def create(client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("id", "make", "colour")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "ProvisionedThroughput": UNITS,
            }
            for name in ("make", "colour")
        ],
        ProvisionedThroughput=UNITS,
    )


def tracking(target):
    metric = {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}
    return {"TargetValue": target, "PredefinedMetricSpecification": metric, "ScaleInCooldown": 60}


def put_policy(scaling, place, name, target):
    scaling.put_scaling_policy(
        **place,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking(target),
    )


def test_indexes_scale_as_their_table(door):
    create(door.client("dynamodb"))
    scaling = door.client("application-autoscaling")
    table = {**WRITES, "ResourceId": "table/cars"}
    scaling.register_scalable_target(
        **table, MinCapacity=5, MaxCapacity=90, SuspendedState={"DynamicScalingInSuspended": True}
    )
    put_policy(scaling, table, "writes", 55.0)
    index = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/cars/index/make",
        "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
    }
    scaling.register_scalable_target(**index, MinCapacity=1, MaxCapacity=2)
    put_policy(scaling, index, "earlier", 20.0)
    assert sorted(dynacore.auto_scaling.copy_to_indexes(door, "cars")) == ["colour", "make"]
    for name in ("make", "colour"):
        resource = f"table/cars/index/{name}"
        found = scaling.describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=[resource])
        [target] = found["ScalableTargets"]
        assert target["ScalableDimension"] == "dynamodb:index:WriteCapacityUnits"
        assert (target["MinCapacity"], target["MaxCapacity"]) == (5, 90)
        assert target["SuspendedState"]["DynamicScalingInSuspended"]
        policies = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId=resource)
        [policy] = policies["ScalingPolicies"]
        assert policy["PolicyName"] == "writes"
        assert policy["TargetTrackingScalingPolicyConfiguration"] == tracking(55.0)


def test_the_example_runs():
    outcome = doctest.testmod(dynacore.auto_scaling)
    assert outcome.attempted > 0
    assert outcome.failed == 0
