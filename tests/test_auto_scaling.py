"""Application Auto Scaling: its calls, its alarms' decisions, and what it says about them."""

import re

import pytest
from botocore.exceptions import ClientError

from refusal import invalid, refused, violation

TABLE = {"ServiceNamespace": "dynamodb", "ResourceId": "table/cars"}
WRITES = {**TABLE, "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}
READS = {**TABLE, "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}

virtual = pytest.mark.database(clock="virtual")


def create(client, write=5, read=5, name="cars"):
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": read, "WriteCapacityUnits": write},
    )


@pytest.fixture
def cars(client):
    """A provisioned `cars`, 5 units for reads and writes."""
    create(client)
    return client


def register(scaling, minimum=1, maximum=1000, dimension=WRITES, **more):
    return scaling.register_scalable_target(**dimension, MinCapacity=minimum, MaxCapacity=maximum, **more)


def tracking(target=70.0, metric="Write", **more):
    return {
        "TargetValue": target,
        "PredefinedMetricSpecification": {"PredefinedMetricType": f"DynamoDB{metric}CapacityUtilization"},
        **more,
    }


def put_policy(scaling, name="follow", dimension=WRITES, **configuration):
    if dimension is READS:
        configuration.setdefault("metric", "Read")
    return scaling.put_scaling_policy(
        **dimension,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking(**configuration),
    )


def targets(scaling, **filters):
    return scaling.describe_scalable_targets(ServiceNamespace="dynamodb", **filters)["ScalableTargets"]


def policies(scaling, **filters):
    return scaling.describe_scaling_policies(ServiceNamespace="dynamodb", **filters)["ScalingPolicies"]


def activities(scaling, **filters):
    answer = scaling.describe_scaling_activities(ServiceNamespace="dynamodb", **filters)
    return answer["ScalingActivities"]


def units(client, kind="Write"):
    table = client.describe_table(TableName="cars")["Table"]
    return table["ProvisionedThroughput"][f"{kind}CapacityUnits"]


def load(client, clock, units_per_second, seconds):
    """One write a second, of so many units."""
    item = {"id": {"S": "1"}, "b": {"B": b"x" * (units_per_second * 1024 - 4)}}
    for _ in range(seconds):
        client.put_item(TableName="cars", Item=item)
        clock.advance(1)


# The calls.


def test_a_target_is_registered_and_described(cars, scaling):
    answer = register(scaling, 2, 20)
    (target,) = targets(scaling)
    assert target["ScalableTargetARN"] == answer["ScalableTargetARN"]
    assert re.fullmatch(
        r"arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/\w+",
        answer["ScalableTargetARN"],
    )
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 20)
    assert {name: target[name] for name in WRITES} == WRITES
    assert target["SuspendedState"] == {
        "DynamicScalingInSuspended": False,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
    }
    assert target["CreationTime"].tzinfo is not None
    assert target["RoleARN"].startswith("arn:aws:iam::000000000000:role/")


def test_registering_again_changes_what_is_given(cars, scaling):
    register(scaling, 2, 20)
    scaling.register_scalable_target(**WRITES, MaxCapacity=30)
    scaling.register_scalable_target(**WRITES, SuspendedState={"DynamicScalingInSuspended": True})
    (target,) = targets(scaling)
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 30)
    assert target["SuspendedState"]["DynamicScalingInSuspended"] is True
    assert target["SuspendedState"]["DynamicScalingOutSuspended"] is False


