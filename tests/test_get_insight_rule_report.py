"""GetInsightRuleReport: what Contributor Insights have counted."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from refusal import refused


def rules(client):
    client.update_contributor_insights(TableName="cars", ContributorInsightsAction="ENABLE")
    described = client.describe_contributor_insights(TableName="cars")
    return described["ContributorInsightsRuleList"]


def report(watch, rule, **more):
    now = datetime.now(UTC)
    span = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=5)}
    return watch.get_insight_rule_report(RuleName=rule, Period=60, **span, **more)


def test_the_keys_that_are_used_most(cars, watch):
    accessed, _throttled = rules(cars)
    for id_, count in (("1", 3), ("2", 1)):
        for _ in range(count):
            cars.put_item(TableName="cars", Item={"id": {"S": id_}})
    cars.get_item(TableName="cars", Key={"id": {"S": "2"}}, ConsistentRead=True)
    found = report(watch, accessed)
    # Three times the write units and once the read units.
    assert [(one["Keys"], one["ApproximateAggregateValue"]) for one in found["Contributors"]] == [
        (["1"], 9.0),
        (["2"], 4.0),
    ]
    assert found["KeyLabels"] == ["id"]
    assert found["AggregationStatistic"] == "Sum"
    assert found["AggregateValue"] == 13.0
    assert found["ApproximateUniqueCount"] == 2
    assert len(report(watch, accessed, MaxContributorCount=1)["Contributors"]) == 1
    points = report(watch, accessed, Metrics=["Sum"])["MetricDatapoints"]
    assert sum(point["Sum"] for point in points) == 13.0
    assert all(set(point) == {"Timestamp", "Sum"} for point in points)


@pytest.mark.database(initial_burst_seconds=0)
def test_the_keys_that_are_refused_most(client, watch):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    _accessed, throttled = rules(client)
    with refused("ProvisionedThroughputExceededException", re.compile("The level of .*")):
        for _ in range(50):
            client.put_item(TableName="cars", Item={"id": {"S": "hot"}, "x": {"S": "x" * 100_000}})
    (contributor,) = report(watch, throttled)["Contributors"]
    assert contributor["Keys"] == ["hot"]
    assert contributor["ApproximateAggregateValue"] >= 1.0


def test_what_is_refused(cars, watch):
    accessed, _ = rules(cars)
    with refused("ResourceNotFoundException", "The insight rule unknown does not exist"):
        report(watch, "unknown")
    with refused(
        "InvalidParameterValueException", "The parameter MaxContributorCount must be from 1 to 100."
    ):
        report(watch, accessed, MaxContributorCount=101)
    with refused("InvalidParameterValue", "The parameter OrderBy must be Sum or Maximum."):
        report(watch, accessed, OrderBy="Name")
