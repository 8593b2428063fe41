"""DescribeGlobalTable: native, boto3 in process and HTTP."""

from refusal import invalid, refused, violation


def test_every_region_tells_of_it(planet):
    planet.group()
    for region in range(2):
        described = planet.client(region).describe_global_table(GlobalTableName=planet.name)
        description = described["GlobalTableDescription"]
        assert description["GlobalTableStatus"] == "ACTIVE"
        assert description["ReplicationGroup"] == [
            {"RegionName": name, "ReplicaStatus": "ACTIVE"} for name in planet.regions
        ]
        assert "CreationDateTime" in description


def test_a_global_table_that_is_not_there(client):
    said = "Global table not found: Global table with name: 'cars' does not exist."
    with refused("GlobalTableNotFoundException", said):
        client.describe_global_table(GlobalTableName="cars")


def test_a_name_of_two_letters(client):
    with invalid(violation("'ab'", "globalTableName", "Member must have length greater than or equal to 3")):
        client.describe_global_table(GlobalTableName="ab")
