"""rows()."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pytest
from conftest import RECORDS

import bulkmarc

COLUMNS = "id=001,title=245$a,subjects[]=650$a"


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


def test_fields_are_lists_of_structs(catalogue: Path) -> None:
    table = pyarrow.table(bulkmarc.rows(catalogue, table="fields"))
    text = pyarrow.string()
    subfield = pyarrow.struct([pyarrow.field("code", text, False), pyarrow.field("value", text, False)])
    subfields = pyarrow.list_(pyarrow.field("item", subfield, False))
    assert [field.name for field in table.schema.field("fields").type.value_type] == [
        "tag", "ind1", "ind2", "value", "subfields"
    ]  # fmt: skip
    assert table.schema.field("fields").type.value_type.field("subfields").type.equals(subfields)
    table.validate(full=True)
    lines = bulkmarc.export(catalogue, None, format="ndjson", table="fields").data
    assert lines is not None
    assert table.to_pylist() == [json.loads(line) for line in lines.splitlines()]


def test_documents_are_whole_records(catalogue: Path) -> None:
    whole = bulkmarc.export(catalogue, None, format="ndjson").data
    assert whole is not None
    table = pyarrow.table(bulkmarc.rows(catalogue, table="documents"))
    assert table["record"].to_pylist() == whole.decode().splitlines()
    table = pyarrow.table(bulkmarc.rows(catalogue, table="documents:mrc"))
    marc = bulkmarc.export(catalogue, None, format="mrc", to_utf8=True).data
    assert "".join(table["record"].to_pylist()).encode() == marc
    with pytest.raises(bulkmarc.OptionsError, match="table: unknown name 'documents:csv'"):
        bulkmarc.rows(catalogue, table="documents:csv")


def test_rows_say_where_they_come_from(catalogue: Path) -> None:
    table = pyarrow.table(bulkmarc.rows(catalogue, columns="id=001", provenance=True, load_id="7", limit=2))
    assert table.column_names == ["record_number", "input", "input_offset", "load_id", "id"]
    assert table["input"].to_pylist() == [str(catalogue)] * 2
    assert table["input_offset"].to_pylist() == [0, int(catalogue.read_bytes()[:5])]
    assert table["load_id"].to_pylist() == ["7", "7"]
    with pytest.raises(bulkmarc.OptionsError, match="load_id: needs table or columns"):
        bulkmarc.export(catalogue, None, format="mrk", load_id="7")


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


def test_polars_takes_rows(catalogue: Path) -> None:
    expected = pyarrow.table(bulkmarc.rows(catalogue, columns=COLUMNS))
    frame = polars.DataFrame(bulkmarc.rows(catalogue, columns=COLUMNS))
    assert frame.shape == (RECORDS, 4)
    assert frame.to_dict(as_series=False) == expected.to_pydict()
    # It may hold the GIL while it waits for a batch.
    from_file = polars.DataFrame(bulkmarc.rows(io.BytesIO(catalogue.read_bytes()), columns=COLUMNS))
    assert from_file.equals(frame)


def test_duckdb_takes_rows(catalogue: Path) -> None:
    rows = bulkmarc.rows(catalogue, columns=COLUMNS)
    in_memory = bulkmarc.rows(io.BytesIO(catalogue.read_bytes()), columns=COLUMNS)
    expected = [tuple(row.values()) for row in pyarrow.table(rows).to_pylist()]
    assert duckdb.sql("from rows order by record_number").fetchall() == expected
    assert duckdb.sql("from in_memory order by record_number").fetchall() == expected
    assert in_memory.report is not None


def test_pandas_takes_rows(catalogue: Path) -> None:
    rows = bulkmarc.rows(catalogue, columns="id=001,title=245$a")
    frame = pandas.DataFrame.from_arrow(rows)
    assert frame.shape == (RECORDS, 3)
    assert frame["id"].to_list() == pyarrow.table(rows)["id"].to_pylist()


def test_a_stream_that_nobody_reads_is_released(catalogue: Path) -> None:
    bulkmarc.rows(catalogue).__arrow_c_stream__()
    bulkmarc.rows(catalogue).__arrow_c_schema__()
