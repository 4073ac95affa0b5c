"""What perf/inputs measures: every input format, compressed inputs, compressed outputs, and what each is set beside."""

import shutil
import time
from pathlib import Path

from . import catalogues, machine, process, tables
from .cases import FORMATS
from .contest import OUTPUT, REPORT, Contest, Way
from .measure import say
from .targets import Target

PARSERS = {"marcxml": ("expat", "pugixml"), "ndjson": ("simdjson",)}
# How each compressed input is made, and what unpacks it beside us.
CODECS = {
    "gz": (("gzip", "-6", "-c"), {"gzip": ("gzip", "-dc"), "pigz (zlib)": ("pigz", "-p1", "-dc")}),
    "zst": (("zstd", "-3", "-q", "-c"), {"zstd": ("zstd", "-q", "-dc")}),
    "bz2": (("bzip2", "-9", "-c"), {"bzip2": ("bzip2", "-dc")}),
    "xz": (("xz", "-1", "-c"), {"xz": ("xz", "-dc")}),
}
LEVELS = {"gz": (1, 6), "zst": (1, 3)}
USUAL = {"gz": 6, "zst": 3}
PACKED_FORMATS = ("mrc", "marcxml")
UNPACK = {"gz": ("gzip", "-dc"), "zst": ("zstd", "-q", "-dc")}
ON_TWO_CORES = {"gz": "pigz", "zst": "zstd"}

HEAD = """# Inputs and compression

Made by `perf/inputs` on {date}; nothing here is written by hand. What follows from it is in
[performance](../performance.md#inputs-and-compression). {records:,} records, {bytes:,} bytes of ISO 2709; medians of {rounds}
rounds. MB are millions of bytes.
"""
INPUTS = """## Inputs

To .mrc on the disk (`export`, streamed), and to nowhere (`check`, which emits .mrc into a sink that only counts). A library
alone parses the same file on one core, from memory, and its time is that of the parsing only; all others are whole
commands. Speeds count bytes of the input. The last column divides the time by that of the same command on as many threads for
.mrc, which holds the same records.
"""
UNPACKED = """## Compressed inputs

A compressed .mrc to .mrc on the disk, streamed, beside the tools that only decompress it to the disk. Speeds count the
decompressed bytes.
"""
PACKED = """## Compressed outputs

The .mrc to a compressed file, which we also read, decode and, for MARCXML, convert; the tools compress the ready-made file.
Same levels; speeds count the bytes before compression.
"""


