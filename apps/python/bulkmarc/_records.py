"""What a field has, as pymarc calls it, and what records are pickled by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from . import _native

if TYPE_CHECKING:
    from ._native import Record


class Subfield(NamedTuple):
    """A subfield of a data field."""

    code: str
    value: str


class Indicators(NamedTuple):
    """The indicators of a data field."""

    first: str
    second: str


def unpack(record: bytes, directory: bytes, number: int, offset: int, name: str) -> Record:
    """The record that was pickled as these. Raises ValueError where it is none."""
    return _native.unpack_record(record, directory, number, offset, name)
