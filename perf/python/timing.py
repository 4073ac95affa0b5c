"""What the measurements in Python share: what is compared is timed in turn, each twice in a row, and medians count."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

Case = Callable[[], object]


def seconds(case: Case) -> float:
    """Of the second run, as the first finds the caches as another case has left them."""
    case()
    start = time.perf_counter()
    case()
    return time.perf_counter() - start


def medians(rounds: int, *cases: Case) -> list[float]:
    """Of each case, all timed in turn."""
    times = [[seconds(case) for case in cases] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def tell(measure: str, wanted: str, value: str) -> None:
    print(f"| {measure} | {wanted} | {value} |", flush=True)


def require(is_right: bool, what: str) -> None:
    """A benchmark of something that does not work is worth nothing."""
    if not is_right:
        raise SystemExit(f"{what}: not the expected result")
