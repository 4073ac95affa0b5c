"""What the witnesses share: a catalogue of all kinds of records, as every table in every format."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import catalogue
import pytest
from reference import TABLES, Row

CHECKOUT = Path(__file__).parents[2]
REAL = CHECKOUT / "data" / "real"
COMMAND = Path(os.environ.get("BULKMARC_COMMAND", CHECKOUT / "build" / "release" / "bin" / "bulkmarc"))


def command(*arguments: str | Path) -> str:
    """Runs the command, and returns what it prints."""
    return subprocess.run([COMMAND, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real records, generated ones, and those made by hand, in UTF-8."""
    path = tmp_path_factory.mktemp("records") / "records.mrc"
    generated = path.with_name("generated.mrc")
    command("generate", "--records", "50", "--seed", "1", "-o", generated, "-q")
    files = [REAL / "loc-bibliographic.mrc", REAL / "loc-authority.mrc", generated]
    path.write_bytes(catalogue.hand_made() + b"".join(file.read_bytes() for file in files))
    return path


@pytest.fixture(scope="module", params=TABLES)
def table(request: pytest.FixtureRequest) -> str:
    """The name of each table."""
    name: str = request.param
    return name


@cache
def expected(table: str, records: Path) -> list[Row]:
    return TABLES[table].expected(records.read_bytes())


@cache
def exported(table: str, format: str, records: Path) -> Path:
    path = records.with_name(f"{table}.{format}")
    command("export", records, "-o", path, *TABLES[table].arguments, "-q")
    return path


def differences(rows: list[Row], expected: list[Row]) -> list[tuple[Row, Row]]:
    """The first of them: there are too many rows to show all."""
    return [pair for pair in zip(rows, expected, strict=True) if pair[0] != pair[1]][:3]
