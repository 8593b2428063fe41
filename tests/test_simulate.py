"""`dynacore simulate`: scenarios in virtual time, and what is said of them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from dynacore import _core
from dynacore._cli import main
from dynacore._simulate import page

ORDERS = {"name": "orders", "partition_key": "id", "read_units": 100, "write_units": 100}


def ignore(done: float) -> None:
    pass


def play(tables=(ORDERS,), loads=(), directory: Path | str = ".", **options):
    scenario = {"seconds": 120, "table": list(tables), "load": list(loads), **options}
    return json.loads(_core.simulate(json.dumps(scenario), True, directory, ignore))


def put(rate: float, **options):
    return {"table": "orders", "operation": "PutItem", "rate": rate, **options}


def invoke(*arguments: str):
    return CliRunner().invoke(main, ["simulate", *arguments])


README = Path(__file__).parents[1] / "README.md"
# By the name of the file in their first line.
SCENARIOS = {
    text.split()[1]: text for text in re.findall(r"```toml\n(# .*?)```", README.read_text(), re.DOTALL)
}


# What happens


def test_what_fits_is_not_throttled():
    report = play(loads=[put(80, arrivals="even")])
    (load,) = report["loads"]
    assert load["requests"] == load["succeeded"] == 80 * 120 - 1
    assert load["throttled_attempts"] == 0
    assert not any("throttled" in sentence for sentence in report["recommendations"])


def test_what_is_too_much_is_throttled_once_the_burst_is_used():
    report = play(loads=[put(200, retry="none", arrivals="even")], seconds=600, initial_burst_seconds=0)
    (load,) = report["loads"]
    assert load["gave_up"] == load["throttled_attempts"] > 0
    # 100 units a second are provisioned, and nothing was saved up.
    assert load["succeeded"] == pytest.approx(100 * 600, rel=0.01)
    (reason,) = load["reasons"]
    assert reason == "TableWriteProvisionedThroughputExceeded on orders"
    assert "requests were lost" in report["recommendations"][0]


def test_a_full_burst_bucket_lasts_300_seconds_of_the_rate():
    report = play(loads=[put(200, retry="none", arrivals="even")], seconds=600)
    (load,) = report["loads"]
    assert load["succeeded"] == pytest.approx(100 * 300 + 100 * 600, rel=0.01)
    assert load["minutes"][0]["throttled"] == 0


def test_retries_hide_a_short_peak_at_the_price_of_latency():
    """A peak of two seconds: every request succeeds in the end, and the client sees how long that took."""
    peak = [[0, 95], [60, 95], [60.001, 400], [62, 400], [62.001, 50]]
    report = play(loads=[put(peak)], initial_burst_seconds=0)
    (load,) = report["loads"]
    assert load["throttled_attempts"] > 0
    assert load["gave_up"] == 0
    assert load["succeeded"] == load["requests"]
    assert load["latency_milliseconds"]["max"] > 1_000 > load["latency_milliseconds"]["p50"]


def test_auto_scaling_follows_the_load():
    scaled = {**ORDERS, "write_scaling": {"min": 100, "max": 1_000}}
    report = play([scaled], [put(150, arrivals="even")], seconds=1_200)
    minutes = report["resources"][0]["minutes"]
    assert minutes[0]["provisioned"] == [100, 100]
    # 150 units at a target of 70 %: the published 215 (facts 3.3).
    assert minutes[-1]["provisioned"] == [100, 215]
    assert minutes[-2]["consumed"][1] == pytest.approx(150, rel=0.02)


def test_an_index_with_too_little_throttles_its_table():
    index = {"name": "by_day", "partition_key": "day", "read_units": 5, "write_units": 5}
    table = {**ORDERS, "index": [index]}
    keys = {"distribution": "sequential"}
    report = play([table], [put(50, retry="none", keys=keys)], seconds=300, initial_burst_seconds=0)
    (load,) = report["loads"]
    assert load["gave_up"] > 0
    assert "IndexWriteProvisionedThroughputExceeded on orders/index/by_day" in load["reasons"]


def test_a_hot_key_shows_as_heat_of_one_partition():
    table = {"name": "orders", "partition_key": "id", "read_units": 3_000, "write_units": 4_000}
    keys = {"distribution": "hot-key", "share": 0.95, "count": 10_000}
    report = play([table], [put(1_500, retry="none", keys=keys)], initial_burst_seconds=0)
    heats = sorted(partition["heat_max"] for partition in report["tables"][0]["partitions"])
    assert len(heats) > 1
    assert heats[-1] >= 0.9 > 0.2 > heats[0]


def test_a_query_of_an_index_finds_what_was_put():
    index = {
        "name": "by_day",
        "partition_key": "day",
        "partition_values": 5,
        "read_units": 500,
        "write_units": 500,
    }
    loads = [put(50), {"table": "orders", "operation": "Query", "index": "by_day", "rate": 5}]
    report = play([{**ORDERS, "index": [index]}], loads)
    assert [load["gave_up"] for load in report["loads"]] == [0, 0]


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"])
def test_every_operation_can_be_a_load(operation):
    table = {**ORDERS, "sort_key": "line"}
    report = play([table], [{"table": "orders", "operation": operation, "rate": 5, "consistent": True}])
    (load,) = report["loads"]
    assert load["name"] == f"{operation} orders"
    assert load["succeeded"] == load["requests"] > 0


def test_the_same_seed_plays_the_same():
    loads = [put(300, keys={"distribution": "zipf"}, retry="standard")]
    one, other = play(loads=loads, seed=5), play(loads=loads, seed=5)
    assert one == other
    assert play(loads=loads, seed=6) != one


def test_the_warm_up_is_not_in_the_figures():
    report = play(loads=[put(10, arrivals="even")], seconds=120, warm_up_seconds=60)
    assert report["loads"][0]["requests"] == pytest.approx(600, abs=1)
    assert report["loads"][0]["minutes"][0]["succeeded"] == 0


# The bill


def test_the_bill_is_the_price_lists():
    (table,) = play(loads=[put(50, arrivals="even")], seconds=3_600)["tables"]
    bill = table["bill"]
    assert bill["provisioned_month"] == pytest.approx(730 * 100 * (0.00013 + 0.00065))
    assert bill["on_demand_month"] == pytest.approx(730 * 3_600 * 50 / 1e6 * 0.625, rel=0.001)
    assert bill["reserved_one_year_month"] == pytest.approx(bill["provisioned_month"] * (1 - 0.54))


def test_a_table_on_demand_has_one_bill():
    report = play([{"name": "orders", "partition_key": "id"}], [put(50)])
    bill = report["tables"][0]["bill"]
    assert bill["provisioned_month"] is None
    assert bill["on_demand_month"] > 0


def test_an_idle_table_is_noticed():
    report = play([{**ORDERS, "read_units": 1_000, "write_units": 1_000}], [put(10)])
    text = " ".join(report["recommendations"])
    assert "1 % of its write units were used" in text
    assert "on demand would cost" in text


# Records


def test_a_trace_is_played_row_by_row(tmp_path):
    (tmp_path / "trace.csv").write_text(
        "time,operation,key,size\n100.0,PutItem,a,2000\n100.5,GetItem,a,\n160,PutItem,b,100\n"
    )
    report = play(loads=[{"table": "orders", "trace": "trace.csv"}], seconds=0, directory=tmp_path)
    (load,) = report["loads"]
    assert load["succeeded"] == 3
    assert [minute["succeeded"] for minute in load["minutes"]] == [2, 1]
    (partition,) = report["tables"][0]["partitions"]
    assert partition["items"] == 2
    # Two write units for 2,000 bytes and one for 100; half a unit for a read that need not be consistent.
    assert partition["units"] == [0.5, 3]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("5,PutItem,a,1\n4,PutItem,a,1\n", "before that of the row above"),
        ("5,Jump,a,1\n", "unknown variant `Jump`"),
        ("soon,PutItem,a,1\n", "line: 2"),
    ],
)
def test_a_bad_trace_says_where(tmp_path, rows, problem):
    (tmp_path / "trace.csv").write_text("time,operation,key,size\n" + rows)
    with pytest.raises(ValueError, match=problem):
        play(loads=[{"table": "orders", "trace": "trace.csv"}], directory=tmp_path)


def test_a_rate_can_be_what_cloudwatch_recorded(tmp_path):
    points = [
        {"Timestamp": "2026-01-01T00:01:00Z", "Sum": 600.0, "Unit": "Count"},
        {"Timestamp": "2026-01-01T00:00:00Z", "Sum": 1_200.0, "Unit": "Count"},
    ]
    (tmp_path / "writes.json").write_text(json.dumps({"Label": "x", "Datapoints": points}))
    report = play(
        loads=[put({"cloudwatch": "writes.json"}, arrivals="even")], seconds=180, directory=tmp_path
    )
    counts = [minute["succeeded"] for minute in report["loads"][0]["minutes"]]
    assert counts == [pytest.approx(1_200, abs=2), pytest.approx(600, abs=2)]


# Several Regions

REGIONS = ["us-east-1", "eu-central-1"]

GLOBAL = {**ORDERS, "write_scaling": {"min": 100, "max": 1_000}}


def of_region(reports, region):
    return [each for each in reports if each["region"] == region]


def test_writes_of_each_region_are_replicated_to_the_others():
    loads = [put(40, arrivals="even"), put(10, arrivals="even", region="eu-central-1")]
    options = {"regions": REGIONS, "replication_seconds": 1.0}
    report = play([GLOBAL], loads, seconds=300, **options)
    assert [load["name"] for load in report["loads"]] == ["PutItem orders", "PutItem orders in eu-central-1"]
    assert [load["region"] for load in report["loads"]] == REGIONS
    for region in REGIONS:
        (resource,) = of_region(report["resources"], region)
        # Every Region takes the writes of all of them.
        assert resource["minutes"][3]["consumed"][1] == pytest.approx(50, rel=0.03)
        (table,) = of_region(report["tables"], region)
        assert table["replicated_write_units"] == pytest.approx(50 * 300, rel=0.01)
    there, back = report["replication"]
    assert (there["from"], there["to"]) == tuple(REGIONS)
    assert there["replicated"] == pytest.approx(40 * 299, abs=50)
    assert back["replicated"] == pytest.approx(10 * 299, abs=15)
    assert there["latency_milliseconds"] == [pytest.approx(1_000, abs=1), pytest.approx(1_000, abs=1)]
    # A second of writes is under way; the count may take in what came from the other Region.
    assert 37 <= there["pending_max"] <= 53
    assert there["minutes"][3]["replicated"] == pytest.approx(40 * 60, abs=2)


def test_replicated_writes_have_their_own_prices():
    prices = {"replicated_write_unit_hour": 0.001, "replicated_write_request_units_million": 2.0}
    loads = [put(50, arrivals="even")]
    report = play([GLOBAL], loads, seconds=600, regions=REGIONS, prices=prices)
    for table in report["tables"]:
        bill = table["bill"]
        assert bill["provisioned_month"] == pytest.approx(730 * 100 * (0.00013 + 0.001), rel=0.001)
        assert bill["on_demand_month"] == pytest.approx(730 * 3_600 * 50 / 1e6 * 2.0, rel=0.01)
        # Only reads can be reserved.
        reserved = 730 * 100 * 0.00013 * 0.54
        assert bill["provisioned_month"] - bill["reserved_one_year_month"] == pytest.approx(reserved)


def test_a_region_with_too_little_is_behind():
    """A replica takes the writes of the other Region from its units, which its own client then lacks."""
    loads = [put(95, arrivals="even"), put(20, arrivals="even", region="eu-central-1", retry="none")]
    table = {**GLOBAL, "write_scaling": {"min": 100, "max": 100}}
    report = play([table], loads, seconds=300, regions=REGIONS, initial_burst_seconds=0)
    _here, there = report["loads"]
    assert there["gave_up"] > 0
    assert any(
        sentence.startswith("PutItem orders in eu-central-1") for sentence in report["recommendations"]
    )


def test_one_region_has_no_replication():
    report = play(loads=[put(1)])
    assert (report["regions"], report["replication"]) == (["us-east-1"], [])
    assert report["tables"][0]["replicated_write_units"] is None


def test_the_same_seed_plays_the_same_in_several_regions():
    loads = [put(60, region=region) for region in REGIONS]
    one, other = (play([GLOBAL], loads, regions=REGIONS, seed=5) for _ in range(2))
    assert one == other


# What cannot be played


@pytest.mark.parametrize(
    ("scenario", "problem"),
    [
        ({}, "missing field `table`"),
        ({"seconds": 1, "table": []}, "there is nothing to simulate"),
        ({"table": [ORDERS]}, "how long is simulated"),
        ({"seconds": 1, "table": [ORDERS], "load": [{"table": "other"}]}, "no table of that name"),
        ({"seconds": 1, "table": [{**ORDERS, "write_units": None}]}, "come together"),
        ({"seconds": 1, "table": [{**ORDERS, "colour": "red"}]}, "unknown field `colour`"),
        ({"seconds": 1, "table": [ORDERS], "load": [put(-1)]}, "rate is from 0"),
        ({"seconds": 1, "table": [ORDERS], "load": [put([[5, 1], [4, 1]])]}, "in order of time"),
        ({"seconds": 1, "table": [ORDERS], "load": [put(1, trace="missing.csv")]}, "missing.csv"),
        ({"seconds": 1, "table": [{**ORDERS, "write_units": 0}]}, "CreateTable"),
        ({"seconds": 1, "table": [ORDERS], "regions": []}, "at least one Region"),
        ({"seconds": 1, "table": [ORDERS], "regions": ["a", "a"]}, "has a twice"),
        ({"seconds": 1, "table": [ORDERS], "load": [put(1, region="x")]}, "no Region x"),
        ({"seconds": 1, "table": [ORDERS], "regions": ["a", "b"]}, "UpdateTable: .*AutoScaled"),
        ({"seconds": 1, "table": [{**ORDERS, "write_scaling": {"min": 5, "max": 1}}]}, "scaling has a min"),
    ],
)
def test_what_cannot_be_played_says_what_and_where(scenario, problem):
    with pytest.raises(ValueError, match=problem):
        _core.simulate(json.dumps(scenario), True, ".", ignore)


def test_an_error_in_the_progress_function_ends_the_run():
    def fail(done: float) -> None:
        raise RuntimeError("enough")

    scenario = {"seconds": 3_600, "table": [ORDERS], "load": [put(100)]}
    with pytest.raises(RuntimeError, match="enough"):
        _core.simulate(json.dumps(scenario), True, ".", fail)


# The command

SCENARIO = """
name = "A small shop"
seconds = 300
[[table]]
name = "orders"
partition_key = "id"
read_units = 5
write_units = 5
[[load]]
table = "orders"
operation = "PutItem"
rate = 20
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    return str(path)