def test_targets_are_filtered_and_paged(client, scaling):
    for name in ("ann", "bob", "cars"):
        create(client, name=name)
        for dimension in (READS, WRITES):
            scaling.register_scalable_target(
                **{**dimension, "ResourceId": f"table/{name}"}, MinCapacity=1, MaxCapacity=9
            )
    assert len(targets(scaling)) == 6
    assert len(targets(scaling, ResourceIds=["table/ann", "table/cars"])) == 4
    assert len(targets(scaling, ScalableDimension=READS["ScalableDimension"])) == 3
    (one,) = targets(scaling, ResourceIds=["table/bob"], ScalableDimension=READS["ScalableDimension"])
    assert (one["ResourceId"], one["ScalableDimension"]) == ("table/bob", READS["ScalableDimension"])
    seen, token, pages = [], {}, 0
    while pages < 9:
        answer = scaling.describe_scalable_targets(ServiceNamespace="dynamodb", MaxResults=4, **token)
        seen += [(one["ResourceId"], one["ScalableDimension"]) for one in answer["ScalableTargets"]]
        pages += 1
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert pages == 2
    assert len(set(seen)) == 6
    pages = scaling.get_paginator("describe_scalable_targets").paginate(
        ServiceNamespace="dynamodb", PaginationConfig={"PageSize": 5}
    )
    assert [len(page["ScalableTargets"]) for page in pages] == [5, 1]


def test_a_policy_makes_four_alarms(cars, scaling):
    register(scaling)
    answer = put_policy(scaling, ScaleOutCooldown=10, ScaleInCooldown=20)
    assert ":policyName/follow" in answer["PolicyARN"]
    names = [alarm["AlarmName"] for alarm in answer["Alarms"]]
    suffixes = [re.fullmatch(r"TargetTracking-table/cars-(\w+)-[0-9a-f-]{36}", name)[1] for name in names]
    assert sorted(suffixes) == ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"]
    for alarm in answer["Alarms"]:
        assert alarm["AlarmARN"].endswith(f":alarm:{alarm['AlarmName']}")
    (policy,) = policies(scaling)
    assert policy["PolicyName"] == "follow"
    assert policy["PolicyARN"] == answer["PolicyARN"]
    assert policy["PolicyType"] == "TargetTrackingScaling"
    assert policy["Alarms"] == answer["Alarms"]
    assert policy["TargetTrackingScalingPolicyConfiguration"] == tracking(
        ScaleOutCooldown=10, ScaleInCooldown=20
    )


def test_a_policy_that_never_scales_in_has_one_alarm(cars, scaling):
    register(scaling)
    (alarm,) = put_policy(scaling, DisableScaleIn=True)["Alarms"]
    assert "-AlarmHigh-" in alarm["AlarmName"]


def test_putting_a_policy_again_replaces_it(cars, scaling):
    register(scaling)
    first = put_policy(scaling)
    second = put_policy(scaling, target=50.0)
    assert first["PolicyARN"] == second["PolicyARN"]
    (policy,) = policies(scaling)
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0


def test_policies_are_filtered(cars, scaling):
    for dimension, name in ((READS, "reads"), (WRITES, "writes")):
        register(scaling, dimension=dimension)
        put_policy(scaling, name, dimension)
    assert [one["PolicyName"] for one in policies(scaling)] == ["reads", "writes"]
    assert [one["PolicyName"] for one in policies(scaling, PolicyNames=["writes"])] == ["writes"]
    filtered = policies(scaling, ResourceId="table/cars", ScalableDimension=READS["ScalableDimension"])
    assert [one["PolicyName"] for one in filtered] == ["reads"]
    assert policies(scaling, ResourceId="table/other") == []
    answer = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", MaxResults=1)
    rest = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", NextToken=answer["NextToken"])
    assert [one["PolicyName"] for one in rest["ScalingPolicies"]] == ["writes"]
    assert "NextToken" not in rest


def test_a_policy_is_deleted(cars, scaling):
    register(scaling)
    put_policy(scaling)
    scaling.delete_scaling_policy(**WRITES, PolicyName="follow")
    assert policies(scaling) == []
    with pytest.raises(scaling.exceptions.ObjectNotFoundException, match="follow"):
        scaling.delete_scaling_policy(**WRITES, PolicyName="follow")


