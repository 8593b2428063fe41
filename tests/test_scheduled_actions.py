"""Scheduled actions, tags and the forecast of Application Auto Scaling."""

from datetime import UTC, datetime

import pytest

from refusal import invalid, refused

virtual = pytest.mark.database(clock="virtual")

WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/cars",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}


@pytest.fixture
def target(client, scaling):
    """A provisioned `cars` whose writes are a scalable target, from 5 to 50; its ARN."""
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 10},
    )
    answer = scaling.register_scalable_target(**WRITES, MinCapacity=5, MaxCapacity=50, Tags={"team": "red"})
    return answer["ScalableTargetARN"]


def put(scaling, schedule="cron(0 9 * * ? *)", **more):
    limits = {"MinCapacity": 20, "MaxCapacity": 80}
    parameters = {"Schedule": schedule, "ScalableTargetAction": limits, **more}
    scaling.put_scheduled_action(**WRITES, ScheduledActionName="morning", **parameters)


def test_an_action_is_put_described_and_deleted(target, scaling):
    end = datetime(2099, 1, 1, tzinfo=UTC)
    put(scaling, Timezone="Europe/Berlin", EndTime=end)
    (action,) = scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"]
    assert (action["ScheduledActionName"], action["Schedule"]) == ("morning", "cron(0 9 * * ? *)")
    assert (action["Timezone"], action["EndTime"]) == ("Europe/Berlin", end)
    assert action["ScalableTargetAction"] == {"MinCapacity": 20, "MaxCapacity": 80}
    assert action["ScheduledActionARN"].endswith(":resource/dynamodb/table/cars:scheduledActionName/morning")
    assert {name: action[name] for name in WRITES} == WRITES
    pages = scaling.get_paginator("describe_scheduled_actions").paginate(ServiceNamespace="dynamodb")
    assert sum(len(page["ScheduledActions"]) for page in pages) == 1
    scaling.delete_scheduled_action(**WRITES, ScheduledActionName="morning")
    assert scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"] == []
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.delete_scheduled_action(**WRITES, ScheduledActionName="morning")


@virtual
def test_an_action_sets_limits_and_capacity_at_its_time(target, client, scaling, database):
    # The virtual clock starts at midnight UTC, which is 01:00 in Berlin.
    put(scaling, Timezone="Europe/Berlin")
    database.clock.advance(8 * 3_600 - 1)
    (known,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert known["MinCapacity"] == 5
    database.clock.advance(60)
    (known,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (known["MinCapacity"], known["MaxCapacity"]) == (20, 80)
    table = client.describe_table(TableName="cars")["Table"]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 20
    activities = scaling.describe_scaling_activities(ServiceNamespace="dynamodb")["ScalingActivities"]
    assert [(one["Description"], one["Cause"]) for one in activities] == [
        ("Setting write capacity units to 20.", "minimum capacity was set to 20"),
        (
            "Setting min capacity to 20 and max capacity to 80",
            "scheduled action name morning was triggered",
        ),
    ]


def test_schedules_that_are_none_are_refused(target, scaling):
    text = "it must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields)"
    with invalid(f"Schedule tomorrow is not valid: {text}"):
        put(scaling, "tomorrow")
    with invalid("Timezone Atlantis/Capital is not valid"):
        put(scaling, Timezone="Atlantis/Capital")
    with invalid("The time of the schedule must be in the future"):
        put(scaling, "at(2001-01-01T00:00:00)")


def test_targets_have_tags(target, scaling):
    assert scaling.list_tags_for_resource(ResourceARN=target)["Tags"] == {"team": "red"}
    scaling.tag_resource(ResourceARN=target, Tags={"stage": "test", "team": "blue"})
    scaling.untag_resource(ResourceARN=target, TagKeys=["stage", "other"])
    assert scaling.list_tags_for_resource(ResourceARN=target)["Tags"] == {"team": "blue"}
    with pytest.raises(scaling.exceptions.TooManyTagsException):
        scaling.tag_resource(ResourceARN=target, Tags={str(number): "" for number in range(50)})
    with refused("ResourceNotFoundException", f"No scalable target found for ARN: {target}x"):
        scaling.list_tags_for_resource(ResourceARN=target + "x")


def test_dynamodb_has_no_forecasts(target, scaling):
    with pytest.raises(scaling.exceptions.ValidationException):
        scaling.get_predictive_scaling_forecast(
            **WRITES, PolicyName="x", StartTime=datetime(2025, 1, 1), EndTime=datetime(2025, 1, 2)
        )
