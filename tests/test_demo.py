"""Part 1 of the demo: the published experiment comes out, its assumptions matter, and it says what it did."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from functools import cache

import pytest
from click.testing import CliRunner, Result

from dynacore import VirtualClock
from dynacore._cli import main
from dynacore._demo.cars import load_cars
from dynacore._demo.client import RETRY_DELAYS_SECONDS, SimulatedClient
from dynacore._demo.experiment import Experiment
from dynacore._demo.timeline import Timeline
from dynacore.exceptions import ProvisionedThroughputExceededException

PUBLISHED = {"batch 1": (1500, 56), "batch 2": (5000, 274), "batch 3": (5000, 44)}


def demo(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", "--part", "1", *arguments])


@cache
def document(*arguments: str):
    result = demo("--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def batches(*arguments: str):
    return {batch["name"]: batch for batch in document(*arguments)["batches"]}


@cache
def report(*arguments: str) -> Result:
    return demo(*arguments)


# What comes out


def test_every_batch_takes_the_published_time_within_5_percent():
    assert list(batches()) == list(PUBLISHED)
    for name, (items, seconds) in PUBLISHED.items():
        batch = batches()[name]
        assert (batch["items"], batch["published_seconds"]) == (items, seconds)
        assert batch["seconds"] == pytest.approx(seconds, rel=0.05)


def test_the_table_has_the_published_number_of_items_at_the_end():
    assert document()["items_at_end"] == 6500


def test_puts_are_throttled_until_auto_scaling_has_helped():
    throttled = [batch["throttled"] for batch in batches().values()]
    assert throttled[0] > 0
    assert throttled[1] > 0
    assert throttled[2] == 0


def test_auto_scaling_raised_the_capacity_during_batch_2():
    activities = document()["scaling_activities"]
    assert [activity["StatusCode"] for activity in activities] == ["Successful"] * len(activities)
    starts = [activity["StartTime"] for activity in activities]
    assert starts == sorted(starts)
    assert activities[0]["Description"] == "Setting write capacity units to 24."
    assert "AlarmHigh" in activities[0]["Cause"]


def test_a_shorter_idle_time_saves_up_less_for_batch_1():
    shorter = batches("--idle", "60")
    assert shorter["batch 1"]["seconds"] > 2 * batches()["batch 1"]["seconds"]
    assert shorter["batch 1"]["throttled"] > batches()["batch 1"]["throttled"]


def test_a_shorter_switch_on_time_saves_up_less_for_batch_2():
    assert batches("--switch-on", "100")["batch 2"]["seconds"] > 1.2 * batches()["batch 2"]["seconds"]
    assert batches("--switch-on", "100")["batch 1"] == batches()["batch 1"]


def test_a_slower_request_makes_batch_3_slower():
    assert batches("--latency", "0.02")["batch 3"]["seconds"] == pytest.approx(100, abs=1)


@pytest.mark.parametrize("option", ["--idle", "--switch-on", "--latency"])
def test_no_time_at_all_is_possible(option):
    assert document(option, "0")["items_at_end"] == 6500


# The document


def test_the_document_has_these_members_and_no_others():
    outcome = document()
    assert list(outcome) == ["batches", "items_at_end", "scaling_activities", "assumptions", "wall_seconds"]
    for batch in outcome["batches"]:
        assert list(batch) == ["name", "items", "seconds", "published_seconds", "throttled"]
    assert outcome["assumptions"] == {
        "idle_seconds": 244.0,
        "switch_on_seconds": 326.0,
        "latency_seconds": 0.0088,
    }
    assert outcome["wall_seconds"] > 0


def test_the_document_tells_what_was_assumed_in_this_run():
    assumptions = document("--idle", "60")["assumptions"]
    assert assumptions["idle_seconds"] == 60


@pytest.mark.parametrize("arguments", [(), ("--latency", "0.0123")])
def test_two_runs_are_equal(arguments):
    runs = [json.loads(demo("--json", *arguments).stdout) for _ in range(2)]
    for run in runs:
        del run["wall_seconds"]
    assert runs[0] == runs[1]


def test_a_process_prints_the_document_and_nothing_else():
    finished = subprocess.run(
        [sys.executable, "-m", "dynacore", "demo", "--part", "1", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(finished.stdout)["items_at_end"] == 6500
    assert finished.stderr == ""


# The report


def test_the_report_has_published_beside_simulated():
    assert report().exit_code == 0
    rows = [line.split() for line in report().stdout.splitlines() if "batch" in line]
    assert ["│", "batch", "2", "│", "5,000", "│", "274", "s", "│"] in [row[:9] for row in rows]
    assert "6,500 items at the end (published: 6,500)" in report().stdout


def test_the_report_has_the_activities_and_a_chart():
    assert "Setting write capacity units" in report().stdout
    assert "█ consumed" in report().stdout
    assert "Throttled attempts a second" in report().stdout
    assert "├1─┤" in report().stdout


def test_the_report_says_what_is_fitted():
    text = " ".join(report().stdout.split())
    assert text.count("│ fitted │") == 3
    assert "Nothing else is fitted." in text
    given = " ".join(demo("--idle", "60").stdout.split())
    assert given.count("│ fitted") == 2
    assert "given (fitted: 244)" in given


def test_progress_is_shown_beside_the_report():
    for name in PUBLISHED:
        assert f"{name} ━" in report().stderr
        assert f"{name} ━" not in report().stdout
    assert "5000/5000" in report().stderr


def test_a_pipe_gets_no_escape_sequences():
    assert "\x1b" not in report().stdout + report().stderr


def test_a_terminal_without_unicode_gets_ascii():
    finished = subprocess.run(
        [sys.executable, "-m", "dynacore", "demo"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    text = finished.stdout.decode("ascii")
    assert "# consumed   = provisioned" in text
    assert "|1-|" in text


def test_colours_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[34m" in demo().stdout
    assert "\x1b[34m" not in demo("--no-color").stdout


def test_an_interruption_ends_it_without_a_traceback(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Experiment, "run", interrupt)
    result = demo()
    assert result.exit_code == 130
    assert result.stdout == ""
    assert result.stderr.endswith("Interrupted.\n")


# The picture


def test_the_svg_is_a_picture_of_the_run(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "demo.svg"
    result = demo("--json", "--svg", str(path))
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["items_at_end"] == 6500
    assert str(path) in result.stderr.replace("\n", "")
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    # Text is drawn as paths, and matplotlib leaves the text itself beside each as a comment.
    picture = path.read_text()
    for text in ("batch 2: 5,000 puts", "2,867 throttled", "provisioned", "5 → 24"):
        assert text in picture


def test_the_svg_needs_matplotlib(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = demo("--svg", str(tmp_path / "demo.svg"))
    assert result.exit_code == 2
    assert "pip install 'dynacore[plot]'" in result.stderr


def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    pytest.importorskip("matplotlib")
    result = demo("--svg", str(tmp_path / "missing" / "demo.svg"))
    assert result.exit_code == 1
    assert "cannot write" in result.stderr


# The options


def test_help_names_the_options():
    result = demo("--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: dynacore demo [OPTIONS]")
    for option in ("--part", "--seed", "--idle", "--switch-on", "--latency", "--json", "--svg", "--no-color"):
        assert option in result.stdout


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "soon"])
@pytest.mark.parametrize("option", ["--idle", "--switch-on", "--latency"])
def test_what_is_no_time_is_refused(option, value):
    result = demo(option, value)
    assert result.exit_code == 2
    assert option in result.stderr


def test_an_unknown_option_is_refused():
    result = demo("--faster")
    assert result.exit_code == 2
    assert "No such option" in result.stderr


# The parts


def test_the_cars_are_those_of_the_experiment():
    first, second, third = (load_cars(batch) for batch in (1, 2, 3))
    assert [len(first), len(second), len(third)] == [1500, 5000, 5000]
    ids = [{car["id"] for car in cars} for cars in (first, second, third)]
    assert ids[1] == ids[2]
    assert len(ids[0] | ids[1]) == 6500
    assert all("combined" in car for car in third)
    assert any(car.get("displ") == Decimal("3.0") for car in first)
    assert not any(isinstance(value, float) for car in first + third for value in car.values())


class FullTable:
    """A table that refuses the first `refusals` requests."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.attempts = 0

    def put_item(self, *, Item):
        self.attempts += 1
        if self.attempts <= self.refusals:
            response = {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "full"}}
            raise ProvisionedThroughputExceededException(response, "PutItem")
        return {}


