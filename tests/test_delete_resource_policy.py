"""DeleteResourcePolicy."""

import re

import pytest

from refusal import refused
from test_put_resource_policy import ARN, policy, put


def test_a_policy_goes(cars):
    revision = put(cars, policy())
    with refused("PolicyNotFoundException", re.compile(".*revision id unknown, but the policy.*")):
        cars.delete_resource_policy(ResourceArn=ARN, ExpectedRevisionId="unknown")
    answer = cars.delete_resource_policy(ResourceArn=ARN, ExpectedRevisionId=revision)
    assert answer["RevisionId"] == revision
    with pytest.raises(cars.exceptions.PolicyNotFoundException):
        cars.get_resource_policy(ResourceArn=ARN)
    assert "RevisionId" not in cars.delete_resource_policy(ResourceArn=ARN), "nothing to delete is no error"


def test_no_table(client):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: cars not found"):
        client.delete_resource_policy(ResourceArn=ARN)
