"""Parquet and Arrow files of the command, read by Apache Arrow and by others."""

from __future__ import annotations

import datetime
import math
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow
import pyarrow.ipc
import pyarrow.parquet
import pytest
from conftest import TABLES, Rows, bulkmarc, export, rows_of_ndjson


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def plain_rows(rows: Rows) -> Rows:
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def test_every_reader_of_parquet_reads_the_rows(catalogue: Path, table: list[str], tmp_path: Path) -> None:
    expected = rows_of_ndjson(export(catalogue, tmp_path / "a.ndjson", *table))
    path = export(catalogue, tmp_path / "a.parquet", *table)
    assert plain_rows(pyarrow.parquet.read_table(path).to_pylist()) == expected
    assert plain_rows(polars.read_parquet(path).to_dicts()) == expected
    relation = duckdb.sql(f"SELECT * FROM '{path}'")
    names = relation.columns
    assert plain_rows([dict(zip(names, row, strict=True)) for row in relation.fetchall()]) == expected


def test_every_reader_of_arrow_reads_the_rows(catalogue: Path, table: list[str], tmp_path: Path) -> None:
    expected = rows_of_ndjson(export(catalogue, tmp_path / "a.ndjson", *table))
    path = export(catalogue, tmp_path / "a.arrow", *table)
    assert plain_rows(pyarrow.ipc.open_file(path).read_all().to_pylist()) == expected
    assert plain_rows(polars.read_ipc(path).to_dicts()) == expected
    stream = export(catalogue, tmp_path / "a.arrows", *table)
    assert plain_rows(pyarrow.ipc.open_stream(stream).read_all().to_pylist()) == expected


