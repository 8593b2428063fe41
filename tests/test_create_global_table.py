"""CreateGlobalTable: native, boto3 in process and HTTP."""

import re

from refusal import invalid, refused, violation

UNSUPPORTED = (
    "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported. "
    "We recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)


def test_tables_of_two_regions_become_one(planet):
    made = planet.group()
    assert made["GlobalTableName"] == planet.name
    assert made["GlobalTableStatus"] == "CREATING"
    assert made["GlobalTableArn"].endswith(f":global-table/{planet.name}")
    assert [replica["RegionName"] for replica in made["ReplicationGroup"]] == list(planet.regions)
    table = planet.client(1).describe_table(TableName=planet.name)["Table"]
    assert table["GlobalTableVersion"] == "2017.11.29"


def test_items_tell_of_their_last_write(planet):
    planet.group()
    planet.client(0).put_item(TableName=planet.name, Item={"id": {"S": "1"}})
    found = {"TableName": planet.name, "Key": {"id": {"S": "1"}}}

    def shown(region):
        return planet.client(region).get_item(**found).get("Item", {})

    planet.until(lambda: all("aws:rep:updatetime" in shown(region) for region in range(2)))
    item = shown(1)
    assert item == shown(0)
    assert item["aws:rep:deleting"] == {"BOOL": False}
    assert item["aws:rep:updateregion"] == {"S": planet.regions[0]}
    assert re.fullmatch(r"\d+\.\d{3}001", item["aws:rep:updatetime"]["N"])


def test_a_table_that_is_not_there(planet):
    planet.create(0)
    said = f"Table not found: Table: '{planet.name}' not found in region: '{planet.regions[1]}'."
    group = [{"RegionName": region} for region in planet.regions]
    with refused("TableNotFoundException", said):
        planet.client().create_global_table(GlobalTableName=planet.name, ReplicationGroup=group)


def test_a_global_table_that_is_there(planet):
    planet.group()
    said = f"Global table already exists: Global table with name: '{planet.name}' already exists."
    group = [{"RegionName": planet.regions[0]}]
    with refused("GlobalTableAlreadyExistsException", said):
        planet.client().create_global_table(GlobalTableName=planet.name, ReplicationGroup=group)


def test_a_database_by_itself_answers_as_aws_does_now(client):
    with invalid(UNSUPPORTED):
        client.create_global_table(
            GlobalTableName="cars",
            ReplicationGroup=[{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}],
        )


def test_the_request_is_checked_first(client):
    with invalid("One or more parameter values were invalid: Global table must have atleast one replica"):
        client.create_global_table(GlobalTableName="cars", ReplicationGroup=[])
    with invalid(violation("null", "replicationGroup", "Member must not be null")):
        client.create_global_table(GlobalTableName="cars")
    with invalid(
        "One or more parameter values were invalid: ReplicationGroup members must specify RegionName"
    ):
        client.create_global_table(GlobalTableName="cars", ReplicationGroup=[{}])
