"""The examples of docs/python.md are run, in their order."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import command

DOCUMENT = Path(__file__).parents[2] / "docs" / "python.md"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command("generate", "--records", "1000", "--seed", "1", "-o", "catalogue.mrc", "-q")
    names: dict[str, Any] = {"__name__": "example"}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    blocks = re.findall(r"^```(python|pycon)\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    for language, block in blocks:
        if language == "python":
            exec(compile(block, str(DOCUMENT), "exec"), names)
        else:
            test = doctest.DocTestParser().get_doctest(block, names, DOCUMENT.name, str(DOCUMENT), 0)
            runner.run(test, clear_globs=False)
            names.update(test.globs)
    assert len(blocks) > 5
    assert runner.failures == 0
    assert Path("bulkmarc.xml").read_bytes().count(b"<record>") == 1000
    assert Path("bulkmarc.mrc").read_bytes() == Path("at-once.mrc").read_bytes() == Path("catalogue.mrc").read_bytes()
