"""What differs between two catalogues."""

from __future__ import annotations

from . import _native
from ._ends import inputs_to_read
from ._export import prepare
from ._report import Report, make_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .typing import DiffOptions, ReadSource, StrPath


def diff(
    old: ReadSource,
    new: ReadSource,
    *,
    added: StrPath | None = None,
    changed: StrPath | None = None,
    deleted: StrPath | None = None,
    ignore_fields: str | None = None,
    **options: Unpack[DiffOptions],
) -> Report:
    """Compares the records of `new` with those of `old` by their control numbers; `Report.diff` has the counts.

    Both are what MARCReader takes. `added` and `changed` are paths for the records as `new` has them, `deleted` for
    those of `old`, with d in leader/05: in the format of their extension, or, with .txt, their control numbers. Each
    needs a source that can be read twice. Differences in `ignore_fields` (`005,9..,245$c`) do not count. docs/diff.md
    says what is the same. All files take effect, or none does.
    """
    given = {**options, "added": added, "changed": changed, "deleted": deleted, "ignore_fields": ignore_fields}
    json_text, text, accounts = _native.diff_inputs(inputs_to_read(old), inputs_to_read(new), prepare(given))
    return make_report(json_text, text, accounts=accounts)
