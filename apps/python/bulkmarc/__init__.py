"""Dump whole MARC 21 catalogues, on every core, to files that appear complete or not at all."""

import atexit
import os

from ._errors import Cancelled, Error, InputError, OptionsError, OutputError
from ._export import check, export
from ._native import Field, Progress, Record, cancel_all, forked, version
from ._reader import MARCReader
from ._records import Indicators, Subfield
from ._report import Finding, Report
from ._rows import Rows, rows, to_parquet
from ._writer import MARCWriter

__version__: str = version()

# Runs that are not finished when the process ends, such as those of a reader that was left, leave nothing behind.
atexit.register(cancel_all)
os.register_at_fork(after_in_child=forked)

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
    "check",
    "export",
    "rows",
    "to_parquet",
]
