"""Reading records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from . import _native
from ._ends import Source, StrPath, inputs_to_read
from ._export import prepare
from ._progress import ProgressOption, progress_function
from ._report import Report, make_report

if TYPE_CHECKING:
    import threading

    from typing_extensions import Self

    from ._native import Record


class MARCReader:
    """The records of a source, one by one in their order, parsed by all cores without the GIL, some ahead.

    `source` is what export() takes, but no iterable. Records are views that can't be changed; one of them keeps those
    that were read with it in memory. Text is converted to UTF-8. Damaged records are repaired or rejected as in an
    export, and `report` tells which. Raises Error where the source can't be read any further.
    """

    def __init__(
        self,
        source: Source,
        *,
        to_utf8: bool = True,
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
        max_findings: int = 1000,
        statistics: bool = False,
        threads: int = 0,
        batch_size: int | None = None,
        progress: ProgressOption = None,
        stop: threading.Event | None = None,
    ) -> None:
        options: dict[str, Any] = dict(locals())
        inputs = inputs_to_read(source)
        self._native = _native.Reader(inputs, prepare(options), progress_function(progress), stop)
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
