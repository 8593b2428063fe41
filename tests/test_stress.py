"""`dynacore stress`: what it does to a target, what it measures, and what it says."""

import json
import random
import threading
import time
from collections import Counter

import pytest
from click.testing import CliRunner

import dynacore
from dynacore._cli import main
from dynacore._stress import page, report, run, target
from dynacore._stress.keys import KeyChooser, Records, Zipf, key_name
from dynacore._stress.measurement import Measurement, percentile_curve
from dynacore._stress.worker import Schedule, Worker
from dynacore._stress.workload import OPERATIONS, YCSB_NAMES, Workload, read_mix, ycsb

QUICK = ["--seconds", "0.2", "--warm-up", "0", "--records", "60", "--fields", "2", "--field-bytes", "10"]


def invoke(*arguments: str):
    return CliRunner().invoke(main, ["stress", *arguments])


def document(*arguments: str):
    result = invoke(*QUICK, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def ignore(done: int, total: int) -> None:
    pass


def settings(**options):
    return run.Settings(**{"seconds": 30, "warm_up_seconds": 0, **options})


# Workloads


@pytest.mark.parametrize("name", YCSB_NAMES)
def test_a_core_workload_does_its_operations(name):
    done = document("--workload", name)
    assert set(done["operations"]) == set(ycsb(name).shares)
    for measured in done["operations"].values():
        assert measured["completed"] > 0
        assert measured["throttled"] == 0
        assert measured["errors"] == {}


def test_shares_of_a_mix_are_kept():
    done = document("--mix", "read=3,update=1", "--operations", "2000", "--seconds", "30")
    counts = {name: measured["completed"] for name, measured in done["operations"].items()}
    assert sum(counts.values()) == 2_000
    assert counts["read"] == pytest.approx(1_500, abs=100)


def test_every_operation_can_be_mixed():
    done = document("--mix", ",".join(f"{name}=1" for name in OPERATIONS))
    assert set(done["operations"]) == set(OPERATIONS)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nonsense=1", "no operation 'nonsense'"),
        ("read", "gives no positive share"),
        ("read=0", "gives no positive share"),
        ("read=inf", "gives no positive share"),
        ("read=1,read=2", "read is twice"),
        ("", "no operation ''"),
    ],
)
def test_a_bad_mix_is_refused(text, problem):
    with pytest.raises(ValueError, match=problem):
        read_mix(text)
    assert invoke("--mix", text).exit_code == 2


def test_zipf_gives_each_rank_its_share():
    count, draws = 100, 200_000
    zipf, chance = Zipf(count), random.Random(7)
    seen = Counter(zipf.rank(chance.random()) for _ in range(draws))
    weights = [(rank + 1) ** -0.99 for rank in range(count)]
    for rank in (0, 1, 10, 50):
        expected = draws * weights[rank] / sum(weights)
        # The formula is exact for the first two ranks and close for the rest.
        assert seen[rank] == pytest.approx(expected, rel=0.25)
    assert set(seen) <= set(range(count))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_records_are_enough_for_zipf(count):
    ranks = {Zipf(count).rank(point / 1_000) for point in range(1_000)}
    assert ranks == set(range(count))


@pytest.mark.parametrize("distribution", ["zipfian", "uniform", "latest", "hotspot", "sequential"])
def test_chosen_records_exist(distribution):
    workload = Workload("w", {"read": 1.0}, distribution, records=7)
    records = Records(7)
    chooser = KeyChooser(workload, records, random.Random(1))
    assert {chooser.choose() for _ in range(500)} == set(range(7))
    assert [records.insert(), records.insert()] == [7, 8]
    assert max(chooser.choose() for _ in range(500)) <= 8


def test_latest_prefers_what_was_inserted_last():
    records = Records(1_000)
    chooser = KeyChooser(Workload("w", {"read": 1.0}, "latest", records=1_000), records, random.Random(1))
    newest = records.insert()
    seen = Counter(chooser.choose() for _ in range(1_000))
    assert seen.most_common(1)[0][0] == newest


def test_names_of_records_differ():
    assert len({key_name(number) for number in range(10_000)}) == 10_000


# Measuring


class SlowClient:
    """Takes 5 ms for each request."""

    def get_item(self, **parameters):
        time.sleep(0.005)


def test_an_open_loop_measures_the_waiting_too():
    """Requests are due every millisecond and take five: each waits for those before it."""
    workload = Workload("w", {"read": 1.0}, "uniform")
    schedule = Schedule(rate=1_000, poisson=False, seconds=30, warm_up_seconds=0, operations_max=30)
    worker = Worker(SlowClient(), "t", workload, Records(10), schedule, 1, threading.Event())
    worker.run(time.perf_counter_ns())
    assert worker.failure is None
    measured = worker.measurement.operations["read"]
    assert measured.completed == 30
    # The thirtieth was due 29 ms after the first was and began when 29 others had taken 5 ms each.
    assert measured.latency.get_max_value() >= 29 * 4_000_000
    assert measured.service.get_min_value() >= 4_000_000
    assert measured.latency.get_mean_value() > measured.service.get_mean_value()


