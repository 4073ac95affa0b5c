"""Every engine reads every table in every format, and has the rows of the reference."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import command, differences, expected, exported
from engines import ENGINES, ClickHouse, DuckDB, Loss, null_list_becomes_empty
from reference import TABLES, Row


def with_loss(rows: list[Row], loss: Loss) -> list[Row]:
    return [tuple(loss(value) for value in row) for row in rows]


@pytest.mark.parametrize("format", ["csv", "ndjson", "parquet", "arrow"])
@pytest.mark.parametrize("engine", ENGINES)
def test_rows_are_those_of_the_reference(table: str, format: str, engine: str, records: Path) -> None:
    names, rows = ENGINES[engine].read(exported(table, format, records), TABLES[table])
    assert names == list(TABLES[table].types)
    wanted = expected(table, records)
    assert len(rows) == len(wanted)
    loss = ENGINES[engine].losses.get(format)
    if loss is not None and with_loss(wanted, loss) != wanted:
        # An engine that has learnt it should not be said to be unable to.
        assert differences(rows, wanted)
        rows, wanted = with_loss(rows, loss), with_loss(wanted, loss)
    assert differences(rows, wanted) == []


@pytest.mark.parametrize(("dialect", "engine"), [("duckdb", DuckDB()), ("clickhouse", ClickHouse())])
def test_parquet_fits_the_table_of_the_schema(
    table: str, dialect: str, engine: DuckDB | ClickHouse, records: Path
) -> None:
    schema = command("schema", *TABLES[table].arguments, "--dialect", dialect, "--name", "loaded")
    rows = engine.load(schema, exported(table, "parquet", records))
    wanted = expected(table, records)
    if isinstance(engine, ClickHouse):
        wanted = with_loss(wanted, null_list_becomes_empty)
    # A table has no order.
    assert differences(sorted(rows, key=repr), sorted(wanted, key=repr)) == []
