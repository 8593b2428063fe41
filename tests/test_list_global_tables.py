"""ListGlobalTables: native, boto3 in process and HTTP."""

from refusal import invalid, violation


def test_a_global_table_is_listed_where_it_is(planet):
    planet.group()
    for region in planet.regions:
        listed = planet.client().list_global_tables(RegionName=region)["GlobalTables"]
        group = [{"RegionName": name} for name in planet.regions]
        assert {"GlobalTableName": planet.name, "ReplicationGroup": group} in listed
    away = planet.client().list_global_tables(RegionName="ap-south-1")
    assert away["GlobalTables"] == []


def test_pages_go_on_behind_a_name(planet):
    planet.group()
    first = f"{planet.name}-"
    listed = planet.client().list_global_tables(ExclusiveStartGlobalTableName=planet.name, Limit=1)
    assert all(table["GlobalTableName"] > planet.name for table in listed["GlobalTables"])
    before = planet.client().list_global_tables(ExclusiveStartGlobalTableName="ca-", Limit=100)
    assert planet.name in [table["GlobalTableName"] for table in before["GlobalTables"]]
    assert first not in [table["GlobalTableName"] for table in before["GlobalTables"]]


def test_a_database_by_itself_has_none(client):
    answer = client.list_global_tables()
    assert answer["GlobalTables"] == []
    assert "LastEvaluatedGlobalTableName" not in answer


def test_a_limit_below_one(client):
    with invalid(violation("'0'", "limit", "Member must have value greater than or equal to 1")):
        client.list_global_tables(Limit=0)
