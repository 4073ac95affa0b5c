"""Parquet and Arrow files, which pyarrow writes."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
from conftest import RECORDS

import bulkmarc
from bulkmarc import aio

TYPES = "year:int=008/7-10,made:date=008/0-5,changed:timestamp=005,web:bool=856,title=245$a,subjects[]=650$a"
TABLES: list[dict[str, Any]] = [
    {"table": "records"},
    {"table": "subfields"},
    {"table": "fields"},
    {"columns": TYPES, "record_number": False},
    {"columns": "id=001", "provenance": True, "load_id": "7"},
]
FORMATS = ["parquet", "arrow"]


def in_seconds(table: Any) -> Any:
    """The same with timestamps of seconds, of which Parquet makes milliseconds."""
    types = (pyarrow.timestamp("s") if field.type == pyarrow.timestamp("ms") else field.type for field in table.schema)
    return table.cast(
        pyarrow.schema(
            [field.with_type(type) for field, type in zip(table.schema, types, strict=True)], table.schema.metadata
        )
    )


def read(data: bytes | None, format: str) -> Any:
    assert data is not None
    if format == "parquet":
        return in_seconds(pyarrow.parquet.read_table(io.BytesIO(data)))
    return pyarrow.ipc.open_file(data).read_all()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("options", TABLES, ids=lambda options: str(options.get("table", options.get("columns"))))
def test_a_file_has_the_rows(catalogue: Path, format: str, options: dict[str, Any]) -> None:
    report = bulkmarc.export(catalogue, None, format=format, **options)
    assert report.records_exported == RECORDS
    table = read(report.data, format)
    table.validate(full=True)
    expected = pyarrow.table(bulkmarc.rows(catalogue, **options))
    assert table == expected
    assert table.schema.equals(expected.schema)
    assert table.schema.metadata[b"bulkmarc.version"].decode() == bulkmarc.__version__
    assert table.schema.metadata[b"bulkmarc.inputs"].decode() == str(catalogue)
    assert table.schema.metadata[b"bulkmarc.table"].decode().startswith(options.get("table", ""))


@pytest.mark.parametrize("format", FORMATS)
def test_the_bytes_depend_on_the_rows_alone(catalogue: Path, format: str) -> None:
    tables: list[dict[str, Any]] = [{"table": "subfields"}, {"table": "fields"}, {"columns": TYPES}]
    for table in tables:  # More than one block of each.
        source = [catalogue.read_bytes()] * (2 if "columns" in table else 1)
        files = {
            bulkmarc.export(source, None, format=format, threads=threads, batch_size=batch_size, **table).data
            for threads, batch_size in ((1, 1 << 14), (2, 1 << 20))
        }
        assert len(files) == 1, table


def test_settings_of_parquet(catalogue: Path) -> None:
    source = [catalogue.read_bytes()] * 13
    report = bulkmarc.export(source, None, format="parquet", table="records")
    assert report.data is not None
    file = pyarrow.parquet.ParquetFile(io.BytesIO(report.data))
    assert [file.metadata.row_group(index).num_rows for index in range(2)] == [122_880, 13 * RECORDS - 122_880]
    group = file.metadata.row_group(0)
    columns = {column.path_in_schema: column for column in map(group.column, range(group.num_columns))}
    number, key, title = columns["record_number"], columns["control_number"], columns["title"]
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert "DELTA_BINARY_PACKED" in number.encodings
    assert "RLE_DICTIONARY" in columns["language"].encodings
    assert "RLE_DICTIONARY" not in key.encodings
    assert number.statistics.has_min_max
    assert key.statistics.has_min_max
    assert not title.is_stats_set
    assert number.has_column_index
    assert [sorting.column_index for sorting in group.sorting_columns] == [0]
    other = bulkmarc.export(source[:1], None, format="parquet", level=12)
    assert other.data is not None
    usual = bulkmarc.export(source[:1], None, format="parquet")
    assert usual.data is not None
    assert len(other.data) < len(usual.data)


def test_tables_without_rows(catalogue: Path) -> None:
    for format in FORMATS:
        report = bulkmarc.export(catalogue, None, format=format, where="001=\\none")
        table = read(report.data, format)
        assert table.num_rows == 0
        assert table.schema.equals(pyarrow.schema(bulkmarc.rows(catalogue)))


def test_parts_are_a_dataset(catalogue: Path, tmp_path: Path) -> None:
    report = bulkmarc.export(catalogue, tmp_path / "a.parquet", split_records=3000, columns="id=001")
    files = sorted(tmp_path.glob("*.parquet"))
    assert report.records_exported == RECORDS
    assert [pyarrow.parquet.read_metadata(file).num_rows for file in files] == [3000, 3000, 3000, 1000]
    assert pyarrow.dataset.dataset(files).to_table() == pyarrow.table(bulkmarc.rows(catalogue, columns="id=001"))


def test_targets_of_all_kinds(catalogue: Path, tmp_path: Path) -> None:
    expected = pyarrow.table(bulkmarc.rows(catalogue))
    for format in FORMATS:
        whole = bulkmarc.export(catalogue, None, format=format).data
        path = tmp_path / f"a.{format}"
        bulkmarc.export(catalogue, path)
        assert path.read_bytes() == whole
        bulkmarc.export(catalogue, memory := io.BytesIO(b""), format=format)
        assert memory.getvalue() == whole
        with bulkmarc.MARCWriter(tmp_path / f"b.{format}") as writer:
            for record in bulkmarc.MARCReader(catalogue):
                writer.write(record)
        assert read((tmp_path / f"b.{format}").read_bytes(), format) == expected
        asyncio.run(aio.export(catalogue, path))
        assert path.read_bytes() == whole

    threads = set()

    class Pipe:
        def __init__(self) -> None:
            self.data = b""

        def write(self, block: bytes) -> None:
            threads.add(threading.get_ident())
            self.data += block

    bulkmarc.export(catalogue, pipe := Pipe(), format="arrow", rejects=tmp_path / "rejected.mrc")
    assert pyarrow.ipc.open_stream(pipe.data).read_all() == expected
    assert threads == {threading.get_ident()}
    bulkmarc.export(catalogue, tmp_path / "a.arrows")
    assert pyarrow.ipc.open_stream((tmp_path / "a.arrows").read_bytes()).read_all() == expected


@pytest.mark.parametrize("format", FORMATS)
def test_a_failure_leaves_the_target(
    catalogue: Path, tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"a.{format}"
    path.write_bytes(b"old")

    class Full:
        def write(self, block: bytes) -> None:
            raise ZeroDivisionError("gone")

    with pytest.raises(ZeroDivisionError, match="gone"):
        bulkmarc.export(catalogue, Full(), format=format)
    with pytest.raises(bulkmarc.InputError):
        bulkmarc.export([catalogue, tmp_path / "missing.mrc"], path)
    with pytest.raises(bulkmarc.OptionsError, match="can't be compressed by gz"):
        bulkmarc.export(catalogue, path, compression="gz")
    if Path("/dev/full").exists():
        with pytest.raises(bulkmarc.OutputError) as caught:
            bulkmarc.export(catalogue, "/dev/full", format=format)
        assert isinstance(caught.value, OSError)

    from bulkmarc import _pyarrow

    for method in ("__init__", "add", "end_block", "finish"):
        with monkeypatch.context() as patched:
            patched.setattr(_pyarrow._File, "finish", None)
            for kind in (_pyarrow._ArrowFile, _pyarrow._ParquetFile):
                patched.setattr(kind, method, lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                bulkmarc.export(catalogue, path)
            with pytest.raises(ZeroDivisionError), bulkmarc.MARCWriter(path) as writer:
                for record in bulkmarc.MARCReader(catalogue):
                    writer.write(record)
    assert os.listdir(tmp_path) == [path.name]
    assert path.read_bytes() == b"old"
    assert capsys.readouterr().err == ""


def test_a_keyboard_interrupt_leaves_the_target(catalogue: Path, tmp_path: Path) -> None:
    def interrupt(_: bulkmarc.Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    for format in FORMATS:
        with pytest.raises(KeyboardInterrupt):
            bulkmarc.export(catalogue, tmp_path / f"a.{format}", progress=interrupt)
    assert os.listdir(tmp_path) == []


def test_pyarrow_is_imported_when_it_is_needed(catalogue: Path, tmp_path: Path) -> None:
    program = """
import sys
import bulkmarc
source, target = sys.argv[1:]
bulkmarc.export(source, None, format="csv")
bulkmarc.check(source, format="parquet", table="records")
assert "pyarrow" not in sys.modules
sys.modules["pyarrow"] = None
for name in ("parquet", "arrow"):
    try:
        bulkmarc.export(source, target, format=name)
    except bulkmarc.OptionsError as error:
        assert str(error).startswith(f"{name}: pyarrow can't be imported (pip install 'bulkmarc[parquet]'): "), error
    else:
        raise AssertionError(name)
"""
    subprocess.run([sys.executable, "-c", program, catalogue, tmp_path / "a"], check=True)
    assert os.listdir(tmp_path) == []


def test_parquet(catalogue: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    report = bulkmarc.to_parquet(catalogue, path, table="records")
    assert report.records_exported == RECORDS
    assert read(path.read_bytes(), "parquet") == pyarrow.table(bulkmarc.rows(catalogue))
    with pytest.raises(bulkmarc.InputError):
        bulkmarc.to_parquet(tmp_path / "missing.mrc", path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.parquet"]
