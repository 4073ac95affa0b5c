"""Every engine reads every table in every format, and has the rows of the reference."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from conftest import command
from engines import ENGINES, Loss
from reference import TABLES, Row

FORMATS = ("csv", "ndjson", "parquet", "arrow")


@pytest.fixture(scope="module", params=TABLES)
def table(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@cache
def expected(table: str, records: Path) -> list[Row]:
    return TABLES[table].expected(records.read_bytes())


@cache
def exported(table: str, format: str, records: Path) -> Path:
    path = records.with_name(f"{table}.{format}")
    command("export", records, "-o", path, *TABLES[table].arguments)
    return path


def with_loss(rows: list[Row], loss: Loss) -> list[Row]:
    return [tuple(loss(value) for value in row) for row in rows]


def differences(rows: list[Row], expected: list[Row]) -> list[tuple[Row, Row]]:
    """The first of them: there are too many rows to show all."""
    return [pair for pair in zip(rows, expected, strict=True) if pair[0] != pair[1]][:3]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("engine", ENGINES)
def test_rows_are_those_of_the_reference(table: str, format: str, engine: str, records: Path) -> None:
    names, rows = ENGINES[engine].read(exported(table, format, records), TABLES[table])
    assert names == list(TABLES[table].types)
    wanted = expected(table, records)
    assert len(rows) == len(wanted)
    loss = ENGINES[engine].losses.get(format)
    if loss is not None:
        # An engine that has learnt it should not be said to be unable to.
        assert differences(rows, wanted)
        rows, wanted = with_loss(rows, loss), with_loss(wanted, loss)
    assert differences(rows, wanted) == []
