"""What `progress=` takes."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._native import Progress


def progress_function(progress: Callable[[Progress], object] | bool | None) -> Callable[[Progress], object] | None:
    """The function that a run calls; for True one that shows a bar of tqdm, if tqdm is installed."""
    if progress is None or progress is False:
        return None
    if progress is not True:
        return progress
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return _Bar(tqdm)


class _Bar:
    def __init__(self, tqdm: Any) -> None:
        self._tqdm = tqdm
        self._bar: Any = None

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            self._bar = self._tqdm(unit=" records", total=100, bar_format="{l_bar}{bar}| {postfix}")
        self._bar.set_postfix_str(f"{progress.phase}: {progress.records:,} records")
        self._bar.n = round(progress.fraction * 100)
        self._bar.refresh()

    def __del__(self) -> None:
        if self._bar is not None:
            self._bar.close()
