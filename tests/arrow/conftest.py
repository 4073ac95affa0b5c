"""What the tests of the files share: the command, a catalogue, and rows as a reader without types has them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

TABLES = {
    "records": ["--table", "records"],
    "subfields": ["--table", "subfields"],
    "columns": ["--columns", "id=001,title=245$a,subjects[]=650$a,nothing=999$a,none[]=999$a,year=008/7-10"],
}

Rows = list[dict[str, Any]]


def bulkmarc(*arguments: object, expect: int = 0) -> str:
    """Runs the command, and returns its standard error."""
    command = [os.environ["BULKMARC"], *map(str, arguments)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == expect, outcome.stderr
    return outcome.stderr


def export(source: Path, target: Path, *arguments: object) -> Path:
    bulkmarc("export", source, "-o", target, "--no-sync", "--quiet", *arguments)
    return target


def rows_of_ndjson(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def record(number: int, *fields: tuple[str, str]) -> bytes:
    """ISO 2709 of data fields with blank indicators, whose subfields have `$` for the delimiter."""
    directory, data = "", b""
    for tag, text in [("001", f"id{number}"), *fields]:
        content = text.replace("$", "\x1f") if tag < "010" else "  " + text.replace("$", "\x1f")
        field = content.encode() + b"\x1e"
        directory += f"{tag}{len(field):04}{len(data):05}"
        data += field
    base = 24 + len(directory) + 1
    leader = f"{base + len(data) + 1:05}nam a22{base:05} a 4500"
    return leader.encode() + directory.encode() + b"\x1e" + data + b"\x1d"


ODD = [
    record(1),  # Nulls, and lists of nothing.
    record(2, ("245", "$a"), ("650", "$a"), ("650", "$a")),  # Empty texts.
    record(3, ("245", "$a\U0001f4da e\u0301\u00e9 \u65e5\u672c"), ("650", "$a\U00010348"), ("650", "$atwo")),
    record(4, ("245", '$a"quoted", a\ttab\\n'), ("650", "$a" + "long " * 400)),
    record(5, ("245", "$aa nul \x00 and \x01")),
]


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated records, and odd ones."""
    path = tmp_path_factory.mktemp("catalogue") / "in.mrc"
    bulkmarc("generate", "--records", 3000, "-o", path, "--no-sync", "--quiet")
    with path.open("ab") as file:
        for odd in ODD:
            file.write(odd)
    return path


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> list[str]:
    """The options that choose a table."""
    return TABLES[request.param]
