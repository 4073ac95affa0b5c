"""What one run measures: the groups of cases, from the options."""

import itertools
import os
from dataclasses import dataclass

from .cases import BACKENDS, FORMATS, ROWS, Case

SIZES = (10_000, 50_000, 500_000)
LARGE = 5_000_000


@dataclass(frozen=True)
class Effort:
    """How much of everything."""

    sizes: tuple
    formats: tuple
    rounds: int
    rounds_of_small: int
    study_rounds: int
    micro_seconds: float


NORMAL = Effort(SIZES, (*FORMATS, *ROWS), 5, 9, 21, 0.1)
QUICK = Effort(SIZES[:2], ("mrc", "marcxml", "ndjson", *ROWS), 3, 3, 5, 0.01)


def effort(quick, records):
    """`records`: what the largest catalogue has instead, if not None."""
    chosen = QUICK if quick else NORMAL
    if records is None:
        return chosen
    sizes = (*(size for size in chosen.sizes if size < records), records)
    return Effort(sizes, chosen.formats, chosen.rounds, chosen.rounds_of_small, chosen.study_rounds, chosen.micro_seconds)


def threads():
    """1, 2, 4 and so on, up to one for each core; that last number too."""
    cores = len(os.sched_getaffinity(0))
    doubled = itertools.takewhile(lambda count: count < cores, (2**step for step in range(16)))
    return sorted({1, 2, cores, *doubled})


def ways(catalogue, formats, threads, target="disk"):
    """Both backends at every number of threads, and cp, for every format."""
    for format in formats:
        for backend, count in itertools.product(BACKENDS, threads):
            yield Case(catalogue, format, backend, count, target)
        yield Case(catalogue, format, "cp", target=target)


def peers_of(catalogue, peers):
    return [Case(catalogue, "marcxml", name) for name, most in peers.items() if catalogue.records <= most]


def to_memory(catalogue, threads):
    return list(ways(catalogue, ("marcxml",), threads, "memory"))


def to_nothing(catalogue, formats, threads):
    """/dev/null can't be mapped, and a copy to it tells nothing."""
    return [Case(catalogue, format, "stream", count, "null") for format in formats for count in threads]


def synced(catalogue, default):
    """What cp and dd do to bring the same bytes to the disk."""
    ours = Case(catalogue, "marcxml", *default, sync=True)
    return [ours, Case(catalogue, "marcxml", "cp", sync=True), Case(catalogue, "marcxml", "dd", sync=True)]


def larger_than_memory(catalogue, most_threads):
    ours = [Case(catalogue, "marcxml", backend, most_threads, sync=True) for backend in BACKENDS]
    return [*ours, Case(catalogue, "marcxml", "dd", sync=True)]
