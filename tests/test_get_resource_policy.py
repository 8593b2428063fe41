"""GetResourcePolicy."""

import json

from refusal import invalid, refused

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/cars"


def test_a_policy_comes_back_in_awss_form(cars):
    text = {
        "Statement": {
            "Resource": [ARN],
            "Action": ["dynamodb:GetItem"],
            "Principal": {"AWS": ["123456789012"]},
            "Effect": "allow",
        }
    }
    revision = cars.put_resource_policy(ResourceArn=ARN, Policy=json.dumps(text, indent=2))["RevisionId"]
    answer = cars.get_resource_policy(ResourceArn=ARN)
    assert answer["RevisionId"] == revision
    assert answer["Policy"] == (
        '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":'
        '"arn:aws:iam::123456789012:root"},"Action":"dynamodb:GetItem","Resource":"' + ARN + '"}]}'
    )


def test_no_policy_and_no_table(cars):
    with refused(
        "PolicyNotFoundException", f"Resource-based policy not found for the provided ResourceArn: {ARN}"
    ):
        cars.get_resource_policy(ResourceArn=ARN)
    with refused("ResourceNotFoundException", "Requested resource not found: Table: vans not found"):
        cars.get_resource_policy(ResourceArn=ARN.replace("cars", "vans"))
    with invalid("One or more parameter values were invalid: ARNs must start with 'arn:': cars"):
        cars.get_resource_policy(ResourceArn="cars")
