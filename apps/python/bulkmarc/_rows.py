"""Rows for whatever speaks Apache Arrow."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from . import _native
from ._ends import Source, StrPath, inputs_to_read
from ._export import prepare
from ._report import Report, make_report


class Rows:
    """The rows of a catalogue as an Arrow C stream: pyarrow, Polars, DuckDB and pandas take it without a copy.

    Each stream reads the source anew. `report` is the account of the last one that came to its end.
    """

    def __init__(self, native: _native.Rows) -> None:
        self._native = native

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._native.stream()

    def __arrow_c_schema__(self) -> object:
        return self._native.schema()

    @property
    def report(self) -> Report | None:
        told = self._native.report()
        return None if told is None else make_report(*told)


def rows(
    source: Source,
    *,
    table: str | None = None,
    columns: str | None = None,
    separator: str | None = None,
    subfield_separator: str | None = None,
    record_number: bool = True,
    nfc: bool = False,
    strict: bool = False,
    where: str | None = None,
    ids: Iterable[str] | StrPath | None = None,
    skip: int = 0,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 1,
    from_: str | None = None,
    keep_going: bool = False,
    rejects: StrPath | None = None,
    max_findings: int = 1000,
    statistics: bool = False,
    threads: int = 0,
    batch_size: int | None = None,
) -> Rows:
    """The rows of `source`, which is what MARCReader takes: of the table `records` by default, `subfields`, or columns.

    Columns are expressions such as `id=001,title=245$a$b,subjects[]=650$a`; docs/tables.md describes all of them.
    """
    options = dict(locals())
    inputs = inputs_to_read(source)
    return Rows(_native.Rows(inputs, prepare(options)))


def to_parquet(source: Source, path: StrPath, **options: Any) -> Report:
    """Writes the rows of `source` to a Parquet file by pyarrow, which must be installed, and returns the report.

    The options are those of rows(). The file appears, or is replaced, when all else has succeeded.
    """
    import pyarrow
    import pyarrow.parquet

    found = rows(source, **options)
    target = os.fspath(path)
    beside = f"{target}.{os.getpid()}.part"
    try:
        with (
            pyarrow.RecordBatchReader.from_stream(found) as reader,
            pyarrow.parquet.ParquetWriter(beside, reader.schema) as writer,
        ):
            for batch in reader:
                writer.write_batch(batch)
        os.replace(beside, target)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise
    report = found.report
    assert report is not None
    return report
