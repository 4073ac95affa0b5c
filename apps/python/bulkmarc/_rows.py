"""Rows for whatever speaks Apache Arrow."""

from __future__ import annotations

from . import _native
from ._ends import inputs_to_read
from ._export import export, prepare
from ._report import Report, make_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .typing import ReadSource, RowOptions, StrPath


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


def rows(source: ReadSource, **options: Unpack[RowOptions]) -> Rows:
    """The rows of `source`, which is what MARCReader takes: of the table `records` by default, another one, or columns.

    The tables are those of the command: `subfields`, `records`, `fields`, `documents`, `documents:marcxml`. Columns are
    expressions such as `id=001,title=245$a$b,subjects[]=650$a`; docs/tables.md describes all of them. The other options
    are those of export() that are not about a file.
    """
    return Rows(_native.Rows(inputs_to_read(source), prepare({**options})))


def to_parquet(source: ReadSource, path: StrPath, **options: Unpack[RowOptions]) -> Report:
    """export() to Parquet, with the options of rows()."""
    return export(source, path, format="parquet", **options)
