"""DescribeEndpoints."""

from botocore.config import Config

import dynacore


def test_the_endpoint_is_the_regions(client):
    endpoints = client.describe_endpoints()["Endpoints"]
    assert endpoints == [{"Address": "dynamodb.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1440}]


def test_boto3_may_look_for_endpoints():
    """With discovery switched on, boto3 asks before its first call and still lands here."""
    session = dynacore.Database().boto3_session()
    client = session.client("dynamodb", config=Config(endpoint_discovery_enabled=True))
    assert client.list_tables()["TableNames"] == []