def test_a_deregistered_target_takes_its_policies_along(cars, scaling):
    for dimension in (READS, WRITES):
        register(scaling, dimension=dimension)
        put_policy(scaling, dimension=dimension)
    scaling.deregister_scalable_target(**WRITES)
    assert [one["ScalableDimension"] for one in targets(scaling)] == [READS["ScalableDimension"]]
    assert [one["ScalableDimension"] for one in policies(scaling)] == [READS["ScalableDimension"]]
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**WRITES)


def test_a_policy_needs_a_target(cars, scaling):
    with pytest.raises(scaling.exceptions.ObjectNotFoundException, match="table/cars"):
        put_policy(scaling)


NAMESPACES = "Member must satisfy enum value set: [dynamodb]"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"ResourceId": "cars"}, "Unsupported service namespace, resource type or scalable dimension"),
        (
            {"ScalableDimension": "dynamodb:index:ReadCapacityUnits"},
            "Unsupported service namespace, resource type or scalable dimension",
        ),
        ({"ResourceId": "table/other"}, "DynamoDB table does not exist: table/other"),
        ({"MinCapacity": 0}, "Minimum capacity must be at least 1 for DynamoDB"),
        ({"MinCapacity": 9, "MaxCapacity": 8}, "Maximum capacity cannot be less than minimum capacity"),
        ({"ServiceNamespace": "moon"}, re.compile(".*Value 'moon' at 'serviceNamespace' failed.*")),
        ({"ScalableDimension": "moon"}, re.compile(".*Value 'moon' at 'scalableDimension' failed.*")),
    ],
)
def test_registrations_are_checked(cars, scaling, parameters, message):
    with invalid(message):
        scaling.register_scalable_target(**{**WRITES, "MinCapacity": 1, "MaxCapacity": 9, **parameters})
    assert targets(scaling) == []


def test_a_first_registration_has_both_limits(cars, scaling):
    for given in ({"MinCapacity": 1}, {"MaxCapacity": 1}, {}):
        with pytest.raises(ClientError) as caught:
            scaling.register_scalable_target(**WRITES, **given)
        assert caught.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    "configuration",
    [{"target": 19.9}, {"target": 90.1}, {"target": 0.0}, {"target": -5.0}, {"metric": "Read"}],
)
def test_policies_are_checked(cars, scaling, configuration):
    register(scaling)
    with pytest.raises(ClientError) as caught:
        put_policy(scaling, **configuration)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert policies(scaling) == []


def test_a_metric_is_followed_once(cars, scaling):
    register(scaling)
    put_policy(scaling)
    with pytest.raises(ClientError) as caught:
        put_policy(scaling, "another")
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_step_scaling_is_not_for_dynamodb(cars, scaling):
    register(scaling)
    with pytest.raises(ClientError) as caught:
        scaling.put_scaling_policy(
            **WRITES, PolicyName="step", PolicyType="StepScaling", StepScalingPolicyConfiguration={}
        )
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_listings_are_checked(scaling):
    for limit, said in ((0, "greater than or equal to 1"), (51, "less than or equal to 50")):
        with invalid(violation(f"'{limit}'", "maxResults", f"Member must have value {said}")):
            scaling.describe_scalable_targets(ServiceNamespace="dynamodb", MaxResults=limit)
    with pytest.raises(scaling.exceptions.InvalidNextTokenException):
        scaling.describe_scaling_activities(ServiceNamespace="dynamodb", NextToken="nonsense")
    with invalid(violation("null", "serviceNamespace", "Member must not be null")):
        scaling.describe_scaling_policies()


# The decisions, on a virtual clock.