def test_the_report_is_for_people(scenario):
    result = invoke(scenario)
    assert result.exit_code == 0, result.output
    assert "A small shop: 5 min of virtual time" in result.output
    for word in ("throttled", "provisioned", "hottest minute", "on demand", "attempts were throttled"):
        assert word in result.output


def test_the_document_is_for_programs(scenario):
    report = json.loads(invoke(scenario, "--json").stdout)
    assert report["name"] == "A small shop"
    assert report["seconds"] == 300


def test_the_page_stands_alone(scenario, tmp_path):
    path = tmp_path / "shop.html"
    assert invoke(scenario, "--html", str(path)).exit_code == 0
    text = path.read_text()
    assert text.count("<svg") == 3
    assert "<script" not in text
    assert "src=" not in text


def test_the_report_and_the_page_tell_of_regions(tmp_path, monkeypatch):
    """The README's example, for a person with a wide terminal."""
    monkeypatch.setenv("COLUMNS", "160")
    path, drawn = tmp_path / "planet.toml", tmp_path / "planet.html"
    path.write_text(SCENARIOS["planet.toml"].replace("seconds = 900", "seconds = 300"))
    result = invoke(str(path), "--html", str(drawn))
    assert result.exit_code == 0, result.output
    for text in ("us-east-1 to eu-central-1", "replicated write units", "orders in eu-central-1"):
        assert text in result.output
        assert text in drawn.read_text()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_of_the_readme_can_be_played(name, tmp_path):
    path = tmp_path / name
    path.write_text(SCENARIOS[name])
    report = json.loads(invoke(str(path), "--json").stdout)
    assert report["loads"][0]["succeeded"] > 0


def test_the_page_escapes_names():
    report = play(loads=[put(1)], name="<script>")
    assert "<script" not in page.make_page(report)


def test_a_scenario_can_be_python(tmp_path):
    path = tmp_path / "shop.py"
    path.write_text(
        "scenario = {'seconds': 60, 'table': [{'name': 'tab', 'partition_key': 'id'}],"
        " 'load': [{'table': 'tab', 'rate': rate} for rate in (1, 2)]}"
    )
    report = json.loads(invoke(str(path), "--json").stdout)
    assert len(report["loads"]) == 2


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("bad.toml", "seconds = ", "line 1"),
        ("bad.json", "{", "EOF"),
        ("bad.py", "x = 1", "no dictionary named `scenario`"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, name, text, problem):
    (tmp_path / name).write_text(text)
    result = invoke(str(tmp_path / name))
    assert result.exit_code == 2
    assert problem in result.output
