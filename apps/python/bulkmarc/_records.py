"""What a field has, as pymarc calls it."""

from __future__ import annotations

from typing import NamedTuple


class Subfield(NamedTuple):
    """A subfield of a data field."""

    code: str
    value: str


class Indicators(NamedTuple):
    """The indicators of a data field."""

    first: str
    second: str
