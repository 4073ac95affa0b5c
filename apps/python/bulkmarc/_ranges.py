"""One catalogue exported in ranges, on any number of machines."""

from __future__ import annotations

import os

from . import _native
from ._ends import Output, convert_as_planned, inputs_to_read, option_error
from ._export import prepare
from ._plan import Piece, Plan
from ._report import Report, make_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from typing_extensions import Unpack

    from .typing import CommitOptions, PlanOptions, RangeOptions, StrPath


def plan(inputs: StrPath | list[StrPath], **options: Unpack[PlanOptions]) -> Plan:
    """Divides files and folders into ranges of about `range_size` bytes: finds every record once, on all cores.

    docs/distributed.md says what can be divided, and what becomes of a plan when an input changes.
    """
    paths = []
    for kind, path in inputs_to_read(inputs):
        if kind != "path":
            raise TypeError("the inputs of a plan are paths")
        paths.append(path)
    return Plan(_native.make_plan(paths, prepare({**options})))


def export_range(
    plan: Plan,
    number: int,
    output: StrPath,
    *,
    attempt: str | None = None,
    result: StrPath | None = None,
    **options: Unpack[RangeOptions],
) -> Piece:
    """Exports one range of `plan` to a piece of `output`, which waits for commit(); no output changes.

    Takes what export() takes, but nothing that is about the inputs or the catalogue as a whole. `attempt` tells this
    attempt from others at the same range, and is drawn at random by default; `result` is the file of the result, which
    is beside the piece by default.
    """
    given: dict[str, Any] = {**options}
    target = Output(output, given)
    if target.kind != "path":
        raise option_error("a piece needs a path as the output")
    convert_as_planned(plan, given)
    given.update(attempt=attempt, result=result)
    return Piece(_native.export_range(plan._native, number, target.object, prepare(given)))


def commit(
    plan: Plan, results: Iterable[Piece | StrPath], *, join: StrPath | None = None, **options: Unpack[CommitOptions]
) -> Report:
    """Publishes an output whose ranges have all been exported, and returns the report of the whole catalogue.

    `results` are what export_range() returned, or the files of results: exactly one for each range. The pieces become
    one file with the path `join`, or the parts of the output with a manifest. Raises Error, and publishes nothing,
    where anything is missing or was changed. May be repeated.
    """
    pieces = [one if isinstance(one, Piece) else Piece.read(one) for one in results]
    given = {**options, "join": join}
    return make_report(*_native.commit_pieces(plan._native, [piece._native for piece in pieces], given))


def abort(output: StrPath) -> int:
    """Removes all pieces of `output` that were not committed, and returns how many files that were.

    An attempt that is under way fails.
    """
    return _native.abort_pieces(os.fspath(output))
