"""Dump whole MARC 21 catalogues, on every core, to files that appear complete or not at all."""

from ._count import count
from ._diff import diff
from ._errors import Cancelled, Error, InputError, OptionsError, OutputError
from ._export import check, export
from ._native import Field, Indicators, Progress, Record, Subfield, __version__
from ._plan import Piece, Plan, Range
from ._ranges import abort, commit, export_range, plan
from ._reader import MARCReader
from ._report import DiffCounts, Finding, Report, ValueCount, ValueCounts, ValueReport
from ._rows import Rows, rows, to_parquet
from ._writer import MARCWriter

__all__ = [
    "Cancelled",
    "DiffCounts",
    "Error",
    "Field",
    "Finding",
    "Indicators",
    "InputError",
    "MARCReader",
    "MARCWriter",
    "OptionsError",
    "OutputError",
    "Piece",
    "Plan",
    "Progress",
    "Range",
    "Record",
    "Report",
    "Rows",
    "Subfield",
    "ValueCount",
    "ValueCounts",
    "ValueReport",
    "__version__",
    "abort",
    "check",
    "commit",
    "count",
    "diff",
    "export",
    "export_range",
    "plan",
    "rows",
    "to_parquet",
]
