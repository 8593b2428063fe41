"""What a user set in a durable database is there, and at work, when the database is opened again."""

import json

import pytest

import dynacore
from dynacore import exceptions

KEY = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}
TARGET = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/cars",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
ALARM = {
    "AlarmName": "busy",
    "Namespace": "AWS/DynamoDB",
    "MetricName": "ConsumedWriteCapacityUnits",
    "Dimensions": [{"Name": "TableName", "Value": "cars"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 2.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",'
    '"Action":"dynamodb:GetItem","Resource":"*"}]}'
)
VECTORS = {
    "IndexName": "by-look",
    "VectorAttribute": {"AttributeName": "look"},
    "SearchSchema": [{"AttributeName": "make", "SearchSchemaElementType": "HASH"}],
    "Dimensions": 2,
    "DistanceFunction": "EUCLIDEAN",
    "Projection": {"ProjectionType": "ALL"},
}


class Reopened:
    """A database in a directory, closed and opened again on one clock."""

    def __init__(self, path):
        self.path, self.clock = path, dynacore.VirtualClock()
        self.database = self.open()

    def open(self):
        return dynacore.Database(self.path, clock=self.clock, initial_burst_seconds=300)

    def again(self):
        self.database.close()
        self.database = self.open()
        return self.client("dynamodb")

    def client(self, service):
        return self.database.client(service)


@pytest.fixture
def shop(tmp_path):
    shop = Reopened(tmp_path / "shop.dynacore")
    yield shop
    shop.database.close()


def create(shop, **options):
    client = shop.client("dynamodb")
    table = client.create_table(TableName="cars", **{"BillingMode": "PAY_PER_REQUEST", **KEY, **options})
    return client, table["TableDescription"]["TableArn"]


def provisioned(units):
    return {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": units, "WriteCapacityUnits": units},
    }


def test_auto_scaling_goes_on(shop):
    create(shop, **provisioned(10))
    scaling = shop.client("application-autoscaling")
    scaling.register_scalable_target(**TARGET, MinCapacity=5, MaxCapacity=80)
    scaling.put_scaling_policy(
        **TARGET,
        PolicyName="hold",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
        },
    )
    scaling.put_scheduled_action(
        **TARGET,
        ScheduledActionName="morning",
        Schedule="rate(1 hour)",
        ScalableTargetAction={"MinCapacity": 40},
    )
    told = [
        scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"],
        scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"],
        scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"],
    ]
    client = shop.again()
    scaling = shop.client("application-autoscaling")
    assert told == [
        scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"],
        scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"],
        scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"],
    ]
    # Ten minutes of load: the policy acts on what it sees after the opening.
    for second in range(600):
        client.put_item(TableName="cars", Item={"id": {"S": str(second)}, "text": {"S": "x" * 9_000}})
        shop.clock.advance(1)

    def units():
        table = client.describe_table(TableName="cars")["Table"]
        return table["ProvisionedThroughput"]["WriteCapacityUnits"]

    assert 11 < units() < 40
    shop.clock.advance(3_600)
    assert units() >= 40


def test_alarms_and_dashboards_go_on(shop):
    client, _ = create(shop)
    watch = shop.client("cloudwatch")
    watch.put_metric_alarm(**ALARM, AlarmDescription="too busy")
    watch.put_dashboard(DashboardName="shop", DashboardBody='{"widgets":[]}')
    (before,) = watch.describe_alarms()["MetricAlarms"]
    client = shop.again()
    watch = shop.client("cloudwatch")
    (after,) = watch.describe_alarms()["MetricAlarms"]
    assert after == before
    assert watch.get_dashboard(DashboardName="shop")["DashboardBody"] == '{"widgets":[]}'
    for _ in range(3):
        client.put_item(TableName="cars", Item={"id": {"S": "1"}})
    shop.clock.advance(60)
    assert watch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "ALARM"
    shop.again()
    (alarm,) = shop.client("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert alarm["AlarmName"] == "busy"


def test_time_to_live_goes_on(shop):
    client, _ = create(shop)
    client.update_time_to_live(
        TableName="cars", TimeToLiveSpecification={"AttributeName": "ends", "Enabled": True}
    )
    shop.clock.advance(3_600)
    now = int(shop.clock.now())
    for number in range(3):
        ends = {"N": str(now + 100 * (number + 1))}
        client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "ends": ends})
    client = shop.again()
    setting = client.describe_time_to_live(TableName="cars")["TimeToLiveDescription"]
    assert setting == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}
    shop.clock.advance(150)
    assert client.scan(TableName="cars")["Count"] == 2
    # What ended while nobody had the database open goes when time is told again.
    shop.database.close()
    shop.clock.advance(100)
    shop.database = shop.open()
    client = shop.client("dynamodb")
    assert client.scan(TableName="cars")["Count"] == 1
    assert client.describe_table(TableName="cars")["Table"]["ItemCount"] == 1


