"""The exceptions of a run, made from the library's."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Error(Exception):
    """What stops a run. What concerns a single record is in the report instead.

    ``code`` is one of the stable names of docs/errors.md, ``path`` the file that it concerns, if any, and ``os_error``
    an errno value, or 0. An error with an errno is an ``OSError``, too, of the kind that Python has for that errno.
    """

    def __init__(self, code: str, path: str | None, message: str, os_error: int) -> None:
        if isinstance(self, OSError):
            OSError.__init__(self, os_error, os.strerror(os_error), path)
        else:
            Exception.__init__(self, message)
        self.code = code
        self.path = path
        self.message = message
        self.os_error = os_error

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return make_error, (self.code, self.path or "", self.message, self.os_error)


class InputError(Error):
    """An input can't be read, or is not what it should be."""


class OutputError(Error):
    """The target can't be written."""


class OptionsError(Error, ValueError):
    """The options contradict each other, the source or the target."""


class Cancelled(Error):
    """The run was stopped; the target is as it was."""


_CLASSES: dict[tuple[type[Error], type[OSError]], type[Error]] = {}


def _class_of(base: type[Error], os_error: int) -> type[Error]:
    """A subclass of `base` that is an OSError as well: FileNotFoundError, for example. It is always the same."""
    if os_error == 0:
        return base
    system: type[OSError] = type(OSError(os_error, ""))
    if (base, system) in _CLASSES:
        return _CLASSES[base, system]
    name = base.__name__ if system is OSError else f"{base.__name__} ({system.__name__})"
    made = type(name, (base, system), {"__module__": base.__module__, "__doc__": base.__doc__})
    return _CLASSES.setdefault((base, system), made)


def make_error(code: str, path: str, message: str, os_error: int) -> Error:
    """The exception for an error of the library."""
    base: type[Error] = Error
    if code == "cancelled":
        base = Cancelled
    elif code in ("invalid_options", "not_resumable"):
        base = OptionsError
    elif code.startswith("input_") or code == "not_marc":
        base = InputError
    elif code.startswith(("output_", "target_")):
        base = OutputError
    return _class_of(base, os_error)(code, path or None, message, os_error)
