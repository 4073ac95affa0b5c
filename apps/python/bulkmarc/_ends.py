"""What an export reads from and writes to."""

from __future__ import annotations

import io
import os

from . import _native
from ._errors import OptionsError, make_error
from ._plan import Plan, Range

TYPE_CHECKING = False  # As in typing, whose import takes as long as all of this package.
if TYPE_CHECKING:
    from typing import Any


def option_error(message: str) -> OptionsError:
    """An argument of a call can't be used."""
    error = make_error("invalid_options", "", message, 0)
    assert isinstance(error, OptionsError)
    return error


def input_of(source: Any) -> tuple[str, object] | None:
    """The kind of an input that the library reads by itself, and what the native part takes; None for all else."""
    if isinstance(source, (str, os.PathLike)):
        return "path", os.fspath(source)
    if isinstance(source, Range):
        raise TypeError("a range of a plan is a source of its own, and not one of several inputs")
    if isinstance(source, io.TextIOBase):
        raise TypeError("the source is a text file: open it with 'rb'")
    if hasattr(source, "read"):
        return "read", source.read
    if isinstance(source, bytes):
        return "memory", source
    try:
        return "memory", memoryview(source).cast("B")
    except TypeError:
        return None


def inputs_of(source: object) -> list[tuple[str, object]] | None:
    """The inputs of a source that is not an iterable of records."""
    if isinstance(source, Range):
        return [("range", (source.plan._native, source.number))]
    one = input_of(source)
    if one is not None:
        return [one]
    if not isinstance(source, (list, tuple)) or not source or isinstance(source[0], bytes):
        return None  # Bytes in a list are records.
    inputs = [input_of(item) for item in source]
    if inputs[0] is None:
        return None
    if None in inputs:
        raise TypeError("the source has inputs and records: expected one kind")
    return [item for item in inputs if item is not None]


def inputs_to_read(source: object) -> list[tuple[str, object]]:
    """The same for who takes no records."""
    inputs = inputs_of(source)
    if inputs is None:
        raise TypeError(f"the source is {type(source).__name__}: expected a path, bytes or a binary file object")
    return inputs


def convert_as_planned(plan: Plan, options: dict[str, Any]) -> None:
    """Asks for UTF-8 where a character set was named for the plan, as that asks for it in any other run."""
    if plan.charset and options.get("to_utf8") is None:
        options["to_utf8"] = True


class Output:
    """A target, and what is to be done with it when an export fails."""

    def __init__(self, target: Any, options: dict[str, Any]) -> None:
        self.kind = "path"
        self.object: object = None
        self._file: Any = None
        if target is None:
            self.kind = "bytes"
        elif isinstance(target, (str, os.PathLike)):
            self.object = os.fspath(target)
        elif isinstance(target, io.TextIOBase):
            raise TypeError("the target is a text file: open it with 'wb'")
        elif hasattr(target, "write"):
            self.kind = "write"
            self.object = target.write
            self._remember(target)
        else:
            raise TypeError(f"the target is {type(target).__name__}: expected a path, a binary file object or None")
        self._check_options(options)
        self._choose_format(options)
        options["is_read_in_order"] = self._is_read_in_order(target)

    def restore(self) -> None:
        """Leaves a file object as it was, if it can go back."""
        if self._file is None:
            return
        try:
            self._file.seek(self._begin)
            self._file.truncate()
            self._file.write(self._rest)
            self._file.seek(self._begin)
        except (OSError, ValueError):
            pass

    def _remember(self, file: Any) -> None:
        """Learns how a file object goes back: by cutting what was added, or, in memory, to what was overwritten."""
        try:
            if not file.seekable():
                return
            begin = file.tell()
            end = file.seek(0, os.SEEK_END)
            file.seek(begin)
            if begin < end and not isinstance(file, io.BytesIO):
                return
            self._rest = file.getvalue()[begin:] if begin < end else b""
            self._begin = begin
            self._file = file
        except (OSError, ValueError, AttributeError):
            pass

    def _is_read_in_order(self, target: Any) -> bool:
        """True when whoever reads the output can only go forward in it, or wants a file to be read so."""
        if self.kind == "path":
            path = str(self.object)
            return path.endswith(".arrows") or (os.path.exists(path) and not os.path.isfile(path))
        return self.kind == "write" and not (hasattr(target, "seekable") and target.seekable())

    def _check_options(self, options: dict[str, Any]) -> None:
        if self.kind == "path":
            return
        for name in ("split_records", "split_size", "resume", "no_clobber", "keep_cached"):
            if options.get(name):
                raise option_error(f"{name}: needs a path as the target")

    def _choose_format(self, options: dict[str, Any]) -> None:
        is_path = self.kind == "path"
        if options.get("format") is None:
            options["format"] = _native.format_from_path(str(self.object)) if is_path else None
            if options["format"] is None:
                reason = (
                    f"{self.object}: the extension is not that of a format" if is_path else "the target has no name"
                )
                raise option_error(f"{reason}; choose a format ({', '.join(_native.format_names())})")
        if options.get("compression") is None and is_path:
            options["compression"] = _native.compression_from_path(str(self.object))
