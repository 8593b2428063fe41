"""The command line: what it says and what it refuses."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

import dynacore
from dynacore._cli import main


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_help_lists_the_commands():
    result = run("--help")
    assert result.exit_code == 0
    assert "serve" in result.output
    assert "demo" in result.output
    assert "stress" in result.output
    assert "simulate" in result.output


def test_serve_help_names_its_options():
    result = run("serve", "--help")
    assert result.exit_code == 0
    for option in (
        "--host",
        "--port",
        "--regions",
        "--account-id",
        "--no-throttle",
        "--initial-burst-seconds",
        "--index-propagation-seconds",
        "--stale-reads-seconds",
        "--backfill-items-per-second",
        "--item-collection-bytes-max",
        "--time-to-live-delay-seconds",
    ):
        assert option in result.output


def test_version():
    assert dynacore.__version__ in run("--version").output


def test_a_region_is_served_once():
    result = run("serve", "--regions", "us-east-1,us-east-1")
    assert result.exit_code == 2
    assert "a world has a Region once" in result.output


def test_a_directory_of_something_else_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    result = run("serve", str(tmp_path))
    assert result.exit_code == 1
    assert "holds something that is no database of dynacore" in result.output


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_bad_port_is_refused(port):
    assert run("serve", "--port", port).exit_code == 2


def test_the_module_is_the_command():
    finished = subprocess.run(
        [sys.executable, "-m", "dynacore", "--help"], capture_output=True, text=True, check=True
    )
    assert finished.stdout.startswith("Usage: dynacore ")
