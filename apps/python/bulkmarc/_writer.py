"""Writing records."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import _native
from ._ends import Output, StrPath, Target
from ._export import prepare
from ._progress import ProgressOption, progress_function
from ._report import Report, make_report

if TYPE_CHECKING:
    import threading

    from typing_extensions import Self


class MARCWriter:
    """Writes records one by one: an export whose records the program makes.

    A record is one of bulkmarc's own, one of pymarc, mrrc or rmarc, or bytes of ISO 2709; bytes and objects do not mix.
    It is taken over at once, so that it may be changed afterwards, and serialized and written by other threads without
    the GIL. The target takes effect when the writer is closed, or the `with` block is left; an exception that leaves
    the block discards it.
    """

    def __init__(
        self,
        target: Target,
        format: str | None = None,
        backend: str = "auto",
        *,
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
        fields: str | None = None,
        drop_fields: str | None = None,
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
        threads: int = 0,
        batch_size: int | None = None,
        progress: ProgressOption = None,
        stop: threading.Event | None = None,
    ) -> None:
        options: dict[str, Any] = dict(locals())
        self._output = Output(target, options)
        self._native = _native.Writer(
            self._output.kind, self._output.object, prepare(options), progress_function(progress), stop
        )
        self._report: Report | None = None

    def write(self, record: Any) -> None:
        """Takes a record over. What ends the export early, a full disk for example, is raised by a later call."""
        if self._report is not None:
            raise ValueError("the writer is closed")
        self._native.write(record)

    def close(self) -> Report:
        """Ends the export, which takes effect now, and returns the report."""
        if self._report is None:
            try:
                self._report = make_report(*self._native.close())
            except BaseException:
                self.discard()
                raise
        return self._report

    def discard(self) -> None:
        """Ends the export, and leaves the target as it was."""
        if self._report is None:
            self._native.discard()
            self._output.restore()

    @property
    def report(self) -> Report | None:
        """The account of the export, as soon as it is closed; else None."""
        return self._report

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()
