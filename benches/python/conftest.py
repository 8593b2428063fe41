"""Options, the order that puts every subject into every round, and the measuring itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import dynacore
from benches import cars
from benches.python import subjects

ROUNDS = 7
SAMPLES_OF_A_ROUND = 5
# In the order of a round. moto is last: it leaves much to collect.
SUBJECTS: dict[str, type[subjects.Subject]] = {
    "orjson_loads": subjects.Orjson,
    "orjson_dumps": subjects.Dumps,
    "dict": subjects.Dict,
    "lmdb": subjects.Lmdb,
    "sqlite": subjects.Sqlite,
    "native": subjects.Table,
    "client": subjects.Client,
    "boto3": subjects.Table,
    "boto3_stubbed": subjects.Table,
    "moto": subjects.Mocked,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bench-rounds", type=int, default=ROUNDS, help="rounds through all subjects")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # The first parameter varies slowest: each round measures every subject once, side by side in time.
    if "subject" in metafunc.fixturenames:
        metafunc.parametrize("round_number", range(metafunc.config.getoption("--bench-rounds")))
        operation = re.sub(r"^test_|_\d+$", "", metafunc.function.__name__)
        able = [name for name, kind in SUBJECTS.items() if hasattr(kind, operation)]
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
        self._ready: dict[str, subjects.Subject] = {}

    def subject(self, name: str) -> subjects.Subject:
        if name not in self._ready:
            self._ready[name] = self._make(name)
        return self._ready[name]

    def _make(self, name: str) -> subjects.Subject:
        match name:
            case "native":
                resource = self._database.resource()
                table = subjects.Table("dynacore Table", resource)
                table.load(resource)
                table.check()
                return table
            case "client":
                self.subject("native")
                return subjects.Client(self._database)
            case "boto3":
                self.subject("native")
                resource = subjects.in_process_boto3(self._database)
                table = subjects.Table("dynacore through boto3", resource, share=0.04)
                table.check()
                return table
            case "boto3_stubbed":
                return subjects.Table("boto3 with a stubbed answer", subjects.stubbed_boto3(), share=0.04)
            case "moto":
                return subjects.Mocked("moto through boto3", share=0.02)
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
def subject(request: pytest.FixtureRequest, makers: Makers) -> subjects.Subject:
    return makers.subject(request.param)


@pytest.fixture
def measure(benchmark: BenchmarkFixture, subject: subjects.Subject, round_number: int) -> Callable[..., None]:
    """Times an operation over `count` cars, or over fewer for a slow subject."""

    def measure(operation: str, count: int, **options: Any) -> None:
        numbers = cars.spread(max(2, round(count * subject.share)), subjects.ITEMS)
        run = getattr(subject, operation)(numbers, **options)
        label = " ".join([operation, *(str(option) for option in options.values())])
        benchmark.extra_info.update(
            operation=label, subject=subject.name, round=round_number, operations=len(numbers)
        )
        with subject.active():
            benchmark.pedantic(run, rounds=SAMPLES_OF_A_ROUND, warmup_rounds=1)

    return measure
