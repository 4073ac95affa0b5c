"""The study's own table, answered line by line: perf/study.cpp measures, this sets it beside what was published."""

import statistics
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    what: str
    theirs: str
    ours: str


def run(build, folder, rounds):
    """The samples of every measure, by name; seconds. None where the program was not built."""
    program = build.folder / "bin/bulkmarc-study"
    if not program.exists():
        return None
    result = subprocess.run([program, folder, str(rounds)], capture_output=True, text=True, check=True)
    measures = {}
    for line in result.stdout.splitlines():
        name, *samples = line.split("\t")
        measures[name] = [float(sample) for sample in samples]
    return measures


def lines(measures, format):
    def samples(name):
        return measures[f"{format} {name}"]

    def milliseconds(name):
        seconds = samples(name)
        return f"{statistics.median(seconds) * 1e3:.2f} ms ({min(seconds) * 1e3:.2f} - {max(seconds) * 1e3:.2f})"

    def ratio(above, below):
        return statistics.median(samples(above)) / statistics.median(samples(below))

    of_1k = samples("1k to memory")
    microseconds = statistics.median(of_1k) / 1000 * 1e6
    spread = (max(of_1k) - min(of_1k)) / statistics.mean(of_1k)
    yield Line("10,000 records, one thread, to memory", "50.21 ms", milliseconds("10k to memory"))
    yield Line("10,000 records, one thread, to a file", "48.77 ms", milliseconds("10k to a file"))
    yield Line("file against memory", "0.97 x", f"{ratio('10k to a file', '10k to memory'):.2f} x the time")
    yield Line("a record, over 1,000 records; spread", "5.02 us; 6.8 %", f"{microseconds:.2f} us; {spread:.1%}")
    for count, theirs, speed in ((2, "0.44", "0.89"), (4, "0.15", "0.61")):
        what = f"{count} x 5,000 records on {count} threads"
        alone = ratio("5k to a file", f"{count} x 5k at once")
        in_turn = ratio(f"{count} x 5k in turn", f"{count} x 5k at once")
        yield Line(f"{what}: time of one export alone, divided by the time of all at once", theirs, f"{alone:.2f}")
        yield Line(f"{what} against one after the other", f"{speed} x as fast", f"{in_turn:.2f} x as fast")


def all_threads(measures, format):
    """What the study has no line for: one export of 10,000 records by all cores."""
    return statistics.median(measures[f"{format} 10k to a file"]) / statistics.median(
        measures[f"{format} 10k to a file, all cores"]
    )