@virtual
def test_150_of_200_units_at_70_percent_ask_for_215(door, client, scaling):
    """The guide's example: 150 / 0.7 is 214.3, so 215, which 150 use to 69.8 %."""
    clock = door.database.clock
    create(client, write=200)
    register(scaling)
    put_policy(scaling)
    before = policies(scaling)[0]["Alarms"]
    load(client, clock, 150, 60 * 6)
    assert units(client) == 215
    (activity,) = activities(scaling)
    assert activity["Description"] == "Setting write capacity units to 215."
    assert activity["StatusCode"] == "Successful"
    assert activity["StatusMessage"] == (
        "Successfully set write capacity units to 215. Change successfully fulfilled by dynamodb."
    )
    (high,) = (alarm["AlarmName"] for alarm in before if "-AlarmHigh-" in alarm["AlarmName"])
    assert activity["Cause"] == f"monitor alarm {high} in state ALARM triggered policy follow"
    assert activity["StartTime"] < activity["EndTime"]
    assert {name: activity[name] for name in WRITES} == WRITES
    assert "NotScaledReasons" not in activity
    after = policies(scaling)[0]["Alarms"]
    assert not {alarm["AlarmName"] for alarm in before} & {alarm["AlarmName"] for alarm in after}
    # 150 of 215 is under the target: nothing more.
    load(client, clock, 150, 60 * 5)
    assert units(client) == 215
    assert len(activities(scaling)) == 1


@virtual
def test_one_minute_above_the_target_is_not_enough(door, client, scaling):
    clock = door.database.clock
    create(client, write=200)
    register(scaling)
    put_policy(scaling)
    load(client, clock, 150, 55)
    clock.advance(65)
    load(client, clock, 150, 55)
    clock.advance(300)
    assert units(client) == 200


@virtual
@pytest.mark.parametrize(("maximum", "expected"), [(210, 210), (215, 215), (100_000, 215)])
def test_the_maximum_holds(door, client, scaling, maximum, expected):
    clock = door.database.clock
    create(client, write=200)
    register(scaling, maximum=maximum)
    put_policy(scaling)
    load(client, clock, 150, 60 * 6)
    assert units(client) == expected
    if maximum == 210:
        load(client, clock, 150, 60 * 4)
        reasons = activities(scaling, IncludeNotScaledActivities=True)[0]["NotScaledReasons"]
        assert reasons == [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 210}]
        assert len(activities(scaling)) == 1


@virtual
@pytest.mark.parametrize("minimum", [1, 5, 150])
def test_an_idle_table_shrinks_after_fifteen_minutes(door, client, scaling, minimum):
    clock = door.database.clock
    create(client, write=200)
    register(scaling, minimum)
    put_policy(scaling)
    clock.advance(60 * 14)
    assert units(client) == 200
    clock.advance(60 * 6)
    assert units(client) == minimum
    (activity,) = activities(scaling)
    assert activity["Description"] == f"Setting write capacity units to {minimum}."
    assert "-AlarmLow-" in activity["Cause"]


@virtual
def test_a_little_load_keeps_what_it_needs(door, client, scaling):
    create(client, write=100)
    register(scaling)
    put_policy(scaling)
    load(client, door.database.clock, 14, 60 * 20)
    assert units(client) == 20


@virtual
def test_reads_are_followed_too(door, client, scaling):
    clock = door.database.clock
    create(client, read=100, write=1000)
    client.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * (320 * 1024 - 4)}})
    register(scaling, dimension=READS)
    put_policy(scaling, dimension=READS)
    for _ in range(60 * 6):
        client.get_item(TableName="cars", Key={"id": {"S": "1"}}, ConsistentRead=True)
        clock.advance(1)
    # 80 of 100 a second at 70 %.
    assert units(client, "Read") == 115
    assert units(client, "Write") == 1000
    assert activities(scaling)[0]["Description"] == "Setting read capacity units to 115."


@virtual
def test_limits_pull_the_capacity_at_once(door, client, scaling):
    clock = door.database.clock
    create(client, write=5)
    register(scaling, 20, 40)
    clock.advance(60)
    assert units(client) == 20
    (activity,) = activities(scaling)
    assert activity["Cause"] == "minimum capacity was set to 20"
    register(scaling, 1, 10)
    clock.advance(60)
    assert units(client) == 10
    assert activities(scaling)[0]["Cause"] == "maximum capacity was set to 10"


