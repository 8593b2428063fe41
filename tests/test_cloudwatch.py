"""CloudWatch: DynamoDB's metrics and one's own, alarms, dashboards, and what Prometheus reads."""

import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from refusal import refused, violation

virtual = pytest.mark.database(clock="virtual")

TABLE = [{"Name": "TableName", "Value": "cars"}]


def statistics(watch, metric, statistic="Sum", dimensions=TABLE, start=None, end=None):
    now = datetime.now(UTC)
    answer = watch.get_metric_statistics(
        Namespace="AWS/DynamoDB",
        MetricName=metric,
        Dimensions=dimensions,
        StartTime=start or now - timedelta(minutes=5),
        EndTime=end or now + timedelta(minutes=5),
        Period=60,
        Statistics=[statistic],
    )
    assert answer["Label"] == metric
    return [point[statistic] for point in answer["Datapoints"]]


def test_consumed_capacity_and_requests_are_counted(cars, watch):
    for number in range(3):
        cars.put_item(TableName="cars", Item={"id": {"S": str(number)}})
    assert sum(statistics(watch, "ConsumedWriteCapacityUnits")) == 3.0
    puts = [*TABLE, {"Name": "Operation", "Value": "PutItem"}]
    assert sum(statistics(watch, "SuccessfulRequestLatency", "SampleCount", puts)) == 3.0
    metrics = watch.list_metrics(Namespace="AWS/DynamoDB", MetricName="SuccessfulRequestLatency")["Metrics"]
    ours = [one for one in metrics if {"Name": "Operation", "Value": "PutItem"} in one["Dimensions"]]
    assert [sorted(pair["Value"] for pair in one["Dimensions"]) for one in ours] == [["PutItem", "cars"]]


@virtual
def test_minutes_follow_the_virtual_clock(cars, watch, database):
    start = database.clock.now()
    for units in (1, 2, 3):
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}, "b": {"B": b"x" * (units * 1024 - 4)}})
        database.clock.advance(60)
    points = statistics(
        watch,
        "ConsumedWriteCapacityUnits",
        start=datetime.fromtimestamp(start, UTC),
        end=datetime.fromtimestamp(start + 180, UTC),
    )
    assert points == [1.0, 2.0, 3.0]


def test_custom_metrics_are_computed_with(watch):
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    watch.put_metric_data(
        Namespace="shop",
        MetricData=[
            {"MetricName": "orders", "Values": [1.0, 2.0], "Counts": [2.0, 1.0], "Timestamp": now},
            {"MetricName": "visits", "Value": 8.0, "Timestamp": now, "Unit": "Count"},
        ],
    )

    def query(name):
        metric = {"Namespace": "shop", "MetricName": name}
        return {"Id": name, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}

    answer = watch.get_metric_data(
        MetricDataQueries=[
            query("orders"),
            query("visits"),
            {"Id": "ratio", "Expression": "100 * orders / visits"},
        ],
        StartTime=now - timedelta(minutes=1),
        EndTime=now + timedelta(minutes=1),
    )
    values = {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}
    assert values == {"orders": [4.0], "visits": [8.0], "ratio": [50.0]}
    (time,) = answer["MetricDataResults"][0]["Timestamps"]
    assert time == now


ALARM = {
    "AlarmName": "busy",
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ConsumedWriteCapacityUnits",
    "Dimensions": TABLE,
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 2.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def state(watch):
    (alarm,) = watch.describe_alarms(AlarmNames=["busy"])["MetricAlarms"]
    return alarm["StateValue"]


@virtual
def test_an_alarm_follows_its_metric(cars, watch, database):
    watch.put_metric_alarm(**ALARM)
    assert state(watch) == "INSUFFICIENT_DATA"
    for _ in range(3):
        cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    database.clock.advance(60)
    assert state(watch) == "ALARM"
    database.clock.advance(60)
    assert state(watch) == "OK"
    items = watch.describe_alarm_history(AlarmName="busy", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in items] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
    ]


def test_an_alarm_is_described_set_and_deleted(watch):
    watch.put_metric_alarm(**ALARM, AlarmDescription="too busy", AlarmActions=["arn:aws:sns:x:y:z"])
    (alarm,) = watch.describe_alarms(AlarmNamePrefix="bu")["MetricAlarms"]
    assert {name: alarm[name] for name in ALARM} == ALARM
    assert alarm["AlarmArn"] == "arn:aws:cloudwatch:us-east-1:000000000000:alarm:busy"
    assert alarm["ActionsEnabled"] is True
    assert alarm["StateUpdatedTimestamp"].tzinfo is not None
    watch.set_alarm_state(AlarmName="busy", StateValue="ALARM", StateReason="a test")
    assert state(watch) == "ALARM"
    watch.disable_alarm_actions(AlarmNames=["busy"])
    (alarm,) = watch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert alarm["ActionsEnabled"] is False
    watch.enable_alarm_actions(AlarmNames=["busy"])
    watch.get_waiter("alarm_exists").wait(AlarmNames=["busy"])
    watch.delete_alarms(AlarmNames=["busy"])
    assert watch.describe_alarms()["MetricAlarms"] == []
    with refused("ResourceNotFound", "Unknown alarm: busy"):
        watch.delete_alarms(AlarmNames=["busy"])
    with pytest.raises(watch.exceptions.ResourceNotFound):
        watch.set_alarm_state(AlarmName="busy", StateValue="OK", StateReason="")


def test_dashboards_are_kept(watch):
    body = '{"widgets":[]}'
    assert watch.put_dashboard(DashboardName="cars", DashboardBody=body)["DashboardValidationMessages"] == []
    assert watch.get_dashboard(DashboardName="cars")["DashboardBody"] == body
    (entry,) = watch.list_dashboards(DashboardNamePrefix="c")["DashboardEntries"]
    assert (entry["DashboardName"], entry["Size"]) == ("cars", len(body))
    watch.delete_dashboards(DashboardNames=["cars"])
    with refused("ResourceNotFound", "Dashboard cars does not exist"):
        watch.get_dashboard(DashboardName="cars")
    with refused("InvalidParameterInput", "The field DashboardBody must be a valid JSON object"):
        watch.put_dashboard(DashboardName="cars", DashboardBody="[]")


def test_what_cannot_be_is_refused_with_cloudwatchs_codes(watch):
    with refused("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid."):
        watch.put_metric_data(Namespace="AWS/DynamoDB", MetricData=[{"MetricName": "x", "Value": 1.0}])
    constraint = "Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]"
    with refused("ValidationError", violation("'FINE'", "stateValue", constraint)):
        watch.set_alarm_state(AlarmName="x", StateValue="FINE", StateReason="")
    now = datetime.now(UTC)
    query = {"Id": "q", "Expression": "ANOMALY_DETECTION_BAND(m)"}
    message = "Error in expression: the function ANOMALY_DETECTION_BAND is not supported by dynacore"
    with refused("InvalidParameterValue", message):
        watch.get_metric_data(MetricDataQueries=[query], StartTime=now - timedelta(1), EndTime=now)


def test_prometheus_reads_what_the_server_counts(door, cars):
    if door.name != "http":
        pytest.skip("a server's")
    cars.put_item(TableName="cars", Item={"id": {"S": "1"}})
    with urllib.request.urlopen(cars.meta.endpoint_url + "/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        lines = answer.read().decode().splitlines()
    assert 'dynacore_requests_total{table="cars",operation="PutItem"} 1' in lines
    assert 'dynacore_items{table="cars",index=""} 1' in lines
