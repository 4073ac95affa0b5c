"""How often values occur."""

from __future__ import annotations

from . import _native
from ._ends import inputs_to_read
from ._export import prepare
from ._report import ValueReport, make_value_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Unpack

    from .typing import CountOptions, ReadSource


def count(
    source: ReadSource,
    specs: str | Iterable[str],
    *,
    top: int | None = 10,
    distinct_limit: int = 1_000_000,
    **options: Unpack[CountOptions],
) -> ValueReport:
    """Counts values in all records of `source`, which is what MARCReader takes, or in those that are selected.

    A spec is `650$a`, `008/35-37`, `LDR/6` or `650($a$x)`, as for the columns of a table; `result[spec].values` has the
    `top` most frequent values, or, where that is None, all. At most `distinct_limit` values of a spec are told apart:
    the first ones that come.
    """
    given = {
        **options,
        "specs": [specs] if isinstance(specs, str) else list(specs),
        "top": 0 if top is None else top,
        "distinct_limit": distinct_limit,
    }
    return make_value_report(*_native.count_inputs(inputs_to_read(source), prepare(given)))