def test_a_pipe_gets_a_stream(catalogue: Path) -> None:
    command = [os.environ["BULKMARC"], "export", str(catalogue), "--to", "arrow", "-o", "-", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert pyarrow.ipc.open_stream(process.stdout).read_all().num_rows == 3005
    assert process.returncode == 0


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_the_bytes_depend_on_the_rows_alone(catalogue: Path, table: list[str], tmp_path: Path, name: str) -> None:
    expected = export(catalogue, tmp_path / name, *table, "--threads", 1).read_bytes()
    for number, way in enumerate(
        [["--threads", 4, "--batch-size", "4K"], ["--batch-size", "1M"], ["--backend", "direct", "--threads", 3]]
    ):
        again = export(catalogue, tmp_path / f"{number}{name}", *table, *way)
        assert again.read_bytes() == expected, way


def test_a_file_of_no_rows_has_the_columns(catalogue: Path, table: list[str], tmp_path: Path) -> None:
    whole = export(catalogue, tmp_path / "whole.parquet", *table)
    path = export(catalogue, tmp_path / "a.parquet", *table, "--skip", "1M")
    assert pyarrow.parquet.read_table(path).num_rows == 0
    assert pyarrow.parquet.read_schema(path) == pyarrow.parquet.read_schema(whole)
    arrow = export(catalogue, tmp_path / "a.arrow", *table, "--skip", "1M")
    assert pyarrow.ipc.open_file(arrow).read_all().num_rows == 0


def test_a_parquet_file_tells_what_readers_ask_of_it(catalogue: Path, tmp_path: Path) -> None:
    path = export(catalogue, tmp_path / "a.parquet")
    file = pyarrow.parquet.ParquetFile(path)
    assert file.metadata.metadata[b"bulkmarc.table"] == b"records"
    assert file.metadata.metadata[b"bulkmarc.inputs"] == str(catalogue).encode()
    group = file.metadata.row_group(0)
    assert [(column.column_index, column.descending) for column in group.sorting_columns] == [(0, False)]
    for number in range(group.num_columns):
        column = group.column(number)
        assert (column.compression, column.has_offset_index) == ("ZSTD", True), column.path_in_schema
        is_free = column.path_in_schema in {"leader", "title", "author", "contributors.list.element"}
        may_have_none = column.path_in_schema.split(".")[0] in {"heading", "isbn", "issn", "urls"}
        assert is_free or may_have_none or column.is_stats_set, column.path_in_schema
        assert not (is_free and column.is_stats_set), column.path_in_schema
    encodings = {
        group.column(number).path_in_schema: group.column(number).encodings for number in range(group.num_columns)
    }
    assert "DELTA_BINARY_PACKED" in encodings["record_number"]
    assert "RLE_DICTIONARY" in encodings["language"]
    assert "RLE_DICTIONARY" not in encodings["title"]
    assert duckdb.sql(
        f"SELECT count(*) FROM parquet_metadata('{path}') WHERE bloom_filter_length > 0 "
        "AND path_in_schema = 'control_number'"
    ).fetchall() == [(1,)]
    sought = duckdb.sql(f"SELECT record_number FROM '{path}' WHERE control_number = 'id3'").fetchall()
    assert sought == [(3003,)]


def test_row_groups_end_at_the_same_rows_in_every_run(tmp_path: Path) -> None:
    catalogue = tmp_path / "in.mrc"
    bulkmarc("generate", "--records", 130_000, "-o", catalogue, "--no-sync", "--quiet")
    columns = ["--columns", "id=001,title=245$a"]
    path = export(catalogue, tmp_path / "a.parquet", *columns)
    metadata = pyarrow.parquet.ParquetFile(path).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [122_880, 7_120]
    again = export(catalogue, tmp_path / "b.parquet", *columns, "--threads", 1, "--batch-size", "1M")
    assert again.read_bytes() == path.read_bytes()


def test_parts_are_a_dataset(catalogue: Path, tmp_path: Path) -> None:
    for name in ("a.parquet", "a.arrow"):
        whole = rows_of_ndjson(export(catalogue, tmp_path / "a.ndjson", *TABLES["records"]))
        export(catalogue, tmp_path / name, "--split-records", 1000)
        stem, extension = name.split(".")
        parts = [tmp_path / f"{stem}-0000{number}.{extension}" for number in range(1, 5)]
        tables = [
            pyarrow.parquet.read_table(part) if extension == "parquet" else pyarrow.ipc.open_file(part).read_all()
            for part in parts
        ]
        assert [len(table) for table in tables] == [1000, 1000, 1000, 5]
        assert plain_rows(pyarrow.concat_tables(tables).to_pylist()) == whole
    export(catalogue, tmp_path / "b.parquet", "--split-size", "300K")
    parts = sorted(tmp_path.glob("b-*.parquet"))
    assert len(parts) > 2
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/b-*.parquet'").fetchall() == [(3005,)]


def test_a_higher_level_makes_a_smaller_file(catalogue: Path, tmp_path: Path) -> None:
    usual = export(catalogue, tmp_path / "a.parquet", *TABLES["subfields"])
    small = export(catalogue, tmp_path / "b.parquet", *TABLES["subfields"], "--level", 15)
    assert small.stat().st_size < usual.stat().st_size
    assert pyarrow.parquet.read_table(small) == pyarrow.parquet.read_table(usual)


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_a_run_that_fails_leaves_the_file_as_it_was(
    catalogue: Path, table: list[str], tmp_path: Path, threads: str
) -> None:
    for name in ("a.parquet", "a.arrow"):
        target = tmp_path / name
        target.write_bytes(b"old")
        limited = 'ulimit -f 20; trap "" XFSZ; exec "$0" "$@"'
        command = ["bash", "-c", limited, os.environ["BULKMARC"], "export", str(catalogue), "-o", str(target), *table]
        command += ["--no-sync", "--quiet", "--threads", threads]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        assert outcome.returncode == 1
        assert "File too large" in outcome.stderr
        assert target.read_bytes() == b"old"
        assert [path.name for path in tmp_path.iterdir()] == [name]
        target.unlink()


@pytest.mark.parametrize("threads", ["1", "4"])
@pytest.mark.parametrize("name", ["arrow", "parquet"])
def test_a_run_ends_whose_reader_goes_or_does_not_read(catalogue: Path, name: str, threads: str) -> None:
    command = [os.environ["BULKMARC"], "export", str(catalogue), "--to", name, "-o", "-", "--threads", threads]
    for has_reader, expected in [(False, signal.SIGPIPE), (True, signal.SIGTERM)]:
        with subprocess.Popen([*command, "--quiet", *TABLES["subfields"]], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert len(process.stdout.read(1)) == 1
            if has_reader:
                process.terminate()
            else:
                process.stdout.close()
            assert process.wait(60) == -expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "a.parquet.gz"], "parquet is read at any place, and can't be compressed by gz"),
        (["-o", "a.parquet", "--backend", "mapped"], "parquet can't be mapped, as its size is not known before"),
        (["-o", "a.arrow", "--backend", "placed"], "arrow is written in order"),
        (["-o", "a.arrow", "--level", "3"], "a compression level needs a compression"),
        (["-o", "a.parquet", "--level", "30"], "the level of parquet must be from 1 to 19"),
    ],
)
def test_what_does_not_fit_is_refused(
    catalogue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in bulkmarc("export", catalogue, *arguments, expect=2)
    assert list(tmp_path.iterdir()) == []
