"""UntagResource."""

from refusal import invalid, refused, violation

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/cars"


def test_tags_go(cars):
    cars.tag_resource(ResourceArn=ARN, Tags=[{"Key": key, "Value": "v"} for key in "abc"])
    answer = cars.untag_resource(ResourceArn=ARN, TagKeys=["a", "c", "missing"])
    assert set(answer) == {"ResponseMetadata"}
    assert cars.list_tags_of_resource(ResourceArn=ARN)["Tags"] == [{"Key": "b", "Value": "v"}]


def test_keys_are_checked(cars):
    with invalid("Atleast one Tag Key needs to be provided as Input."):
        cars.untag_resource(ResourceArn=ARN, TagKeys=[])
    with invalid("The Tag Key provided is invalid, Key: "):
        cars.untag_resource(ResourceArn=ARN, TagKeys=[""])
    with invalid("Number of Tags exceed the current limit for the provided ResourceArn"):
        cars.untag_resource(ResourceArn=ARN, TagKeys=[str(number) for number in range(51)])
    with invalid(violation("null", "tagKeys", "Member must not be null")):
        cars.untag_resource(ResourceArn=ARN)


def test_no_table(client):
    with refused("ResourceNotFoundException", f"Requested resource not found: ResourceArn: {ARN} not found"):
        client.untag_resource(ResourceArn=ARN, TagKeys=["a"])