def test_throttles_are_counted_apart_from_errors():
    measurement = Measurement()
    measurement.refused("read", 0, 10, "ProvisionedThroughputExceededException")
    measurement.refused("read", 0, 10, "InternalServerError")
    measurement.refused("read", 2, 10, "InternalServerError")
    measured = measurement.operations["read"]
    assert (measured.throttled, measured.errors) == (1, {"InternalServerError": 2})
    assert [second["failed"] for second in measurement.timeline()] == [1, 0, 1]


def test_a_table_with_few_units_throttles():
    done = document("--mix", "update=1", "--read-units", "1", "--write-units", "1", "--seconds", "1")
    measured = done["operations"]["update"]
    assert measured["throttled"] > 0
    assert measured["throttles"] == {"ProvisionedThroughputExceededException": measured["throttled"]}
    assert measured["completed"] <= 301
    assert sum(second["throttled"] for second in done["timeline"]) == measured["throttled"]


def test_workers_add_up():
    done = document("--workers", "3", "--operations", "100", "--seconds", "30")
    assert sum(measured["completed"] for measured in done["operations"].values()) == 100


def test_a_run_with_the_same_seed_does_the_same():
    def counts(seed: str):
        done = document("--operations", "500", "--seconds", "30", "--seed", seed)
        return {name: measured["completed"] for name, measured in done["operations"].items()}

    assert counts("5") == counts("5")
    assert counts("5") != counts("6")


def test_an_interrupt_ends_the_run_with_what_was_measured():
    engine, table, workload = target.native(0), target.TableSettings(), ycsb("c")
    run.make_table(engine, table)

    def interrupt(done: int, total: int) -> None:
        if done > 1:
            raise KeyboardInterrupt

    outcome = run.run(engine, table, workload, settings(), interrupt)
    assert outcome.interrupted
    assert outcome.measurement.operations["read"].completed > 0
    assert outcome.seconds < 30


def test_a_defect_is_no_measurement():
    class Broken:
        def get_item(self, **parameters):
            raise TypeError("a defect")

    broken = target.Target("broken", Broken)
    with pytest.raises(TypeError, match="a defect"):
        run.run(broken, target.TableSettings(), ycsb("c"), settings(), ignore)


def test_percentiles_come_back_from_the_document():
    measured = document("--workload", "c")["operations"]["read"]
    points = percentile_curve(measured["latency_histogram"])
    assert points == sorted(points)
    assert points[-1][1] == pytest.approx(measured["latency_microseconds"]["max"], rel=0.001)


# Targets


def test_real_boto3_in_process():
    done = document("--target", "boto3")
    assert done["target"] == "boto3"
    assert sum(measured["completed"] for measured in done["operations"].values()) > 0


def test_an_endpoint(servers):
    done = document("--target", servers({}).address, "--workers", "4", "--workload", "f")
    assert done["workers"] == 4
    assert all(not measured["errors"] for measured in done["operations"].values())


def test_an_endpoint_that_is_not_there():
    result = invoke(*QUICK, "--target", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "Could not connect" in result.output


def test_a_table_that_was_there_stays():
    database = dynacore.Database()
    engine = target.Target("native", database.client)
    table = target.TableSettings("mine")
    assert run.make_table(engine, table)
    assert not run.make_table(engine, table)
    assert database.client().list_tables()["TableNames"] == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--target", "ftp://somewhere"], "native, boto3 or a URL"),
        (["--read-units", "5"], "come together"),
        (["--baseline", "missing.json"], "does not exist"),
        (["--workload", "g"], "'g' is not one of"),
        (["--rate", "0"], "0.0 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments, problem):
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert problem in result.output


# Reports


def test_the_report_names_each_operation():
    result = invoke(*QUICK, "--workload", "f")
    assert result.exit_code == 0
    assert "YCSB F on native: closed loop, 1 worker" in result.output
    assert "rmw" in result.output


def test_two_runs_are_compared(tmp_path):
    before = tmp_path / "before.json"
    assert invoke(*QUICK, "--output", str(before)).exit_code == 0
    assert "Compared" in invoke(*QUICK, "--baseline", str(before)).output
    compared = invoke("compare", str(before), str(before), "--json")
    rows = json.loads(compared.output)
    assert [row["operation"] for row in rows] == ["read", "update"]
    assert all(row["p99"][0] == row["p99"][1] for row in rows)


def test_a_baseline_that_is_no_document_is_refused(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    result = invoke("--baseline", str(bad))
    assert result.exit_code == 2
    assert "holds no document" in result.output


def test_the_page_stands_alone(tmp_path):
    path = tmp_path / "run.html"
    assert invoke(*QUICK, "--rate", "500", "--html", str(path)).exit_code == 0
    text = path.read_text()
    assert text.count("<svg") == 2
    assert "open loop at 500 requests/s" in text
    assert "<script" not in text
    assert "src=" not in text


def test_the_page_escapes_what_it_is_told():
    done = document("--workload", "c")
    done["target"] = "<script>"
    assert "<script" not in page.make_page(done)


def test_remarks_name_errors_and_shortfalls():
    done = document("--workload", "c", "--rate", "50")
    done["operations"]["read"]["errors"] = {"SomeError": 3}
    done["rate"] = 10_000
    done["interrupted"] = True
    text = "\n".join(report.remarks(done))
    assert "read: 3 x SomeError" in text
    assert "of 10,000 requests a second" in text
    assert "interrupted" in text
