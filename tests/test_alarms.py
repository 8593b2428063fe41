"""CloudWatch's alarms: on percentiles, on arithmetic, over other alarms, and what they set off."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

import dynacore
from refusal import refused

virtual = pytest.mark.database(clock="virtual")

ALARM = {
    "AlarmName": "slow",
    "Namespace": "shop",
    "MetricName": "seconds",
    "ExtendedStatistic": "p90",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:"


def put(watch, *values, metric="seconds"):
    watch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": metric, "Values": list(values)}])


def states(watch):
    answer = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    alarms = answer["MetricAlarms"] + answer["CompositeAlarms"]
    return {alarm["AlarmName"]: alarm["StateValue"] for alarm in alarms}


def actions(watch, name):
    answer = watch.describe_alarm_history(
        AlarmName=name, HistoryItemType="Action", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return [item["HistorySummary"] for item in answer["AlarmHistoryItems"]]


def test_values_have_percentiles(watch):
    now = datetime.now(UTC)
    put(watch, *(float(value) for value in range(1, 101)))
    span = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=5)}
    answer = watch.get_metric_statistics(
        Namespace="shop", MetricName="seconds", Period=600, ExtendedStatistics=["p50", "p99.9", "IQM"], **span
    )
    # The period of ten minutes may be one of two.
    points = answer["Datapoints"]
    assert points[0]["ExtendedStatistics"] == {"p50": 50.0, "p99.9": 100.0, "IQM": 50.5}
    wanted = {"TM(10%:90%)": 50.5, "PR(:25)": 25.0, "TC(:10)": 10.0, "ts10": 55.0, "wm98": 50.47}
    queries = [
        {
            "Id": f"q{number}",
            "MetricStat": {
                "Metric": {"Namespace": "shop", "MetricName": "seconds"},
                "Period": 600,
                "Stat": stat,
            },
        }
        for number, stat in enumerate(wanted)
    ]
    results = watch.get_metric_data(MetricDataQueries=queries, **span)["MetricDataResults"]
    assert [result["Values"] for result in results] == [[value] for value in wanted.values()]
    with refused(
        "InvalidParameterValue", "The value p101 for parameter ExtendedStatistics is not supported."
    ):
        watch.get_metric_statistics(
            Namespace="shop", MetricName="seconds", Period=60, ExtendedStatistics=["p101"], **span
        )


def test_the_latency_of_requests_has_percentiles(cars, watch):
    now = datetime.now(UTC)
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    (point,) = watch.get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName="SuccessfulRequestLatency",
        Dimensions=[{"Name": "TableName", "Value": "cars"}, {"Name": "Operation", "Value": "PutItem"}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=86_400,
        ExtendedStatistics=["p99"],
    )["Datapoints"]
    assert point["ExtendedStatistics"] == {"p99": 5.0}


@virtual
def test_an_alarm_on_a_percentile(watch, database):
    watch.put_metric_alarm(**ALARM)
    (alarm,) = watch.describe_alarms()["MetricAlarms"]
    assert alarm["ExtendedStatistic"] == "p90"
    assert "Statistic" not in alarm
    put(watch, *([1.0] * 8), 9.0, 9.0)
    database.clock.advance(60)
    assert states(watch) == {"slow": "ALARM"}
    put(watch, *([1.0] * 9), 9.0)
    database.clock.advance(60)
    assert states(watch) == {"slow": "OK"}


@virtual
def test_a_percentile_of_few_observations_may_be_ignored(watch, database):
    watch.put_metric_alarm(**ALARM, EvaluateLowSampleCountPercentile="ignore")
    put(watch, 9.0)
    database.clock.advance(60)
    assert states(watch) == {"slow": "INSUFFICIENT_DATA"}
    datum = {"MetricName": "seconds", "Values": [9.0], "Counts": [100.0]}
    watch.put_metric_data(Namespace="shop", MetricData=[datum])
    database.clock.advance(60)
    assert states(watch) == {"slow": "ALARM"}


def ratio(**more):
    def metric(name):
        stat = {"Metric": {"Namespace": "shop", "MetricName": name}, "Period": 60, "Stat": "Sum"}
        return {"Id": name, "MetricStat": stat, "ReturnData": False}

    expression = {"Id": "ratio", "Expression": "100 * errors / orders", "ReturnData": True}
    return {
        "AlarmName": "failing",
        "Metrics": [metric("errors"), metric("orders"), expression],
        "EvaluationPeriods": 2,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **more,
    }


@virtual
def test_an_alarm_on_arithmetic(watch, database):
    watch.put_metric_alarm(**ratio())
    (alarm,) = watch.describe_alarms()["MetricAlarms"]
    assert [query.get("Expression") for query in alarm["Metrics"]] == [None, None, "100 * errors / orders"]
    assert alarm["Metrics"][0]["MetricStat"]["Stat"] == "Sum"
    assert "MetricName" not in alarm
    for errors, wanted in ((0.0, "INSUFFICIENT_DATA"), (1.0, "OK"), (2.0, "ALARM"), (0.5, "OK")):
        put(watch, errors, metric="errors")
        put(watch, 10.0, metric="orders")
        database.clock.advance(60)
        if wanted != "INSUFFICIENT_DATA":
            assert states(watch) == {"failing": wanted}
    with refused("ValidationError", "Exactly one element of the metrics list should return data."):
        watch.put_metric_alarm(**ratio(Metrics=ratio()["Metrics"][:2]))
    with refused("InvalidParameterCombination", "The parameters Metrics and Period are mutually exclusive."):
        watch.put_metric_alarm(**ratio(Period=60))


def two_alarms(watch):
    for name in ("slow", "failing"):
        watch.put_metric_alarm(**{**ALARM, "AlarmName": name})


def test_an_alarm_over_other_alarms(watch):
    two_alarms(watch)
    watch.put_composite_alarm(
        AlarmName="both", AlarmRule='ALARM(slow) AND (ALARM("failing") OR NOT TRUE)', AlarmDescription="bad"
    )
    watch.put_composite_alarm(AlarmName="fine", AlarmRule="NOT ALARM(both)")
    watch.get_waiter("composite_alarm_exists").wait(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"])
    assert states(watch)["both"] == "OK"
    watch.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="a test")
    assert states(watch)["both"] == "OK"
    watch.set_alarm_state(AlarmName="failing", StateValue="ALARM", StateReason="a test")
    now = states(watch)
    assert (now["both"], now["fine"]) == ("ALARM", "OK")
    assert watch.describe_alarms()["CompositeAlarms"] == []
    (both,) = watch.describe_alarms(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert both["AlarmRule"].startswith("ALARM(slow) AND")
    assert both["AlarmArn"] == "arn:aws:cloudwatch:us-east-1:000000000000:alarm:both"
    assert both["StateReason"].startswith(
        "arn:aws:cloudwatch:us-east-1:000000000000:alarm:failing transitioned to ALARM at "
    )


def test_what_composite_alarms_refuse(watch):
    two_alarms(watch)
    missing = "Could not save the composite alarm as alarms [gone] in the alarm rule do not exist"
    with refused("ValidationError", missing):
        watch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(slow) OR OK(gone)")
    with refused("ValidationError", "Error in AlarmRule [Unsupported token 'XOR' at char 12]"):
        watch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(slow) XOR ALARM(failing)")
    watch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(slow) OR ALARM(failing)")
    with refused("ValidationError", "Cannot delete slow as there are composite alarm(s) depending on it."):
        watch.delete_alarms(AlarmNames=["slow"])
    watch.delete_alarms(AlarmNames=["slow", "both"])
    assert states(watch) == {"failing": "INSUFFICIENT_DATA"}


@virtual
def test_actions_call_functions(watch, database):
    told = []
    database.function("page", lambda event, context: told.append((event, context.invoked_function_arn)))
    watch.put_metric_alarm(
        **ALARM,
        AlarmActions=[FUNCTION + "page", "arn:aws:sns:us-east-1:000000000000:nobody"],
        OKActions=[FUNCTION + "page"],
        AlarmDescription="too slow",
    )
    put(watch, 9.0)
    database.clock.advance(60)
    ((event, arn),) = told
    assert arn == FUNCTION + "page"
    assert event["source"] == "aws.cloudwatch"
    assert event["alarmArn"] == "arn:aws:cloudwatch:us-east-1:000000000000:alarm:slow"
    data = event["alarmData"]
    assert data["alarmName"] == "slow"
    assert (data["previousState"]["value"], data["state"]["value"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert data["configuration"]["description"] == "too slow"
    (metric,) = data["configuration"]["metrics"]
    assert metric["metricStat"]["metric"] == {"namespace": "shop", "name": "seconds", "dimensions": {}}
    assert actions(watch, "slow") == [
        "Failed to execute action arn:aws:sns:us-east-1:000000000000:nobody. "
        "No function of that name is known to dynacore.",
        f"Successfully executed action {FUNCTION}page",
    ]
    # Once for a change of the state, and not while actions are disabled.
    put(watch, 9.0)
    database.clock.advance(60)
    assert len(told) == 1
    watch.disable_alarm_actions(AlarmNames=["slow"])
    put(watch, 1.0)
    database.clock.advance(60)
    assert states(watch) == {"slow": "OK"}
    assert (len(told), len(actions(watch, "slow"))) == (1, 2)
    watch.enable_alarm_actions(AlarmNames=["slow"])
    watch.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="a test", StateReasonData="{}")
    database.clock.advance(1)
    assert told[1][0]["alarmData"]["state"]["reason"] == "a test"
    assert told[1][0]["alarmData"]["state"]["reasonData"] == "{}"


@virtual
def test_rules_of_eventbridge_see_alarms_change(watch, database):
    told = []
    pattern = {"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["ALARM"]}}}
    database.on_event(pattern, lambda event: told.append(event))
    two_alarms(watch)
    watch.put_composite_alarm(AlarmName="any", AlarmRule="ALARM(slow) OR ALARM(failing)")
    put(watch, 9.0)
    database.clock.advance(60)
    assert [event["detail"]["alarmName"] for event in told] == ["failing", "slow", "any"]
    assert {event["detail-type"] for event in told} == {"CloudWatch Alarm State Change"}
    assert told[2]["resources"] == ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:any"]
    assert told[2]["detail"]["configuration"] == {"alarmRule": "ALARM(slow) OR ALARM(failing)"}


def test_actions_are_carried_out_on_the_systems_clock():
    with dynacore.Database() as database:
        called = threading.Event()
        database.function("page", lambda _: called.set())
        watch = database.client("cloudwatch")
        watch.put_metric_alarm(**ALARM, AlarmActions=[FUNCTION + "page"])
        watch.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="a test")
        assert called.wait(30)


def test_alarms_are_there_when_a_database_is_opened_again(tmp_path):
    with dynacore.Database(tmp_path / "db") as database:
        watch = database.client("cloudwatch")
        two_alarms(watch)
        watch.put_metric_alarm(**ratio(AlarmName="ratio"))
        watch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(slow) AND ALARM(failing)")
        before = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    with dynacore.Database(tmp_path / "db") as database:
        watch = database.client("cloudwatch")
        after = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    for answer in (before, after):
        del answer["ResponseMetadata"]
    assert after == before
    assert len(after["MetricAlarms"]) == 3


def test_the_rules_of_contributor_insights_are_described(cars, watch):
    assert watch.describe_insight_rules()["InsightRules"] == []
    cars.update_contributor_insights(TableName="cars", ContributorInsightsAction="ENABLE")
    names = cars.describe_contributor_insights(TableName="cars")["ContributorInsightsRuleList"]
    first = watch.describe_insight_rules(MaxResults=1)
    second = watch.describe_insight_rules(MaxResults=1, NextToken=first["NextToken"])
    rules = first["InsightRules"] + second["InsightRules"]
    assert sorted(rule["Name"] for rule in rules) == sorted(names)
    for rule in rules:
        assert (rule["State"], rule["ManagedRule"]) == ("ENABLED", True)
        assert json.loads(rule["Definition"])["Contribution"]["Keys"] == ["id"]
        watch.get_insight_rule_report(
            RuleName=rule["Name"],
            StartTime=datetime.now(UTC) - timedelta(minutes=1),
            EndTime=datetime.now(UTC),
            Period=60,
        )
