"""PutResourcePolicy, and the policy of a new table. Policies are kept and told; they are not enforced."""

import json
import re

import pytest

from refusal import invalid, refused

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/cars"
NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "


def policy(action="dynamodb:GetItem", effect="Allow", principal=None):
    statement = {
        "Principal": principal or {"AWS": "123456789012"},
        "Effect": effect,
        "Action": [action],
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def put(client, text, **more):
    return client.put_resource_policy(ResourceArn=ARN, Policy=text, **more)["RevisionId"]


def test_each_change_has_a_revision(cars):
    first = put(cars, policy(), ExpectedRevisionId="NO_POLICY")
    assert put(cars, policy()) == first, "the same policy is no change"
    second = put(cars, policy("dynamodb:PutItem"), ExpectedRevisionId=first)
    assert second > first
    with refused(
        "PolicyNotFoundException",
        f"{NOT_FOUND}Requested update for policy with revision id {first}, but the policy associated to "
        f"target table cars has revision id {second}.",
    ):
        put(cars, policy("dynamodb:Scan"), ExpectedRevisionId=first)
    with refused(
        "PolicyNotFoundException",
        f"{NOT_FOUND}Requested policy update expecting none to be present for table cars, but a policy "
        f"exists with revision id {second}.",
    ):
        put(cars, policy("dynamodb:Scan"), ExpectedRevisionId="NO_POLICY")


def test_a_table_may_be_made_with_one(client):
    client.create_table(
        TableName="cars",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        ResourcePolicy=policy(),
    )
    assert client.get_resource_policy(ResourceArn=ARN)["RevisionId"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "This policy contains invalid Json"),
        ("{}", "Syntax error at position (1,3)"),
        ('{"Statement": []}', "Could not parse the policy: Statement is empty!"),
        ('{"Statement": [{}]}', "Missing required field Effect"),
    ],
)
def test_what_is_no_policy(cars, text, problem):
    with invalid(f"One or more parameter values were invalid: Invalid policy document: {problem}"):
        put(cars, text)


def test_twenty_kilobytes_are_enough(cars):
    with invalid("One or more parameter values were invalid: Maximum policy size of 20480 bytes exceeded"):
        put(cars, policy() + " " * 20_480)


def test_everyone_may_not_do_everything(cars):
    with invalid(re.compile("Resource-based policy grants unbounded access.*")):
        put(cars, policy(principal="*"))


def test_who_locks_himself_out_says_so(cars):
    text = policy("dynamodb:PutResourcePolicy", "Deny", "*")
    with invalid(re.compile(".*ConfirmRemoveSelfResourceAccess.*")):
        put(cars, text)
    put(cars, text, ConfirmRemoveSelfResourceAccess=True)
    put(cars, policy())


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        put(client, policy())
