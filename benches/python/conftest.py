"""Options, the order that puts every subject into every round, and the measuring itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import dynacore
from benches import cars
from benches.python import doors, floors, stores
from benches.python.subject import Subject

# A machine has moods of seconds, and shorter ones: a round is soon over, so that its subjects share them, and
# a median has many rounds.
ROUNDS = 31
SAMPLES_OF_A_ROUND = 3
# In the order of a round. moto is last: it leaves much to collect.
SUBJECTS: dict[str, type[Subject]] = {
    "orjson_loads": floors.Orjson,
    "orjson_dumps": floors.Dumps,
    "dict": floors.Dict,
    "lmdb": stores.Lmdb,
    "sqlite": stores.Sqlite,
    "rocksdict": stores.Rocks,
    "table": doors.Table,
    "table_native": doors.Table,
    "client": doors.Client,
    "boto3": doors.Table,
    "boto3_stubbed": doors.Table,
    "moto": doors.Mocked,
}
# With a million cars there are fewer subjects and operations, and each goes through more cars: more than a
# processor's caches hold.
MANY = 1_000_000
MANY_OPERATIONS = ("test_get_item", "test_put_item", "test_query_100", "test_batch_writer")
MANY_SHARE = 4
SLOW = ("boto3", "boto3_stubbed", "moto")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bench-rounds", type=int, default=ROUNDS, help="rounds through all subjects")
    parser.addoption("--bench-items", type=int, default=Subject.items, help="cars that a subject holds")


def pytest_configure(config: pytest.Config) -> None:
    Subject.items = config.getoption("--bench-items")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # The first parameter varies slowest: each round measures every subject once, side by side in time.
    if "subject" in metafunc.fixturenames:
        rounds, name = metafunc.config.getoption("--bench-rounds"), metafunc.function.__name__
        operation = re.sub(r"^test_|_\d+$", "", name)
        able = [subject for subject, kind in SUBJECTS.items() if hasattr(kind, operation)]
        if Subject.items >= MANY:
            able = [subject for subject in able if SUBJECTS[subject].holds_many and subject not in SLOW]
            able = able if name in MANY_OPERATIONS else []
        metafunc.parametrize("round_number", range(rounds if able else 0))
        metafunc.parametrize("subject", able, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _release_build() -> None:
    profile = dynacore._core.build_profile
    if profile != "release":
        pytest.exit(f"a {profile} build gives no numbers: make build", returncode=2)


class Makers:
    """Makes each subject once, when it is first asked for."""

    def __init__(self) -> None:
        self._database = dynacore.Database()
        self._ready: dict[str, Subject] = {}

    def subject(self, name: str) -> Subject:
        if name not in self._ready:
            self._ready[name] = self._make(name)
        return self._ready[name]

    def _make(self, name: str) -> Subject:
        match name:
            case "table":
                resource = self._database.resource()
                table = doors.Table("dynacore Table", resource)
                table.load(resource)
                table.check()
                return table
            case "table_native":
                self.subject("table")
                resource = self._database.resource(numbers="native")
                table = doors.Table("dynacore Table, native numbers", resource, item=cars.plain_item)
                table.check()
                return table
            case "client":
                self.subject("table")
                return doors.Client(self._database)
            case "boto3":
                self.subject("table")
                resource = doors.in_process_boto3(self._database)
                table = doors.Table("dynacore through boto3", resource, share=0.04)
                table.check()
                return table
            case "boto3_stubbed":
                return doors.Table("boto3 with a stubbed answer", doors.stubbed_boto3(), share=0.04)
            case "moto":
                return doors.Mocked("moto through boto3", share=0.02)
        return SUBJECTS[name]()

    def close(self) -> None:
        for subject in self._ready.values():
            subject.close()
        self._database.close()


@pytest.fixture(scope="session")
def makers() -> Iterator[Makers]:
    makers = Makers()
    yield makers
    makers.close()


@pytest.fixture
def subject(request: pytest.FixtureRequest, makers: Makers) -> Subject:
    return makers.subject(request.param)


@pytest.fixture
def measure(benchmark: BenchmarkFixture, subject: Subject, round_number: int) -> Callable[..., None]:
    """Times an operation over `count` cars, or over fewer for a slow subject."""

    def measure(operation: str, count: int, **options: Any) -> None:
        share = subject.share * (MANY_SHARE if Subject.items >= MANY else 1)
        numbers = cars.spread(max(2, round(count * share)), Subject.items)
        run = getattr(subject, operation)(numbers, **options)
        label = " ".join([operation, *(str(option) for option in options.values())])
        benchmark.extra_info.update(
            operation=label, subject=subject.name, round=round_number, operations=len(numbers)
        )
        with subject.active():
            benchmark.pedantic(run, rounds=SAMPLES_OF_A_ROUND, warmup_rounds=1)

    return measure
