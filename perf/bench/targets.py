"""The speeds and sizes that bulkmarc promises, and whether this run met them."""

from dataclasses import dataclass

from .cases import ROWS, Case

MIB = 2**20
MOST_PRIVATE_MEMORY = 96 * MIB
LARGER_THAN_MEMORY = "larger than memory: 5 million records with sync, against `dd` of as many bytes with fsync"
STAYS_USABLE = "and the machine stays usable: the longest wait of a small job meanwhile"
# The buffers of a short run are not all in use yet.
SAME_MEMORY = 8 * MIB


@dataclass(frozen=True)
class Target:
    what: str
    wanted: str
    measured: str  # "-" where this run did not measure it
    met: bool | None = None


class Targets:
    """The rows for one catalogue. `default` is the (backend, threads) that the command takes by itself."""

    def __init__(self, bench, catalogue, default, instructions=None, sizes=()):
        self.bench, self.catalogue, self.default = bench, catalogue, default
        self.instructions, self.sizes = instructions or {}, sizes

    def rows(self):
        yield from self._against_cp()
        yield self._faster("mapped on 2 threads against streamed on 1, MARCXML", 1.3, ("stream", 1), ("mapped", 2))
        yield self._faster("streamed on 2 threads against streamed on 1, MARCXML", 1.5, ("stream", 1), ("stream", 2))
        yield self._faster("MARCXML against yaz-marcdump", 20, ("yaz-marcdump", 1), self.default)
        yield from self._instructions()
        yield from self._memory()
        yield from self._sizes()
        yield self._slower("with sync, against `cp` and `sync` of the result", 1.1, "cp", sync=True)

    def rows_of_large(self):
        """For a catalogue whose result is larger than the memory."""
        yield self._slower(LARGER_THAN_MEMORY, 1.1, "dd", sync=True)
        ours, dd = (max(self.bench.timings[Case(self.catalogue, "marcxml", way, threads, sync=True)].waits)
                    for way, threads in (self.default, ("dd", 1)))  # fmt: skip
        yield Target(STAYS_USABLE, "< 1 s", f"{ours:.2f} s (`dd`: {dd:.2f} s)", ours < 1)

    def _seconds(self, way, threads=1, format="marcxml", sync=False, catalogue=None):
        return self.bench.seconds(Case(catalogue or self.catalogue, format, way, threads, sync=sync))

    def _against_cp(self):
        for format, most, aim in (("marcxml", 1.2, 1.0), ("ndjson", 1.5, 1.0), ("mrc", 2.0, 1.5)):
            yield self._slower(f".mrc to {format} against `cp` of the result", most, "cp", aim, format)
        for format in ROWS:
            yield self._slower(f".mrc to {format}, all subfields, against `cp` of the result", 1.5, "cp", format=format)

    def _slower(self, what, most, way, aim=None, format="marcxml", sync=False, catalogue=None):
        ours = self._seconds(*self.default, format, sync, catalogue)
        theirs = self._seconds(way, 1, format, sync, catalogue)
        wanted = f"<= {most}" + (f", aim <= {aim}" if aim else "")
        if not ours or not theirs:
            return Target(what, wanted, "-")
        return Target(what, wanted, f"{ours / theirs:.2f} x the time", ours / theirs <= most)

    def _faster(self, what, least, slow, fast):
        before, after = self._seconds(*slow), self._seconds(*fast)
        if not before or not after:
            return Target(what, f">= {least}", "-")
        return Target(what, f">= {least}", f"{before / after:.2f} x as fast", before / after >= least)

    def _instructions(self):
        for way, most in (("presized", 10_000), ("appended", 6_600)):
            counted = self.instructions.get(f"marcxml {way}")
            measured = f"{counted:,.0f}" if counted else "-"
            met = counted <= most if counted else None
            yield Target(f"instructions a record, .mrc to MARCXML, {way}", f"<= {most:,}", measured, met)

    def _memory(self):
        for backend in ("mapped", "stream"):
            seen = [memory for case, memory in self.bench.private_memory.items() if case.way == backend]
            what = f"private memory of the smallest and the largest catalogue, {backend}"
            if len(seen) < 2 or self.catalogue not in self.sizes:
                yield Target(what, "the same, < 96 MiB", "-")
                continue
            met = max(seen) < MOST_PRIVATE_MEMORY and max(seen) - min(seen) <= SAME_MEMORY
            measured = f"{seen[0] / MIB:.1f} and {seen[-1] / MIB:.1f} MiB"
            yield Target(what, "the same, < 96 MiB", measured, met)

    def _sizes(self):
        what, wanted = "time a record at 500,000 against 50,000 records", "<= 1.10"
        by_records = {catalogue.records: catalogue for catalogue in self.sizes}
        if self.catalogue not in self.sizes or not {50_000, 500_000} <= by_records.keys():
            yield Target(what, wanted, "-")
            return
        small, large = (self._seconds(*self.default, catalogue=by_records[n]) / n for n in (50_000, 500_000))
        yield Target(what, wanted, f"{large / small:.2f} x", large / small <= 1.1)
