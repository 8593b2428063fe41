"""`dynacore import` and `dynacore export` against an endpoint."""

import csv
import json
import sqlite3

import pytest
from click.testing import CliRunner

from dynacore._cli import main
from transfers import ITEMS, LAPS, by_key, line, put, scanned, typed


@pytest.fixture
def served(servers):
    found = servers({})
    yield found
    found.clear()


@pytest.fixture
def run(served):
    def command(*arguments, code=0):
        outcome = CliRunner().invoke(main, [*map(str, arguments), "--endpoint-url", served.address, "--json"])
        assert outcome.exit_code == code, outcome.output
        return json.loads(outcome.stdout) if outcome.stdout.startswith("{") else outcome

    return command


@pytest.mark.parametrize("name", ["laps.json", "laps.json.gz", "laps.ion", "laps.ion.gz"])
def test_what_is_exported_can_be_imported(served, run, tmp_path, name):
    client = served.client("dynamodb")
    client.create_table(**LAPS)
    for item in ITEMS:
        client.put_item(TableName="laps", Item=typed(item))
    assert run("export", tmp_path / name, "--table", "laps")["exported"] == len(ITEMS)
    told = run("import", tmp_path / name, "--table", "copy", "--key", "driver:S", "--sort-key", "lap:N")
    assert (told["imported"], told["errorCount"], told["interrupted"]) == (len(ITEMS), 0, False)
    assert scanned(client, "copy") == by_key(map(typed, ITEMS))


def test_json_lines_keep_every_digit(served, run, tmp_path):
    source = tmp_path / "laps.jsonl"
    source.write_text(
        '{"driver": "Ann", "lap": 0.1, "n": 12345678901234567890.125, "x": [1, null, {"y": true}]}\n'
    )
    run("import", source, "--table", "laps", "--key", "driver:S")
    (item,) = served.client("dynamodb").scan(TableName="laps")["Items"]
    assert (item["lap"], item["n"]) == ({"N": "0.1"}, {"N": "12345678901234567890.125"})
    run("export", tmp_path / "out.jsonl", "--table", "laps")
    assert '"n": 12345678901234567890.125' in (tmp_path / "out.jsonl").read_text()
    assert json.loads((tmp_path / "out.jsonl").read_text())["x"] == [1, None, {"y": True}]


def test_comma_separated_values(served, run, tmp_path):
    source = tmp_path / "laps.csv"
    source.write_text("driver,lap,seconds\nAnn,1,71.5\nBob,2\nCid,3,x\n")
    told = run("import", source, "--table", "laps", "--key", "driver:S", "--type", "seconds=N", code=1)
    assert (told["imported"], told["errorCount"]) == (1, 2)
    assert [(error["source"], error["line"]) for error in told["errors"]] == [
        (str(source), 3),
        (str(source), 4),
    ]
    run("export", tmp_path / "out.csv", "--table", "laps", "--columns", "driver,seconds,none")
    rows = list(csv.reader((tmp_path / "out.csv").read_text().splitlines()))
    assert rows == [["driver", "seconds", "none"], ["Ann", "71.5", ""]]


def test_a_line_that_is_no_item_is_told_with_its_number(run, tmp_path):
    put(tmp_path, "laps.json", line(ITEMS[0]), '{"Item": {"driver": {"S": "x"}, "lap": {"N": "z"}}}', "{")
    told = run("import", tmp_path / "laps.json", "--table", "laps", "--key", "driver:S", code=1)
    assert told["imported"] == 1
    assert [error["line"] for error in told["errors"]] == [2, 3]


def test_a_directory_of_an_export_is_a_source(run, tmp_path):
    put(tmp_path, "data/a.json.gz", line(ITEMS[0]), compress=True)
    put(tmp_path, "data/b.json.gz", line(ITEMS[1]), compress=True)
    put(tmp_path, "manifest-files.json", "{}")
    told = run("import", tmp_path, "--table", "laps", "--key", "driver:S")
    assert (told["imported"], told["errorCount"]) == (2, 0)


def test_rows_of_a_query(served, run, tmp_path):
    pytest.importorskip("sqlalchemy")
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table laps (driver text, seconds real, note text)")
        shop.executemany("insert into laps values (?, ?, ?)", [("Ann", 71.5, None), ("Bob", 70, "x")])
    shop.close()
    url = f"sqlite:///{tmp_path}/shop.db"
    told = run("import", "--sql", "select * from laps", "--url", url, "--table", "laps", "--key", "driver:S")
    assert told["imported"] == 2
    found = {item["driver"]["S"]: item for item in served.client("dynamodb").scan(TableName="laps")["Items"]}
    assert found["Ann"] == {"driver": {"S": "Ann"}, "seconds": {"N": "71.5"}}


def test_parquet(served, run, tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        arrow.table({"driver": ["Ann"], "lap": [1], "at": [[1.5]]}), tmp_path / "laps.parquet"
    )
    run("import", tmp_path / "laps.parquet", "--table", "laps", "--key", "driver:S")
    (item,) = served.client("dynamodb").scan(TableName="laps")["Items"]
    assert item == {"driver": {"S": "Ann"}, "lap": {"N": "1"}, "at": {"L": [{"N": "1.5"}]}}
    run("export", tmp_path / "out.parquet", "--table", "laps")
    assert parquet.read_table(tmp_path / "out.parquet").to_pylist()[0]["at"] == "[1.5]"


def test_a_source_is_given_once(run, tmp_path):
    outcome = run("import", "--table", "laps", code=2)
    assert "give a SOURCE, or both --sql and --url" in outcome.output
