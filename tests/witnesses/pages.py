"""Runs the examples of a page, and has what it shows."""

from __future__ import annotations

import doctest
import re
import subprocess
from pathlib import Path
from typing import Any

BLOCK = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class WithoutLastLines(doctest.OutputChecker):
    """Engines like to end a table with an empty line, which a page would have to show as <BLANKLINE>."""

    def check_output(self, want: str, got: str, options: int) -> bool:
        return super().check_output(want, got.rstrip("\n") + "\n" if got else got, options)


def shell_differences(block: str) -> list[tuple[str, str]]:
    """What the page shows and what its commands say, where that is not the same."""
    found = []
    for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = shown.partition("\n")
        run = subprocess.run(["bash", "-c", f"{command} 2>&1"], stdout=subprocess.PIPE, text=True)
        if run.stdout != output:
            found.append((output, run.stdout))
    return found


def run(page: Path) -> dict[str, Any]:
    """The names that the page's Python has at its end."""
    names: dict[str, Any] = {}
    runner = doctest.DocTestRunner(WithoutLastLines())
    for language, block in BLOCK.findall(page.read_text()):
        if language == "console":
            differences = shell_differences(block)
            assert not differences, differences
        else:
            example = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), 0)
            runner.run(example, clear_globs=False)
            names.update(example.globs)
    assert runner.failures == 0
    return names
