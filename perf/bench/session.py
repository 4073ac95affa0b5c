"""One run of perf/compare: measures what the plan says, and writes the results."""

import json
import shutil
from pathlib import Path

from . import catalogues, document, instructions, machine, micro, model, plan, plots, process, study, tables
from .cases import Case, peers
from .measure import Bench, say
from .targets import LARGER_THAN_MEMORY, STAYS_USABLE, Target, Targets


class Session:
    """Works in the folders `disk` and `ram`, which the caller removes."""

    def __init__(self, build, disk, ram, arguments):
        self.facts = machine.describe(build, disk, ram)
        self.build, self.disk = build, disk
        self.effort = plan.effort(arguments.quick, arguments.records)
        self.threads = sorted(arguments.threads or plan.threads())
        self.bench = Bench(build.bulkmarc, disk, ram)
        self.sizes = [catalogues.generate(build.bulkmarc, disk, size) for size in self.effort.sizes]
        self.main = self.sizes[-1]
        self.others = [catalogues.open_catalogue(path) for path in arguments.catalogue]
        self.large = None
        if arguments.large:
            require_space(disk, plan.LARGE)
            self.large = catalogues.generate(build.bulkmarc, disk, plan.LARGE)
        self.peers = peers(arguments.quick)

    def measure(self):
        self.default = self._default(self.sizes[0])
        self._compare_all()
        self._measure_large()
        self._watch_memory()
        self.instructions = self._count_instructions()
        self.study = study.run(self.build, self.disk, self.effort.study_rounds)
        self.micro = micro.run(self.build, self.effort.micro_seconds)
        self.model = model.fit(self.bench, self.main, self.threads)

    def _default(self, catalogue):
        """What the command chooses by itself for this catalogue and a file on this disk."""
        output = f"{self.disk}/default.xml"
        report = f"{self.disk}/default.json"
        words = [self.bench.bulkmarc, "export", str(catalogue.path), "-o", output, "--report", report, "-q", "--no-sync"]
        process.run(words)
        chosen = json.loads(Path(report).read_text())
        Path(output).unlink()
        return chosen["backend"], min(chosen["threads"], max(self.threads))

    def _compare_all(self):
        bench, effort = self.bench, self.effort
        for catalogue in self.sizes[:-1]:
            cases = [*plan.ways(catalogue, ("marcxml",), self.threads), *plan.peers_of(catalogue, self.peers)]
            bench.compare("sizes", cases, effort.rounds_of_small)
        for catalogue in (self.main, *self.others):
            formats = effort.formats if catalogue is self.main else plan.QUICK.formats
            cases = [*plan.ways(catalogue, formats, self.threads), *plan.peers_of(catalogue, self.peers)]
            bench.compare("formats", cases, effort.rounds)
            bench.compare("with sync", plan.synced(catalogue, self.default), effort.rounds)
        bench.compare("targets", plan.to_nothing(self.main, effort.formats, self.threads), effort.rounds)
        if bench.folders["memory"]:
            bench.compare("targets", plan.to_memory(self.main, self.threads), effort.rounds)
        for catalogue in (*self.sizes, *self.others):
            bench.remove_references(catalogue)

    def _measure_large(self):
        if not self.large:
            return
        self.default_of_large = self._default(self.large)
        cases = plan.larger_than_memory(self.large, max(self.threads))
        self.bench.verify_all("larger than memory", cases)
        self.bench.remove_references(self.large)  # Its pages would keep the memory from the cases.
        self.bench.time("larger than memory", cases, 2, watch_waits=True)

    def _watch_memory(self):
        watched = [size for size in self.sizes if size.records >= 50_000] or self.sizes
        self.watched = [*watched, *([self.large] if self.large else [])]
        for catalogue in self.watched:
            for backend in ("mapped", "stream"):
                self.bench.watch_memory(Case(catalogue, "marcxml", backend, max(self.threads)))

    def _count_instructions(self):
        reason = instructions.why_not(self.build)
        if reason:
            say(f"instructions: {reason}")
            return {}
        counted = [c for c in (self.main, *self.others) if c.records >= instructions.MANY]
        columns = {}
        for catalogue in counted:
            say(f"instructions: {catalogue.name}")
            columns[catalogue.name] = instructions.count(self.build, catalogue.path, self.effort.formats)
        return columns

    def targets(self):
        """The rows of Target by catalogue name."""
        columns = {}
        for catalogue in (self.main, *self.others):
            counts = self.instructions.get(catalogue.name)
            sizes = self.sizes if catalogue is self.main else ()
            rows = Targets(self.bench, catalogue, self.default, counts, sizes).rows()
            columns[catalogue.name] = [*rows, *self._targets_of_large(catalogue)]
        return columns

    def _targets_of_large(self, catalogue):
        if catalogue is not self.main or not self.large:
            return [Target(LARGER_THAN_MEMORY, "<= 1.1", "-"), Target(STAYS_USABLE, "< 1 s", "-")]
        return Targets(self.bench, self.large, self.default_of_large).rows_of_large()

    def write(self, folder):
        drawn = plots.draw(self.bench, self.main, self.sizes, self.threads, self.model, folder)
        if not drawn:
            say("no plots: matplotlib is not installed")
        tables.write_csv(self.bench, folder / "results.csv")
        (folder / "results.md").write_text("\n".join(document.lines(self)))


def require_space(folder, records):
    """A record takes 1.3 KB of ISO 2709 and 3.7 KB of MARCXML, which is there twice while it is verified."""
    needed = records * (1_300 + 2 * 3_700)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OSError(f"{folder}: {needed / 1e9:.0f} GB of disk are needed, and {free / 1e9:.0f} GB are free")
