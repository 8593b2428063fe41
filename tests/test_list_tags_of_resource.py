"""ListTagsOfResource."""

import re

from refusal import invalid, refused, violation

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/cars"


def test_tags_come_in_order_of_their_keys(cars):
    assert cars.list_tags_of_resource(ResourceArn=ARN)["Tags"] == []
    cars.tag_resource(ResourceArn=ARN, Tags=[{"Key": key, "Value": "v"} for key in "cab"])
    answer = cars.list_tags_of_resource(ResourceArn=ARN)
    assert [tag["Key"] for tag in answer["Tags"]] == ["a", "b", "c"]
    assert "NextToken" not in answer


def test_the_paginator(cars):
    cars.tag_resource(ResourceArn=ARN, Tags=[{"Key": str(key), "Value": "v"} for key in range(50)])
    pages = cars.get_paginator("list_tags_of_resource").paginate(ResourceArn=ARN)
    assert sum(len(page["Tags"]) for page in pages) == 50


def test_what_is_not_ours(cars):
    for arn in (
        "arn:aws:dynamodb:us-east-1:123456789012:table/cars",
        "arn:aws:dynamodb:us-east-1:000000000000:table/missing",
    ):
        said = (
            "User: arn:aws:iam::000000000000:root is not authorized to perform: dynamodb:ListTagsOfResource "
            f"on resource: {arn} because"
        )
        with refused("AccessDeniedException", re.compile(re.escape(said) + ".*")):
            cars.list_tags_of_resource(ResourceArn=arn)
    with invalid(violation("null", "resourceArn", "Member must not be null")):
        cars.list_tags_of_resource()