@pytest.mark.parametrize("refusals", [0, 1, 4, 9])
def test_the_client_waits_as_botocore_does(refusals):
    clock = VirtualClock(0)
    client = SimulatedClient(FullTable(refusals), clock, latency_seconds=0.5)
    accepted_at = client.put({"id": 1})
    waited = sum(0.05 * 2**retry for retry in range(refusals))
    assert accepted_at == clock.now() == pytest.approx(waited + 0.5 * (refusals + 1))
    assert len(client.refused_at) == refusals
    assert client.written_at == [accepted_at]


def test_the_client_gives_up_after_ten_attempts():
    clock = VirtualClock(0)
    table = FullTable(10)
    client = SimulatedClient(table, clock, latency_seconds=0)
    with pytest.raises(ProvisionedThroughputExceededException):
        client.put({"id": 1})
    assert table.attempts == len(client.refused_at) == 10
    assert clock.now() == pytest.approx(25.55) == pytest.approx(sum(RETRY_DELAYS_SECONDS))
    assert client.written_at == []


def test_a_client_that_gives_up_ends_the_demo_with_its_error(monkeypatch):
    def give_up(*_, **__):
        FullTable(1).put_item(Item={})

    monkeypatch.setattr(Experiment, "run", give_up)
    result = demo("--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "the simulated client gave up" in result.stderr
    assert "ProvisionedThroughputExceededException" in result.stderr


def test_curves_are_means_over_stretches():
    timeline = Timeline([0.5, 1.5, 1.6, 9.0], [3.0], [(0.0, 5), (4.5, 24)], ended=9.0)
    curves = timeline.curves(6)
    assert curves.seconds == 2
    assert curves.consumed == [1.5, 0, 0, 0, 0.5]
    assert curves.throttled == [0, 0.5, 0, 0, 0]
    assert curves.provisioned == [5, 5, 24, 24, 24]