@virtual
def test_a_suspended_direction_does_nothing(door, client, scaling):
    clock = door.database.clock
    create(client, write=200)
    register(scaling, SuspendedState={"DynamicScalingOutSuspended": True})
    put_policy(scaling)
    load(client, clock, 150, 60 * 6)
    assert units(client) == 200
    scaling.register_scalable_target(**WRITES, SuspendedState={"DynamicScalingOutSuspended": False})
    load(client, clock, 150, 60 * 3)
    assert units(client) == 215


@virtual
def test_a_disabled_scale_in_keeps_the_capacity(door, client, scaling):
    create(client, write=200)
    register(scaling)
    put_policy(scaling, DisableScaleIn=True)
    door.database.clock.advance(3600)
    assert units(client) == 200


@virtual
def test_without_a_policy_nothing_is_scaled(door, client, scaling):
    create(client, write=200)
    register(scaling)
    door.database.clock.advance(3600)
    assert units(client) == 200
    put_policy(scaling)
    scaling.delete_scaling_policy(**WRITES, PolicyName="follow")
    door.database.clock.advance(3600)
    assert units(client) == 200
    assert activities(scaling) == []


@virtual
def test_an_on_demand_table_is_left_alone(door, client, scaling):
    create(client)
    register(scaling)
    put_policy(scaling)
    client.update_table(TableName="cars", BillingMode="PAY_PER_REQUEST")
    load(client, door.database.clock, 50, 60 * 4)
    door.database.clock.advance(3600)
    assert units(client) == 0
    assert len(targets(scaling)) == len(policies(scaling)) == 1
    assert activities(scaling) == []


@virtual
def test_a_deleted_table_leaves_its_targets_behind(door, client, scaling):
    create(client)
    register(scaling)
    put_policy(scaling)
    client.delete_table(TableName="cars")
    door.database.clock.advance(3600)
    assert len(targets(scaling)) == len(policies(scaling)) == 1
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        client.describe_table(TableName="cars")


@virtual
def test_activities_come_newest_first_and_are_paged(door, client, scaling):
    create(client, write=1)
    for minimum in range(2, 8):
        register(scaling, minimum, 100)
        door.database.clock.advance(120)
    told = [activity["Description"] for activity in activities(scaling)]
    assert told == [f"Setting write capacity units to {number}." for number in range(7, 1, -1)]
    assert len({activity["ActivityId"] for activity in activities(scaling)}) == 6
    pages = scaling.get_paginator("describe_scaling_activities").paginate(
        ServiceNamespace="dynamodb", PaginationConfig={"PageSize": 4}
    )
    assert [activity["Description"] for page in pages for activity in page["ScalingActivities"]] == told
    assert activities(scaling, ResourceId="table/other") == []
    assert len(activities(scaling, ResourceId="table/cars", **_dimension(WRITES))) == 6
    assert activities(scaling, ResourceId="table/cars", **_dimension(READS)) == []


def _dimension(named):
    return {"ScalableDimension": named["ScalableDimension"]}


@virtual
def test_activities_are_kept_for_six_weeks(door, client, scaling):
    create(client, write=1)
    register(scaling, 2, 100)
    door.database.clock.advance(41 * 86_400)
    assert len(activities(scaling)) == 1
    door.database.clock.advance(2 * 86_400)
    assert activities(scaling) == []


@virtual
def test_a_run_is_the_same_for_the_same_seed():
    import dynacore

    def run(seed):
        clock = dynacore.VirtualClock()
        database = dynacore.Database(clock=clock, seed=seed)
        client, scaling = database.client(), database.client("application-autoscaling")
        create(client, write=200)
        register(scaling)
        put_policy(scaling)
        load(client, clock, 150, 60 * 6)
        clock.advance(3600)
        client.list_tables()
        return [{**one, "Cause": one["Cause"]} for one in activities(scaling)], policies(scaling)

    assert run(7) == run(7)
    assert run(7)[1] != run(8)[1]
