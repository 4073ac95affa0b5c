"""Reading records."""

from __future__ import annotations

from itertools import chain

from . import _native
from ._ends import inputs_to_read
from ._export import prepare
from ._report import Report, make_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self, Unpack

    from ._native import Record
    from .typing import ReadOptions, ReadSource


class MARCReader:
    """The records of a source, one by one in their order, parsed by all cores without the GIL, some ahead.

    `source` is what export() takes, but no iterable of records. Records are views that can't be changed; one of them
    keeps those that were read with it in memory. Text is converted to UTF-8, unless `to_utf8=False` is given. Damaged
    records are repaired or rejected as in an export, and `report` tells which. The other options are those of export()
    that are not about the output. Raises Error where the source can't be read any further.
    """

    def __init__(self, source: ReadSource, **options: Unpack[ReadOptions]) -> None:
        self._native = _native.Reader(inputs_to_read(source), prepare({**options}))
        self._records: Iterator[Record] = chain.from_iterable(self._native)

    def __iter__(self) -> Iterator[Record]:
        return self._records

    def __next__(self) -> Record:
        return next(self._records)

    @property
    def report(self) -> Report | None:
        """The account of the whole run, when all records have been read; else None."""
        told = self._native.report()
        return None if told is None else make_report(*told)

    def close(self) -> None:
        """Stops reading: there are no more records then."""
        self._records = iter(())
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
