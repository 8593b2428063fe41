"""TagResource, and tags of a new table."""

import pytest

from refusal import invalid, refused

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/cars"


def tag(client, tags, arn=ARN):
    return client.tag_resource(
        ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )


def tags(client):
    listed = client.list_tags_of_resource(ResourceArn=ARN)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def test_tags_are_put_and_replaced(cars):
    answer = tag(cars, {"env": "test", "team": ""})
    assert set(answer) == {"ResponseMetadata"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    tag(cars, {"env": "production", "project": "x"})
    assert tags(cars) == {"env": "production", "team": "", "project": "x"}


def test_a_table_may_be_made_with_tags(client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "env", "Value": "test"}],
    )
    assert tags(client) == {"env": "test"}


def test_fifty_are_enough(cars):
    tag(cars, {str(number): "v" for number in range(50)})
    with invalid("Number of Tags exceed the current limit for the provided ResourceArn"):
        tag(cars, {"more": "v"})
    tag(cars, {"7": "other"})
    assert len(tags(cars)) == 50


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("aws:a", "v", "Tag Key cannot be prefixed with aws:, Key: aws:a"),
        ("", "v", "The Tag Key provided is invalid, Key: "),
        ("x" * 129, "v", f"The Tag Key provided is invalid, Key: {'x' * 129}"),
        ("k", "a,b", "The Tag Value provided is invalid, Value: a,b"),
        ("k", "x" * 257, f"The Tag Value provided is invalid, Value: {'x' * 257}"),
    ],
)
def test_a_bad_tag_refuses_all(cars, key, value, message):
    with invalid(message):
        tag(cars, {"good": "v", key: value})
    assert tags(cars) == {}


def test_only_tables_have_tags(cars):
    invalid_value = "One or more parameter values were invalid: "
    with invalid(f"{invalid_value}ARNs must start with 'arn:': not-a-valid-arn"):
        tag(cars, {"a": "b"}, "not-a-valid-arn")
    index = f"{ARN}/index/by-make"
    with invalid(
        f"{invalid_value}Invalid resource arn provided, only table or stream is accepted. "
        f"Provided resource arn: {index}"
    ):
        tag(cars, {"a": "b"}, index)
    with refused("ResourceNotFoundException", f"Requested resource not found: ResourceArn: {ARN}x not found"):
        tag(cars, {"a": "b"}, f"{ARN}x")
    with invalid("Atleast one Tag needs to be provided as Input."):
        tag(cars, {})