def test_tags_stay(shop):
    client, arn = create(shop, Tags=[{"Key": "owner", "Value": "anna"}])
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    client.untag_resource(ResourceArn=arn, TagKeys=["owner"])
    client = shop.again()
    assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "test"}]


def test_resource_policies_stay(shop):
    client, arn = create(shop)
    revision = client.put_resource_policy(ResourceArn=arn, Policy=POLICY)["RevisionId"]
    client = shop.again()
    kept = client.get_resource_policy(ResourceArn=arn)
    assert (kept["Policy"], kept["RevisionId"]) == (POLICY, revision)
    with pytest.raises(exceptions.PolicyNotFoundException):
        client.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId="1")
    client.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId=revision)
    client = shop.again()
    with pytest.raises(exceptions.PolicyNotFoundException):
        client.get_resource_policy(ResourceArn=arn)


def test_tokens_of_transactions_hold_for_ten_minutes(shop):
    client, _ = create(shop)
    add = {
        "TableName": "cars",
        "Key": {"id": {"S": "a"}},
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    request = {"ClientRequestToken": "once", "TransactItems": [{"Update": add}]}

    def count(client):
        return client.get_item(TableName="cars", Key={"id": {"S": "a"}})["Item"]["n"]["N"]

    client.transact_write_items(**request)
    client = shop.again()
    client.transact_write_items(**request)
    assert count(client) == "1"
    shop.clock.advance(601)
    client = shop.again()
    client.transact_write_items(**request)
    assert count(client) == "2"


def test_vector_indexes_find_what_they_found_and_what_comes(shop):
    client, _ = create(
        shop,
        AttributeDefinitions=[*KEY["AttributeDefinitions"], {"AttributeName": "make", "AttributeType": "S"}],
        VectorIndexes=[VECTORS],
    )

    def put(name, *look):
        vector = {"L": [{"N": str(number)} for number in look]}
        client.put_item(TableName="cars", Item={"id": {"S": name}, "make": {"S": "MINI"}, "look": vector})

    def search():
        found = client.search_vectors(
            TableName="cars",
            IndexName="by-look",
            SearchVector=[{"N": "1"}, {"N": "0"}],
            TopK=10,
            SearchConditionExpression="make = :make",
            ExpressionAttributeValues={":make": {"S": "MINI"}},
        )
        return [(result["Item"]["id"]["S"], result["Score"]) for result in found["SearchResults"]]

    for number in range(20):
        put(f"car-{number}", number, 1)
    client.delete_item(TableName="cars", Key={"id": {"S": "car-0"}})
    found, table = search(), client.describe_table(TableName="cars")["Table"]
    assert len(found) == 10
    client = shop.again()
    assert search() == found
    assert client.describe_table(TableName="cars")["Table"] == table
    put("nearest", 1, 0)
    client.delete_item(TableName="cars", Key={"id": {"S": "car-1"}})
    assert search()[0][0] == "nearest"
    assert "car-1" not in dict(search())
    client = shop.again()
    (index,) = client.describe_table(TableName="cars")["Table"]["VectorIndexes"]
    assert (index["ItemCount"], search()[0][0]) == (19, "nearest")
    client.update_table(TableName="cars", VectorIndexUpdates=[{"Delete": {"IndexName": "by-look"}}])
    client = shop.again()
    assert "VectorIndexes" not in client.describe_table(TableName="cars")["Table"]


def read_stream(shop, arn):
    """Read all records of a stream, those of a parent shard before those of its children."""
    streams = shop.client("dynamodbstreams")
    records = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator)
            records += page["Records"]
            iterator = page["Records"] and page.get("NextShardIterator")
    return records


