"""What the README shows runs as it stands."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.strip().splitlines()[0][:40])
def test_the_example_runs(example, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(README), "exec"), {})
    if "print(" in example:
        assert capsys.readouterr().out


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


def test_every_file_the_readme_names_is_there():
    text = README.read_text()
    for name in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (README.parent / name).exists(), name