class Inputs:
    """One run. Works in the folder `work`, which the caller removes."""

    def __init__(self, build, work, records, rounds):
        self.facts = machine.describe(build, work, None)
        self.facts = [fact for fact in self.facts if fact[0] != "file system in memory"]
        self.build, self.work, self.rounds = build, Path(work), rounds
        self.catalogue = catalogues.generate(build.bulkmarc, work, records)
        self.plain = {format: self._plain(format) for format in FORMATS}  # The files by format.
        self.contest = Contest(work, records)

    def measure(self):
        self.contest.run("inputs", [way for format in FORMATS for way in self._inputs(format)], self.rounds)
        for codec in CODECS:
            self.contest.run("compressed inputs", list(self._unpacked(codec)), self.rounds)
        for codec in LEVELS:
            ways = [way for format in PACKED_FORMATS for level in LEVELS[codec] for way in self._packed(format, codec, level)]
            self.contest.run("compressed outputs", ways, self.rounds)

    def write(self, folder):
        (folder / "inputs.md").write_text("\n".join(self._document()))

    def _plain(self, format):
        if format == "mrc":
            return self.catalogue.path
        path = self.work / f"catalogue.{format}"
        say(f"making {path.name}")
        process.run([*self._export(self.catalogue.path), "-o", str(path), "--to", format])
        return path

    def _export(self, source, threads=1):
        words = (str(self.build.bulkmarc), "export", str(source), "--threads", str(threads), "--backend", "stream")
        return (*words, "--no-sync", "-q")

    def _inputs(self, format):
        source = self.plain[format]
        for threads in (1, 2):
            words = (*self._export(source, threads), "-o", OUTPUT, "--to", "mrc")
            yield Way(format, "export", words, source, threads, gives=self.catalogue.path, to_stdout=False)
        for threads in (1, 2):
            words = (str(self.build.bulkmarc), "check", str(source), "--to", "mrc", "--threads", str(threads))
            words = (*words, "--report", REPORT, "-q")
            yield Way(format, "check", words, source, threads, to_stdout=False)
        parser = self.build.folder / "bin/bulkmarc-parsers"
        for library in PARSERS.get(format, ()) if parser.exists() else ():
            yield Way(format, f"{library} alone", (str(parser), library, str(source)), source)

    def _unpacked(self, codec):
        pack, tools = CODECS[codec]
        source = self.work / f"catalogue.mrc.{codec}"
        say(f"making {source.name}")
        process.run([*pack, str(self.catalogue.path)], str(source))
        plain = self.catalogue.path
        for threads in (1, 2):
            words = (*self._export(source, threads), "-o", OUTPUT, "--to", "mrc")
            yield Way(f".{codec}", "export", words, plain, threads, gives=plain, to_stdout=False)
        for name, words in tools.items():
            if shutil.which(words[0]):
                yield Way(f".{codec}", name, (*words, str(source)), plain, gives=plain)

    def _packed(self, format, codec, level):
        group = f"{format}.{codec}, level {level}"
        plain = self.plain[format]
        for threads in (1, 2):
            words = (*self._export(self.catalogue.path, threads), "-o", OUTPUT, "--to", format)
            words = (*words, "--compress", codec, "--level", str(level))
            yield Way(group, "export", words, plain, threads, gives=plain, unpack=UNPACK[codec], to_stdout=False)
        for name, threads, words in _packers(codec, level):
            if shutil.which(words[0]):
                yield Way(group, name, (*words, str(plain)), plain, threads, gives=plain, unpack=UNPACK[codec])

    def _document(self):
        yield HEAD.format(date=time.strftime("%Y-%m-%d"), records=self.catalogue.records, rounds=self.rounds,
                          bytes=self.catalogue.path.stat().st_size)  # fmt: skip
        yield "\n".join(f"- {name}: {value}" for name, value in self.facts) + "\n"
        yield "## Targets\n"
        yield tables.of_targets({self.catalogue.name: list(self._targets())})
        yield INPUTS
        yield self._table(FORMATS, "x .mrc's time", lambda way: self.contest.seconds("mrc", way.name, way.threads))
        yield UNPACKED
        yield self._table([f".{codec}" for codec in CODECS], "x the tool's time", self._unpacker_seconds)
        yield PACKED
        groups = [f"{format}.{codec}, level {level}" for codec in LEVELS for format in PACKED_FORMATS for level in LEVELS[codec]]
        yield self._table(groups, "x the time of the tool on 2", self._packer_seconds, sizes=True)

    def _unpacker_seconds(self, way):
        first_tool = next(iter(CODECS[way.group[1:]][1]))
        return self.contest.seconds(way.group, first_tool)

    def _packer_seconds(self, way):
        codec = way.group.split(",")[0].rpartition(".")[2]
        return self.contest.seconds(way.group, ON_TWO_CORES[codec], 2)

    def _table(self, groups, ratio, reference, sizes=False):
        rows = []
        for way, timing in self.contest.timings.items():
            if way.group not in groups:
                continue
            speed = way.plain.stat().st_size / timing.seconds / 1e6
            low, high = timing.spread
            beside = reference(way)
            rows.append((
                way.group, way.name, way.threads, f"{speed:,.0f}", f"{speed / way.threads:,.0f}", f"{timing.seconds:.4g}",
                f"{low:.4g} - {high:.4g}", f"{timing.seconds / beside:.2f}" if beside else "",
                *([f"{self.contest.sizes[way]:,}"] if sizes else []),
            ))  # fmt: skip
        header = ("what", "by", "threads", "MB/s", "MB/s a core", "seconds", "min - max", ratio)
        return tables.table((*header, *(["bytes"] if sizes else [])), rows)

    def _targets(self):
        for format, least in (("marcxml", 300), ("ndjson", 500)):
            speed = self._speed_on_one_core(format, "check")
            yield Target(f"{format} read and checked, one core", f">= {least} MB/s", f"{speed:,.0f} MB/s", speed >= least)
            speed = self._speed_on_one_core(format, "export")
            yield Target("the same, and written as .mrc to the disk", "-", f"{speed:,.0f} MB/s")
        for codec, tool in (("gz", "pigz -p2"), ("zst", "zstd -T2")):
            for format in PACKED_FORMATS:
                yield self._target_of_packing(format, codec, tool)

    def _speed_on_one_core(self, format, name):
        return self.plain[format].stat().st_size / self.contest.seconds(format, name) / 1e6

    def _target_of_packing(self, format, codec, tool):
        group = f"{format}.{codec}, level {USUAL[codec]}"
        what = f".mrc to {format}.{codec} on two threads against `{tool}` of the ready-made file, level {USUAL[codec]}"
        ours, theirs = self.contest.seconds(group, "export", 2), self.contest.seconds(group, ON_TWO_CORES[codec], 2)
        if not theirs:
            return Target(what, "<= 1.0", "-")
        return Target(what, "<= 1.0", f"{ours / theirs:.2f} x the time", ours <= theirs)


def _packers(codec, level):
    """Name, threads and words of the tools that pack a file to standard output."""
    if codec == "gz":
        yield "gzip", 1, ("gzip", f"-{level}", "-c")
        yield "libdeflate", 1, ("libdeflate-gzip", f"-{level}", "-c", "-k")
        yield "pigz", 2, ("pigz", "-p2", f"-{level}", "-c")
    else:
        for threads in (1, 2):
            yield "zstd", threads, ("zstd", "-q", f"-{level}", f"-T{threads}", "-c")
