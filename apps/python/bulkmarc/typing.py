"""The types of what bulkmarc takes, for the annotations of those who call it. Nothing else imports this at run time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeAlias, TypedDict

from ._native import Progress

StrPath: TypeAlias = str | os.PathLike[str]
Buffer: TypeAlias = bytes | bytearray | memoryview


class Readable(Protocol):
    """A binary file object that is read."""

    def read(self, size: int, /) -> bytes: ...


class Writable(Protocol):
    """A binary file object that is written to."""

    def write(self, data: bytes, /) -> Any: ...


Input: TypeAlias = StrPath | Buffer | Readable
Source: TypeAlias = Input | Sequence[Input] | Iterable[Any]
Target: TypeAlias = StrPath | Writable | None


class RecordOptions(TypedDict, total=False):
    """What all functions take. None is as good as no argument, for these and for those below."""

    where: str | None
    ids: Iterable[str] | StrPath | None
    fields: str | None
    drop_fields: str | None
    from_: str | None
    charset: str | None
    keep_going: bool
    strict: bool
    nfc: bool
    rejects: StrPath | None
    report: StrPath | None
    max_findings: int
    threads: int
    batch_size: int | None


class RunOptions(RecordOptions, total=False):
    """What is about one catalogue, in its order."""

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


class DiffOptions(RecordOptions, WatchOptions, FileOptions, total=False):
    """Those of diff()."""


class CheckOptions(ReadOptions, TableOptions, total=False):
    """Those of check()."""

    format: str | None
    for_: str | None
    rules: bool
    avram: StrPath | None


class WriteOptions(ReadOptions, TableOptions, FileOptions, total=False):
    """Those of MARCWriter, which takes the format beside them."""

    for_: str | None
    compression: str | None
    level: int | None
    backend: str
    split_records: int
    split_size: int
    resume: bool


class ExportOptions(WriteOptions, total=False):
    """Those of export()."""

    format: str | None
