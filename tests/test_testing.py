"""The pytest plugin, in runs of pytest of its own."""

import os

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session

import dynacore
from dynacore._boto3 import reroute

pytest_plugins = ["pytester"]

SHOP = """
    import boto3

    early = boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )

    def create(name):
        boto3.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        )

    def put(name, **item):
        boto3.resource("dynamodb").Table(name).put_item(Item=item)
"""


def run(pytester, code, passed, **more):
    pytester.makepyfile(shop=SHOP)
    pytester.makepyfile(code)
    result = pytester.runpytest("-q", "--strict-markers", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=passed, **more)
    return result


def test_each_test_has_a_database_of_its_own(pytester):
    run(
        pytester,
        """
        import pytest, dynacore

        @pytest.mark.parametrize("number", [1, 2])
        def test_it(dynamodb, number):
            assert isinstance(dynamodb, dynacore.Database)
            assert dynamodb.clock is None
            client = dynamodb.client()
            assert client.list_tables()["TableNames"] == []
            client.create_table(
                TableName="cars",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        """,
        passed=2,
    )


def test_the_clock_is_the_databases(pytester):
    run(
        pytester,
        """
        def test_it(dynamodb_clock, dynamodb):
            assert dynamodb.clock is dynamodb_clock
            before = dynamodb_clock.now()
            dynamodb_clock.advance(60)
            assert dynamodb_clock.now() == before + 60
        """,
        passed=1,
    )


def test_options_come_from_the_marker(pytester):
    run(
        pytester,
        """
        import pytest

        pytestmark = pytest.mark.dynamodb(region="eu-central-1", account_id="123456789012")

        @pytest.mark.dynamodb(account_id="999999999999")
        def test_it(dynamodb):
            assert (dynamodb.region, dynamodb.account_id) == ("eu-central-1", "999999999999")
        """,
        passed=1,
    )


def test_boto3_anywhere_lands_in_the_database(pytester):
    run(
        pytester,
        """
        import boto3, shop

        def test_it(boto3_dynamodb):
            shop.create("cars")
            shop.put("cars", id="1", wheels=4)
            assert shop.early.list_tables()["TableNames"] == ["cars"]
            assert boto3_dynamodb.resource().Table("cars").scan()["Items"] == [{"id": "1", "wheels": 4}]
            session = boto3.session.Session(region_name="us-east-1")
            assert session.client("dynamodb").scan(TableName="cars")["Count"] == 1
            assert session.client("application-autoscaling").describe_scalable_targets(
                ServiceNamespace="dynamodb")["ScalableTargets"] == []

        def test_the_next_one_begins_anew(boto3_dynamodb):
            assert boto3.client("dynamodb").list_tables()["TableNames"] == []
        """,
        passed=2,
    )


def test_time_and_options_reach_boto3(pytester):
    run(
        pytester,
        """
        import pytest, shop
        from botocore.config import Config
        import boto3

        once = Config(retries={"mode": "standard", "total_max_attempts": 1})

        @pytest.mark.dynamodb(initial_burst_seconds=0)
        def test_it(boto3_dynamodb, dynamodb_clock):
            shop.create("cars")
            client = boto3.client("dynamodb", config=once)
            with pytest.raises(client.exceptions.ProvisionedThroughputExceededException):
                client.put_item(TableName="cars", Item={"id": {"S": "1"}})
            dynamodb_clock.advance(1)
            client.put_item(TableName="cars", Item={"id": {"S": "1"}})
        """,
        passed=1,
    )


def test_the_region_of_the_database_is_the_default(pytester):
    run(
        pytester,
        """
        import boto3, pytest
        from dynacore._boto3 import NotServedError

        @pytest.mark.dynamodb(region="eu-central-1")
        def test_it(boto3_dynamodb):
            assert boto3.client("dynamodb").meta.region_name == "eu-central-1"
            boto3.client("dynamodb").list_tables()
            with pytest.raises(NotServedError, match="the request is for Region us-west-2"):
                boto3.client("dynamodb", region_name="us-west-2").list_tables()
        """,
        passed=1,
    )


def test_a_wrong_marker_is_told(pytester):
    run(
        pytester,
        """
        import pytest

        @pytest.mark.dynamodb("eu-central-1")
        def test_it(dynamodb):
            pass
        """,
        passed=0,
        errors=1,
    )


def test_other_services_are_left_alone(boto3_dynamodb, monkeypatch):
    sent = []

    def open_nothing(*arguments, **more):
        sent.append(more["url"])
        raise OSError

    # Where the socket would open: what the fixture leaves to others goes as far as here.
    monkeypatch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", open_nothing)
    once = Config(retries={"mode": "standard", "total_max_attempts": 1})
    with pytest.raises(HTTPClientError):
        boto3.client("s3", endpoint_url="http://127.0.0.1:9", config=once).list_buckets()
    assert len(sent) == 1
    boto3.client("dynamodb").list_tables()
    assert len(sent) == 1


def test_all_is_undone(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-1")
    before = (URLLib3Session.send, boto3.DEFAULT_SESSION, dict(os.environ))
    database = dynacore.Database(region="eu-west-1")
    with reroute(database._core, database.region, monkeypatch):
        assert URLLib3Session.send is not before[0]
        assert boto3.client("dynamodb").meta.region_name == "eu-west-1"
    assert (URLLib3Session.send, boto3.DEFAULT_SESSION, dict(os.environ)) == before
