"""The types of what bulkmarc takes, for the annotations of those who call it. Nothing else imports this at run time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias, TypedDict

from ._native import Progress
from ._plan import Range

StrPath: TypeAlias = str | os.PathLike[str]
Buffer: TypeAlias = bytes | bytearray | memoryview


class Readable(Protocol):
    """A binary file object that is read."""

    def read(self, size: int, /) -> bytes: ...


class Writable(Protocol):
    """A binary file object that is written to."""

    def write(self, data: bytes, /) -> Any: ...


Input: TypeAlias = StrPath | Buffer | Readable
Source: TypeAlias = Input | Sequence[Input] | Range | Iterable[Any]
ReadSource: TypeAlias = Input | list[Input] | Range
Target: TypeAlias = StrPath | Writable | None


class RecordOptions(TypedDict, total=False):
    """What all functions take. None is as good as no argument, for these and for those below."""

    where: str | None
    ids: Iterable[str] | StrPath | None
    fields: str | None
    drop_fields: str | None
    strict: bool
    nfc: bool
    rejects: StrPath | None
    report: StrPath | None
    max_findings: int
    threads: int
    batch_size: int | None


class InputOptions(TypedDict, total=False):
    """How inputs are read."""

    from_: str | None
    charset: str | None
    keep_going: bool


class RunOptions(RecordOptions, InputOptions, total=False):
    """Those that most functions take."""

    skip: int
    limit: int | None
    unique: str | None
    sample: int | None
    seed: int
    statistics: bool


class TableOptions(TypedDict, total=False):
    """The rows that are made of records."""

    table: str | None
    columns: str | None
    separator: str | None
    subfield_separator: str | None
    record_number: bool
    provenance: bool
    load_id: str | None


class WatchOptions(TypedDict, total=False):
    """How a run is watched, and ended early."""

    progress: Callable[[Progress], object] | bool | None
    stop: threading.Event | None


class RowOptions(RunOptions, TableOptions, total=False):
    """Those of rows() and to_parquet()."""


class ReadOptions(RunOptions, WatchOptions, total=False):
    """Those of MARCReader."""

    to_utf8: bool


class CountOptions(RunOptions, WatchOptions, total=False):
    """Those of count()."""


class FileOptions(TypedDict, total=False):
    """How files are written."""

    sync: bool
    keep_cached: bool
    no_clobber: bool


class DiffOptions(RecordOptions, InputOptions, WatchOptions, FileOptions, total=False):
    """Those of diff()."""


class CheckOptions(ReadOptions, TableOptions, total=False):
    """Those of check()."""

    format: str | None
    for_: str | None
    rules: bool
    avram: StrPath | None


class OutputOptions(TableOptions, FileOptions, total=False):
    """What is written."""

    for_: str | None
    compression: str | None
    level: int | None
    backend: str


class WriteOptions(ReadOptions, OutputOptions, total=False):
    """Those of MARCWriter, which takes the format beside them."""

    split_records: int
    split_size: int
    resume: bool


class ExportOptions(WriteOptions, total=False):
    """Those of export()."""

    format: str | None


class PlanOptions(WatchOptions, total=False):
    """Those of plan()."""

    from_: str | None
    charset: str | None
    range_size: int
    threads: int
    batch_size: int | None


class RangeOptions(RecordOptions, WatchOptions, OutputOptions, total=False):
    """Those of export_range()."""

    skip: int
    statistics: bool
    to_utf8: bool
    format: str | None


class CommitOptions(FileOptions, total=False):
    """Those of commit()."""

    stop: threading.Event | None
