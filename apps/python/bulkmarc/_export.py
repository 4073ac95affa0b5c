"""Exports and checks."""

from __future__ import annotations

import os

from . import _native
from ._ends import Output, convert_as_planned, inputs_of
from ._progress import progress_function
from ._report import Report, make_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Unpack

    from .typing import CheckOptions, ExportOptions, Source, Target


def export(source: Source, target: Target, **options: Unpack[ExportOptions]) -> Report:
    """Exports every record of `source`, or those that are selected, to `target`, and returns the report.

    `source` is a path of a file or a folder, bytes or another buffer, a binary file object, a list of these, a range
    of a plan, or an iterable of records: bulkmarc's own, those of pymarc, mrrc or rmarc, or bytes of ISO 2709. `target`
    is a path, a binary file object, or None for `Report.data`. The options are those of the command:
    bulkmarc.typing.ExportOptions has their types, and docs/python.md explains them.

    The GIL is held only to take records over from an iterable, and for the calls of a file object and of `progress`.
    Raises Error and leaves the target as it was when the export can't be completed; so does any exception of a function
    that it calls, and KeyboardInterrupt. Records that can't be exported do not stop it: they are in the report.
    """
    given: dict[str, Any] = {**options}
    output = Output(target, given)
    try:
        return _run(source, output.kind, output.object, given)
    except BaseException:
        output.restore()
        raise


def check(source: Source, **options: Unpack[CheckOptions]) -> Report:
    """Reports what an export would do, and writes nothing.

    Takes what export() takes, but nothing that is about the file to be written. The format is marcxml by default, or
    csv for a table, and the report has statistics. `rules=True` and `avram`, the path of a schema, report what breaks
    the rules of MARC 21 or of the schema: docs/rules.md.
    """
    given: dict[str, Any] = {"statistics": True, **options}
    if given.get("format") is None:
        is_table = any(given.get(option) for option in ("table", "columns", "provenance", "load_id"))
        given["format"] = "csv" if is_table else "marcxml"
    if given.get("avram") is not None:
        given["also_read"] = [os.fspath(given["avram"])]
        with open(given["avram"], "rb") as schema:
            given["avram"] = schema.read()
    return _run(source, "none", None, given)


def prepare(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a call as the native part takes them."""
    if "progress" in options:
        options["progress"] = progress_function(options["progress"])
    ids = options.get("ids")
    if isinstance(ids, (str, os.PathLike)):
        options["ids"] = _read_ids(os.fspath(ids))
        options["also_read"] = [*options.get("also_read", ()), os.fspath(ids)]
    elif ids is not None:
        options["ids"] = list(ids)
    return options


def _run(source: Any, kind: str, target: object, options: dict[str, Any]) -> Report:
    prepare(options)
    inputs = inputs_of(source)
    if inputs is not None:
        if inputs[0][0] == "range":
            convert_as_planned(source.plan, options)
        return make_report(*_native.export_inputs(inputs, kind, target, options))
    if not hasattr(source, "__iter__"):
        raise TypeError(
            f"the source is {type(source).__name__}: expected a path, bytes, a binary file object or records"
        )
    writer = _native.Writer(kind, target, options)
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
