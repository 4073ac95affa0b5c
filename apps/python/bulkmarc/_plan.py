"""Catalogues in ranges: plans, and what the export of a range gives."""

from __future__ import annotations

from . import _native
from ._report import Report, make_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from typing_extensions import Self

    from .typing import StrPath


class Range:
    """Records that follow each other in a catalogue: a source of its own, which has their numbers in the catalogue.

    ``number`` is that of the range, from 1, ``first_record`` that of its first record, and ``records`` and ``bytes``
    tell how large it is. Two of the same plan are equal if their numbers are. Can be pickled, with its plan.
    """

    def __init__(self, plan: Plan, number: int, first_record: int, records: int, bytes: int) -> None:
        self.plan = plan
        self.number = number
        self.first_record = first_record
        self.records = records
        self.bytes = bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and (other.number, other.plan) == (self.number, self.plan)

    def __hash__(self) -> int:
        return hash((self.number, self.plan))

    def __repr__(self) -> str:
        return (
            f"Range(number={self.number}, first_record={self.first_record}, records={self.records}, bytes={self.bytes})"
        )


class Plan:
    """A catalogue, divided into ranges that may be read and exported anywhere, in any order. plan() makes one.

    ``ranges`` has all of them, and each record is in one. ``inputs`` are the files, ``records`` is how many records
    they have, ``charset`` their character set as it was named, and ``id`` tells the plan from any other. Can be
    pickled; its text is JSON, that of `bulkmarc plan`.
    """

    def __init__(self, native: _native.Plan) -> None:
        self._native = native
        self.id = native.id()
        self.charset = native.charset()
        self.inputs = native.inputs()
        self.ranges = [Range(self, number, *one) for number, one in enumerate(native.ranges(), 1)]
        self.records = sum(one.records for one in self.ranges)

    @classmethod
    def from_json(cls, json: str) -> Self:
        """What to_json() gave. Raises Error where it is no plan, or was changed."""
        return cls(_native.plan_from_json(json))

    def to_json(self) -> str:
        """One JSON object, ending with a newline."""
        return self._native.to_json()

    def range(self, number: int) -> Range:
        """The range with a number from 1. Raises IndexError where there is none."""
        if not 1 <= number <= len(self.ranges):
            raise IndexError(f"the plan has the ranges 1 to {len(self.ranges)}, and no range {number}")
        return self.ranges[number - 1]

    def __iter__(self) -> Iterator[Range]:
        return iter(self.ranges)

    def __len__(self) -> int:
        return len(self.ranges)

    def __str__(self) -> str:
        return self.to_json()

    def __repr__(self) -> str:
        return f"Plan(id={self.id!r}, records={self.records}, ranges={len(self.ranges)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        return Plan.from_json, (self.to_json(),)


class Piece:
    """What the export of one range has given: a file that waits for commit(), and its report.

    ``range`` is the number of the range, ``attempt`` the name of the attempt, ``output`` the output that it is a piece
    of, and ``pending`` the file. Can be pickled; its text is JSON, that of `bulkmarc export --result`.
    """

    def __init__(self, native: _native.Piece) -> None:
        self._native = native
        self.plan = native.plan()
        self.range = native.range()
        self.attempt = native.attempt()
        self.output = str(native.output())
        self.pending = str(native.pending())

    @classmethod
    def from_json(cls, json: str) -> Self:
        """What to_json() gave. Raises Error where it is no such result."""
        return cls(_native.piece_from_json(json))

    @classmethod
    def read(cls, path: StrPath) -> Self:
        """The same from a file."""
        return cls(_native.read_piece(path))

    def to_json(self) -> str:
        """One JSON object, ending with a newline."""
        return self._native.to_json()

    @property
    def report(self) -> Report:
        """The account of the range."""
        return make_report(*self._native.report())

    def __str__(self) -> str:
        return self.to_json()

    def __repr__(self) -> str:
        return f"Piece(range={self.range}, attempt={self.attempt!r}, pending={self.pending!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Piece) and other.to_json() == self.to_json()

    def __hash__(self) -> int:
        return hash((self.plan, self.range, self.attempt))

    def __reduce__(self) -> tuple[Any, ...]:
        return Piece.from_json, (self.to_json(),)
