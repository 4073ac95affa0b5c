"""rows() and to_parquet()."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import RECORDS

import bulkmarc

pyarrow = pytest.importorskip("pyarrow")


def test_rows_are_those_of_the_csv(catalogue: Path) -> None:
    rows = bulkmarc.rows(catalogue, columns="id=001,title=245$a$b")
    table = pyarrow.table(rows)
    text = bulkmarc.export(catalogue, None, format="csv", columns="id=001,title=245$a$b").data
    assert text is not None
    expected = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
    assert table.column_names == list(expected[0])
    assert table["id"].to_pylist() == [row["id"] for row in expected]
    assert [title or "" for title in table["title"].to_pylist()] == [row["title"] for row in expected]
    assert rows.report is not None
    assert rows.report.records_exported == RECORDS
    assert pyarrow.table(rows) == table  # Each stream reads anew.


def test_columns_have_types(catalogue: Path) -> None:
    columns = "year:int=008/7-10,made:date=008/0-5,changed:timestamp=005,web:bool=856,topics:count=650,by:first=100$a"
    table = pyarrow.table(bulkmarc.rows(catalogue, columns=columns, record_number=False))
    assert [str(field.type) for field in table.schema] == [
        "int64", "date32[day]", "timestamp[s]", "bool", "int64", "string",
    ]  # fmt: skip
    table.validate(full=True)
    lines = bulkmarc.export(catalogue, None, format="ndjson", columns=columns, record_number=False).data
    assert lines is not None
    expected = [json.loads(line) for line in lines.splitlines()]
    for row in (rows := table.to_pylist()):
        row["made"] = row["made"] and row["made"].isoformat()
        row["changed"] = row["changed"] and row["changed"].isoformat()
    assert rows == expected
    assert {row["web"] for row in rows} == {True, False}


def test_the_schema_is_known_before(catalogue: Path) -> None:
    rows = bulkmarc.rows(catalogue)
    assert pyarrow.schema(rows) == pyarrow.table(rows).schema
    assert rows.report is not None


def test_sources_in_memory_and_file_objects(catalogue: Path) -> None:
    expected = pyarrow.table(bulkmarc.rows(catalogue, table="subfields", limit=500))
    whole = catalogue.read_bytes()
    for source in (whole, bytearray(whole), io.BytesIO(whole)):
        assert pyarrow.table(bulkmarc.rows(source, table="subfields", limit=500)) == expected

    class Broken:
        def read(self, size: int) -> bytes:
            raise ZeroDivisionError("gone")

    with pytest.raises(RuntimeError, match=r"^ZeroDivisionError: gone$"):
        pyarrow.table(bulkmarc.rows(Broken()))
    with pytest.raises(TypeError, match="expected a path"):
        bulkmarc.rows(iter([]))


def test_a_stream_that_nobody_reads_is_released(catalogue: Path) -> None:
    bulkmarc.rows(catalogue).__arrow_c_stream__()
    bulkmarc.rows(catalogue).__arrow_c_schema__()


def test_parquet(catalogue: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    report = bulkmarc.to_parquet(catalogue, path, table="records")
    assert report.records_exported == RECORDS
    import pyarrow.parquet

    assert pyarrow.parquet.read_table(path) == pyarrow.table(bulkmarc.rows(catalogue))
    with pytest.raises(bulkmarc.InputError):
        bulkmarc.to_parquet(tmp_path / "missing.mrc", path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]
