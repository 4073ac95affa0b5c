"""A model of the time by cores, fitted to the measurements, and what it says of machines that we do not have.

Streamed: serializing takes C on one core and is shared by all; the writes take W and happen one after the other, while
the other cores go on. So T(p) = max((C + W) / p, W), with C measured by writing to /dev/null, and C + W on the disk.

Mapped: both passes are shared, but for a part that does not shrink (page faults of one file, allocating it):
T(p) = S + P / p, by least squares.

Neither can be faster than the disk once the data has to be on it: T(p) >= bytes / speed of the disk.
"""

from dataclasses import dataclass

from .cases import Case

ASKED = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Model:
    catalogue_bytes: int
    serialize: float  # C
    write: float  # W
    serial: float  # S
    parallel: float  # P
    disk_seconds: float
    measured: dict  # (backend, threads) -> seconds

    def streamed(self, threads):
        return max((self.serialize + self.write) / threads, self.write)

    def mapped(self, threads):
        return self.serial + self.parallel / threads

    def error(self):
        """The largest relative error at a point that was measured."""
        models = {"stream": self.streamed, "mapped": self.mapped}
        return max(abs(models[way](threads) / seconds - 1) for (way, threads), seconds in self.measured.items())

    def disk_limits_from(self):
        """The fewest of the cores asked for that outrun the disk, or None."""
        faster = (p for p in ASKED if min(self.streamed(p), self.mapped(p)) < self.disk_seconds)
        return next(faster, None)

    def limit(self, threads):
        """What would have to change first for more speed at this many cores, as long as nothing waits for the disk."""
        if self.streamed(threads) <= self.mapped(threads):
            return "the ordered write" if self.streamed(threads) == self.write else "the cores"
        return "the part of a mapping that does not shrink" if self.serial > self.parallel / threads else "the cores"


def fit(bench, catalogue, threads):
    """The model of MARCXML on the disk, or None where not enough was measured."""
    measured = {}
    for way in ("stream", "mapped"):
        for count in threads:
            seconds = bench.seconds(Case(catalogue, "marcxml", way, count))
            if seconds:
                measured[way, count] = seconds
    alone = bench.seconds(Case(catalogue, "marcxml", "stream", 1, "null"))
    disk = bench.seconds(Case(catalogue, "marcxml", "dd", sync=True))
    points = [(1 / count, seconds) for (way, count), seconds in measured.items() if way == "mapped"]
    if ("stream", 1) not in measured or not alone or not disk or len(points) < 2:
        return None
    serial, parallel = _line(points)
    write = max(measured["stream", 1] - alone, 0)
    return Model(bench.sizes[catalogue.name, "marcxml"], alone, write, serial, parallel, disk, measured)


def _line(points):
    """The intercept and slope that fit best; an intercept below zero means that all of it shrinks."""
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in points) / sum((x - x_mean) ** 2 for x, _ in points)
    intercept = y_mean - slope * x_mean
    if intercept >= 0:
        return intercept, slope
    return 0.0, sum(x * y for x, y in points) / sum(x * x for x, _ in points)
