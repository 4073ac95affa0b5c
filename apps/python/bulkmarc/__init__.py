"""Dump whole MARC 21 catalogues, on every core, to files that appear complete or not at all."""

from ._errors import Cancelled, Error, InputError, OptionsError, OutputError
from ._export import check, export
from ._native import Field, Indicators, Progress, Record, Subfield, __version__
from ._reader import MARCReader
from ._report import Finding, Report
from ._rows import Rows, rows, to_parquet
from ._writer import MARCWriter

__all__ = [
    "Cancelled",
    "Error",
    "Field",
    "Finding",
    "Indicators",
    "InputError",
    "MARCReader",
    "MARCWriter",
    "OptionsError",
    "OutputError",
    "Progress",
    "Record",
    "Report",
    "Rows",
    "Subfield",
    "__version__",
    "check",
    "export",
    "rows",
    "to_parquet",
]