def test_streams_go_on(shop):
    spec = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    # Provisioned so little, it has one partition, and the stream one shard at a time.
    client, _ = create(shop, **provisioned(100), StreamSpecification=spec)
    arn = client.describe_table(TableName="cars")["Table"]["LatestStreamArn"]

    def put(*numbers):
        for number in numbers:
            client.put_item(TableName="cars", Item={"id": {"S": str(number)}, "n": {"N": str(number)}})

    def told():
        streams = shop.client("dynamodbstreams")
        description = streams.describe_stream(StreamArn=arn)["StreamDescription"]
        return description, client.describe_table(TableName="cars")["Table"], read_stream(shop, arn)

    def ids():
        return [record["dynamodb"]["Keys"]["id"]["S"] for record in read_stream(shop, arn)]

    put(*range(20))
    before = told()
    assert len(before[2]) == 20
    client = shop.again()
    assert told() == before
    # Numbers go on behind those that were given.
    put(20)
    records = read_stream(shop, arn)
    assert records[:20] == before[2]
    assert records[20]["dynamodb"]["SequenceNumber"] > records[19]["dynamodb"]["SequenceNumber"]
    # A shard is closed after hours, and another one goes on.
    shop.clock.advance(5 * 3_600)
    put(21)
    before = told()
    assert len(before[0]["Shards"]) == 2
    client = shop.again()
    assert told() == before
    # Records go after a day, also where nobody had the database open meanwhile.
    shop.clock.advance(19 * 3_600 + 1)
    client = shop.again()
    assert ids() == ["21"]
    shop.database.close()
    shop.clock.advance(5 * 3_600)
    shop.database = shop.open()
    client = shop.client("dynamodb")
    assert ids() == []
    put(22)
    assert ids() == ["22"]
    client.update_table(TableName="cars", StreamSpecification={"StreamEnabled": False})
    put(23)
    before = told()
    client = shop.again()
    assert told() == before
    assert ids() == ["22"]
    # One that has ended outlives its table, for a day.
    client.update_table(TableName="cars", StreamSpecification=spec)
    put(24)
    second = client.describe_table(TableName="cars")["Table"]["LatestStreamArn"]
    assert second != arn
    client.delete_table(TableName="cars")
    client = shop.again()
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in read_stream(shop, second)] == ["24"]
    listed = shop.client("dynamodbstreams").list_streams()["Streams"]
    assert [stream["StreamArn"] for stream in listed] == [arn, second]
    shop.clock.advance(24 * 3_600)
    shop.again()
    assert shop.client("dynamodbstreams").list_streams()["Streams"] == []


def test_what_goes_to_kinesis_goes_on(shop):
    arn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
    arrived = []

    class Sink:
        def put_records(self, *, Records, StreamARN):
            arrived.extend(json.loads(record["Data"])["dynamodb"]["Keys"]["id"]["S"] for record in Records)

    client, _ = create(shop)
    shop.database.kinesis_stream(arn, Sink())
    client.enable_kinesis_streaming_destination(TableName="cars", StreamArn=arn)
    shop.database.tick()
    client.put_item(TableName="cars", Item={"id": {"S": "1"}})
    shop.clock.advance(1)
    client.put_item(TableName="cars", Item={"id": {"S": "2"}})
    client = shop.again()
    (destination,) = client.describe_kinesis_streaming_destination(TableName="cars")[
        "KinesisDataStreamDestinations"
    ]
    assert destination == {"StreamArn": arn, "DestinationStatus": "ACTIVE"}
    client.put_item(TableName="cars", Item={"id": {"S": "3"}})
    assert arrived == ["1"]
    shop.database.kinesis_stream(arn, Sink())
    shop.clock.advance(1)
    assert arrived == ["1", "2", "3"]


def test_bulk_operations_are_listed_and_their_tokens_known(shop):
    client, _ = create(shop)
    request = {
        "TableName": "cars",
        "InputS3Configuration": {"S3Bucket": "cars-to-load", "InputFormat": "DYNAMODB_JSON"},
        "OutputS3Configuration": {"S3Bucket": "reports", "OutputType": ["ERROR"]},
        "ClientToken": "0123456789abcdef0123456789abcdef",
    }
    started = client.start_bulk_put_items(**request)["BulkOperationDescription"]
    shop.clock.advance(60)
    client = shop.again()
    again = client.start_bulk_put_items(**request)["BulkOperationDescription"]
    assert again["BulkOperationArn"] == started["BulkOperationArn"]
    assert again["BulkOperationStatus"] == "FAILED"
    listed = client.list_bulk_operations()["BulkOperationsSummaryList"]
    assert [each["BulkOperationArn"] for each in listed] == [started["BulkOperationArn"]]


def test_settings_of_a_table_stay(shop):
    client, arn = create(shop, **provisioned(50), DeletionProtectionEnabled=True)
    client.update_table(TableName="cars", TableClass="STANDARD_INFREQUENT_ACCESS")
    client.update_table(TableName="cars", SSESpecification={"Enabled": True, "SSEType": "KMS"})
    client.update_contributor_insights(TableName="cars", ContributorInsightsAction="ENABLE")
    client.update_table(
        TableName="cars", ProvisionedThroughput={"ReadCapacityUnits": 40, "WriteCapacityUnits": 60}
    )
    before = client.describe_table(TableName="cars")["Table"]
    assert before["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1
    client = shop.again()
    assert client.describe_table(TableName="cars")["Table"] == before
    insights = client.describe_contributor_insights(TableName="cars")
    assert insights["ContributorInsightsStatus"] == "ENABLED"
    with pytest.raises(exceptions.ValidationException, match="deletion protection"):
        client.delete_table(TableName="cars")
    client.update_table(TableName="cars", DeletionProtectionEnabled=False)
    client.delete_table(TableName="cars")
    client = shop.again()
    assert client.list_tables()["TableNames"] == []
    assert arn == before["TableArn"]
