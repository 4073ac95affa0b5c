"""Exports and checks."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import _native
from ._ends import Output, Source, StrPath, Target, inputs_of
from ._progress import ProgressOption, progress_function
from ._report import Report, make_report

if TYPE_CHECKING:
    import threading


def export(
    source: Source,
    target: Target,
    *,
    format: str | None = None,
    table: str | None = None,
    columns: str | None = None,
    separator: str | None = None,
    subfield_separator: str | None = None,
    record_number: bool = True,
    compression: str | None = None,
    level: int | None = None,
    to_utf8: bool = False,
    nfc: bool = False,
    strict: bool = False,
    where: str | None = None,
    ids: Iterable[str] | StrPath | None = None,
    skip: int = 0,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 1,
    fields: str | None = None,
    drop_fields: str | None = None,
    from_: str | None = None,
    keep_going: bool = False,
    rejects: StrPath | None = None,
    report: StrPath | None = None,
    max_findings: int = 1000,
    statistics: bool = False,
    sync: bool = True,
    keep_cached: bool = False,
    no_clobber: bool = False,
    split_records: int = 0,
    split_size: int = 0,
    resume: bool = False,
    backend: str = "auto",
    threads: int = 0,
    batch_size: int | None = None,
    progress: ProgressOption = None,
    stop: threading.Event | None = None,
) -> Report:
    """Exports every record of `source`, or those that are selected, to `target`, and returns the report.

    `source` is a path of a file or a folder, bytes or another buffer, a binary file object, a list of these, or an
    iterable of records: bulkmarc's own, those of pymarc, mrrc or rmarc, or bytes of ISO 2709. `target` is a path, a
    binary file object, or None for `Report.data`. The options are those of the command, and docs/python.md lists them.

    The GIL is held only to take records over from an iterable, and for the calls of a file object and of `progress`.
    Raises Error and leaves the target as it was when the export can't be completed; so does any exception of a function
    that it calls, and KeyboardInterrupt. Records that can't be exported do not stop it: they are in the report.
    """
    options = dict(locals())
    output = Output(target, options)
    try:
        return _run(source, output.kind, output.object, options)
    except BaseException:
        output.restore()
        raise


def check(
    source: Source,
    *,
    format: str | None = None,
    table: str | None = None,
    columns: str | None = None,
    separator: str | None = None,
    subfield_separator: str | None = None,
    record_number: bool = True,
    to_utf8: bool = False,
    nfc: bool = False,
    strict: bool = False,
    where: str | None = None,
    ids: Iterable[str] | StrPath | None = None,
    skip: int = 0,
    limit: int | None = None,
    sample: int | None = None,
    seed: int = 1,
    fields: str | None = None,
    drop_fields: str | None = None,
    from_: str | None = None,
    keep_going: bool = False,
    rejects: StrPath | None = None,
    report: StrPath | None = None,
    max_findings: int = 1000,
    statistics: bool = True,
    threads: int = 0,
    batch_size: int | None = None,
    progress: ProgressOption = None,
    stop: threading.Event | None = None,
) -> Report:
    """Reports what an export would do, and writes nothing.

    Takes what export() takes. The format is marcxml by default, or csv for a table.
    """
    options = dict(locals())
    if format is None:
        options["format"] = "marcxml" if table is None and columns is None else "csv"
    return _run(source, "none", None, options)


def prepare(options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a function as the native part takes them."""
    ids = options.get("ids")
    if isinstance(ids, (str, os.PathLike)):
        options["ids"] = _read_ids(os.fspath(ids))
        options["also_read"] = [os.fspath(ids)]
    elif ids is not None:
        options["ids"] = list(ids)
    return options


def _run(source: object, kind: str, target: object, options: dict[str, Any]) -> Report:
    prepare(options)
    progress = progress_function(options["progress"])
    inputs = inputs_of(source)
    if inputs is not None:
        return make_report(*_native.export_inputs(inputs, kind, target, options, progress, options["stop"]))
    if not isinstance(source, Iterable):
        raise TypeError(
            f"the source is {type(source).__name__}: expected a path, bytes, a binary file object or records"
        )
    writer = _native.Writer(kind, target, options, progress, options["stop"])
    try:
        writer.write_all(source)
        return make_report(*writer.close())
    except BaseException:
        writer.discard()
        raise


def _read_ids(path: str) -> list[str]:
    """The control numbers in a file, one on each line."""
    with open(path, encoding="utf-8-sig", errors="surrogateescape") as lines:
        return [line.strip() for line in lines if line.strip()]
