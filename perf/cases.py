"""Every case that perf/bench measures: a table of commands, with what each output must be.

A command's {input}, {expect} and {output} are files: what it reads, what its output must equal, and where that goes (to
standard output where {output} isn't named). {work} is what the cases of a group have in common; of `marcxml.gz`,
{format} and {codec} are the two halves. Files are named after what they hold: `all.mrc` is the whole catalogue, `part`
a tenth of it, `few` a fiftieth, and `part.mrc.gz` is made of `part.mrc` when a case needs it."""

import os
from dataclasses import dataclass
from typing import NamedTuple

CORES = len(os.sched_getaffinity(0))
THREADS = tuple(sorted({1, 2, CORES, *(2**step for step in range(CORES.bit_length()))}))
ONE_AND_TWO = (1, 2)

SUBFIELDS = "--to pgcopy --table subfields"
# The options that ask for each format.
TO = {name: f"--to {name}" for name in ("mrc", "marcxml", "json", "ndjson", "mrk")} | {
    "csv": "--to csv --table subfields", "pgcopy": SUBFIELDS, "subfields": SUBFIELDS,
    "records": "--to pgcopy --table records",
}  # fmt: skip
FORMATS = ("mrc", "marcxml", "json", "ndjson", "mrk", "csv", "pgcopy")
PACK = {"members": "{bin}/bulkmarc export -o - --to mrc --compress gz -q", "gz": "gzip -6 -c", "zst": "zstd -3 -q -c", "bz2": "bzip2 -9 -c", "xz": "xz -1 -c"}
UNPACK = {"gz": "gzip -dc", "zst": "zstd -q -dc", "bz2": "bzip2 -dc", "xz": "xz -dc"}


@dataclass(frozen=True)
class Section:
    """`beside`: the ways that the others are compared with, one column each, with `/` between alternatives."""

    title: str
    note: str
    works: tuple[str, ...]
    input: str
    expect: str
    beside: tuple[str, ...] = ()
    target: str = "disk"  # or memory: a file system in it; or null: /dev/null, once a file has been verified


SECTIONS = {
    "export": Section(
        "Exports", "The .mrc to the disk, without sync. `default` is the command without options of speed. csv and "
        "pgcopy have all subfields. `cp` copies the result.", FORMATS, "all.mrc", "all.{work}", ("cp", "streamed")),
    "sync": Section(
        "Exports with sync", "`default` is the command without options. `cp` and `dd`, which writes as many zeros, wait "
        "for the disk, too; `dd direct` goes past the cache.",
        ("marcxml",), "all.mrc", "all.{work}", ("cp", "dd", "dd direct")),
    "memory": Section(
        "Exports to memory", "A file on tmpfs.", ("marcxml",), "all.mrc", "all.{work}", ("cp", "streamed"), "memory"),
    "null": Section("Exports to /dev/null", "All but the writes.", FORMATS, "all.mrc", "all.{work}", (), "null"),
    "tools": Section(
        "Other tools", "Whole processes, so that marc4j's time has the start of Java in it. Their records are counted.",
        ("marcxml",), "few.mrc", "few.{work}", ("default",)),
    "input": Section(
        "Input formats", "To .mrc on the disk (`export`, streamed), and to nowhere (`check`). A library alone parses "
        "the same file from memory, and only the parsing is timed. Speeds count bytes of the input.",
        FORMATS[:5], "part.{work}", "part.mrc", ("expat alone/simdjson alone",)),
    "unpack": Section(
        "Compressed inputs", "To .mrc on the disk, streamed, beside tools that only decompress. `members` is a .gz of ours, "
        "which has many members; the others have one.",
        tuple(f"mrc.{codec}" for codec in PACK), "part.{work}", "part.mrc", ("gzip/zstd/bzip2/xz",)),
    "pack": Section(
        "Compressed outputs", "We read and convert the .mrc, too; the tools compress the ready-made file. Levels are 6 "
        "for gz and 3 for zst. Speeds count the bytes before compression.",
        ("mrc.gz", "marcxml.gz", "mrc.zst", "marcxml.zst"), "part.mrc", "part.{format}", ("pigz/zstd",)),
    "postgresql": Section(
        "PostgreSQL", "Loads a table. psql's `\\copy` reads a ready-made file of the rows; `and keys` adds the keys "
        "and statistics that bulkmarc-pgload makes.",
        ("records",), "all.mrc", "all.{work}", ("copy and keys",)),
    "postgresql-subfields": Section(
        "PostgreSQL, all subfields", "The same, with a row for each subfield of fewer records.",
        ("subfields",), "part.mrc", "part.{work}", ("copy and keys",)),
    "study": Section(
        "The study's records", "Records in memory, streamed on one thread, without sync. The study: 10,000 records "
        "took 50.21 ms to memory and 48.77 ms to a file (0.97 x), and of 1,000 records each took 5.02 us.",
        ("mrc", "marcxml"), "", "", ("10,000 to memory",)),
    "concurrent": Section(
        "The study's threads", "Exports of 5,000 records, each by one thread over a file that exists: in turn, or at once "
        "by as many threads of one process, or by a process each. `plain` writes the bytes, made before, beside the file "
        "and renames that over it. The study: two threads at once took 1.12 times as long as in turn, and four 1.64 "
        "times.", ("mrc", "marcxml"), "", "", ("in turn", "plain in turn")),
}  # fmt: skip

SAME = "cmp -s {output} {expect}"
SAME_UNPACKED = "{unpack} {output} | cmp -s - {expect}"
SAME_SIZE = "test $(stat -c %s {output}) = $(stat -c %s {expect})"
SAME_COUNT = "test $(grep -oE '<([a-z]+:)?record[ >]' {output} | wc -l) = {records}"
ALL_REPORTED = """grep -q '"records_exported": {records},' {output}"""
ALL_PARSED = "grep -q '^{records} ' {output}"
CHECKS_ITSELF = "true"
SAME_ROWS = """test 0 = $(psql -XqAt -c 'SELECT count(*) FROM ((TABLE perf_loaded_{work} EXCEPT ALL TABLE perf_copied)
UNION ALL (TABLE perf_copied EXCEPT ALL TABLE perf_loaded_{work})) difference')"""


@dataclass(frozen=True)
class Row:
    """A case for each of the works and each number of threads."""

    section: str
    way: str
    command: str
    threads: tuple[int, ...] = (1,)
    works: tuple[str, ...] = ()  # Default: all of the section's.
    check: str = SAME  # A shell command.
    before: str = ""  # Runs before the command, and is not timed.
    needs: str = "/"  # A file without which the command can't run.

    @property
    def prints_seconds(self) -> bool:
        """Whether the command times itself, and prints records and seconds."""
        return self.command.startswith((PARSE, STUDY))


EXPORT = "{bin}/bulkmarc export {input} -o {output} {to} -q --threads {threads}"
MAPPED, STREAMED = f"{EXPORT} --backend mapped", f"{EXPORT} --backend stream"
PLACED, DIRECT = f"{EXPORT} --backend placed", f"{EXPORT} --backend direct"
TO_MRC = "{bin}/bulkmarc export {input} -o {output} --to mrc -q --threads {threads} --backend stream --no-sync"
MARC4J = "/usr/share/java/marc4j.jar"
PGLOAD = "{bin}/bulkmarc-pgload"
PSQL = "psql -XqAt -v ON_ERROR_STOP=1"
COPY = PSQL + r""" -c "\copy perf_copied from '{expect}'" """
FRESH = (f"{PSQL} -c 'DROP TABLE IF EXISTS perf_copied' -c 'CREATE TABLE perf_copied (LIKE perf_loaded_{{work}})' "
         "-c CHECKPOINT")  # fmt: skip
COPY_AND_KEYS = (f"{COPY} -c 'ALTER TABLE perf_copied ADD {{key}}' -c 'CREATE INDEX ON perf_copied (control_number)' "
                 "-c 'ANALYZE perf_copied'")  # fmt: skip
KEYS = {"records": "PRIMARY KEY (record_number)", "subfields": "UNIQUE (record_number, field_number, subfield_number)"}
PARSE = "{bin}/bulkmarc-parsers"
STUDY = "{bin}/bulkmarc-study {work}"


def loads(section: str) -> tuple[Row, ...]:
    load = f"{PGLOAD} {{input}} --table {{work}} --name perf_loaded_{{work}} -q"
    return (
        Row(section, "bulkmarc-pgload", load, (CORES,), check=CHECKS_ITSELF, before=f"{PSQL} -c CHECKPOINT"),
        Row(section, "copy", COPY, check=SAME_ROWS, before=FRESH, needs=PGLOAD),
        Row(section, "copy and keys", COPY_AND_KEYS, check=SAME_ROWS, before=FRESH, needs=PGLOAD),
    )


ROWS = (
    Row("export", "default", "{bin}/bulkmarc export {input} -o {output} {to} -q --no-sync", (CORES,)),
    Row("export", "mapped", f"{MAPPED} --no-sync", THREADS),
    Row("export", "streamed", f"{STREAMED} --no-sync", THREADS),
    Row("export", "placed", f"{PLACED} --no-sync", THREADS),
    Row("export", "cp", "cp {expect} {output}"),
    Row("export", "yaz-marcdump", "yaz-marcdump -i marc -o marcxml {input}", works=("marcxml",), check=SAME_COUNT),
    Row("sync", "default", "{bin}/bulkmarc export {input} -o {output} {to} -q", (CORES,)),
    Row("sync", "mapped", MAPPED, (CORES,)),
    Row("sync", "placed", PLACED, (CORES,)),
    Row("sync", "streamed, kept in the cache", f"{STREAMED} --keep-cached", (CORES,)),
    Row("sync", "direct", DIRECT, (CORES,)),
    Row("sync", "cp", "sh -c 'cp {expect} {output} && sync {output}'"),
    Row("sync", "dd", "dd if=/dev/zero of={output} bs=1M count={bytes} iflag=count_bytes conv=fsync", check=SAME_SIZE),
    Row("sync", "dd direct", "dd if=/dev/zero of={output} bs=4M count={bytes} iflag=count_bytes oflag=direct conv=fsync",
        check=SAME_SIZE),
    Row("memory", "mapped", f"{MAPPED} --no-sync", THREADS),
    Row("memory", "placed", f"{PLACED} --no-sync", THREADS),
    Row("memory", "streamed", f"{STREAMED} --no-sync", THREADS),
    Row("memory", "cp", "cp {expect} {output}"),
    Row("null", "streamed", f"{STREAMED} --no-sync", THREADS),
    Row("tools", "default", "{bin}/bulkmarc export {input} -o {output} {to} -q --no-sync", (CORES,)),
    Row("tools", "yaz-marcdump", "yaz-marcdump -i marc -o marcxml {input}", check=SAME_COUNT),
    Row("tools", "marc4j", f"java -cp {MARC4J} org.marc4j.util.MarcXmlDriver -out {{output}} {{input}}",
        check=SAME_COUNT, needs=MARC4J),
    Row("tools", "MARC::Record", "marc2xml {input}", check=SAME_COUNT),
    Row("input", "export", TO_MRC, ONE_AND_TWO),
    Row("input", "check", "{bin}/bulkmarc check {input} --to mrc -q --threads {threads} --report {output}",
        ONE_AND_TWO, check=ALL_REPORTED),
    Row("input", "expat alone", f"{PARSE} expat {{input}}", works=("marcxml",), check=ALL_PARSED),
    Row("input", "pugixml alone", f"{PARSE} pugixml {{input}}", works=("marcxml",), check=ALL_PARSED),
    Row("input", "simdjson alone", f"{PARSE} simdjson {{input}}", works=("ndjson",), check=ALL_PARSED),
    Row("unpack", "export", TO_MRC, ONE_AND_TWO),
    Row("unpack", "gzip", "gzip -dc {input}", works=("mrc.gz",)),
    Row("unpack", "pigz (zlib)", "pigz -p1 -dc {input}", works=("mrc.gz",)),
    Row("unpack", "zstd", "zstd -q -dc {input}", works=("mrc.zst",)),
    Row("unpack", "bzip2", "bzip2 -dc {input}", works=("mrc.bz2",)),
    Row("unpack", "xz", "xz -dc {input}", works=("mrc.xz",)),
    Row("pack", "export", f"{STREAMED} --no-sync --compress {{codec}}", ONE_AND_TWO, check=SAME_UNPACKED),
    Row("pack", "gzip", "gzip -6 -c {expect}", works=("mrc.gz", "marcxml.gz"), check=SAME_UNPACKED),
    Row("pack", "libdeflate", "libdeflate-gzip -6 -c -k {expect}", works=("mrc.gz", "marcxml.gz"), check=SAME_UNPACKED),
    Row("pack", "pigz", "pigz -p{threads} -6 -c {expect}", ONE_AND_TWO, ("mrc.gz", "marcxml.gz"), SAME_UNPACKED),
    Row("pack", "zstd", "zstd -q -3 -T{threads} -c {expect}", ONE_AND_TWO, ("mrc.zst", "marcxml.zst"), SAME_UNPACKED),
    *loads("postgresql"),
    *loads("postgresql-subfields"),
    Row("study", "1,000 to memory", f"{STUDY} 1000 memory", check=CHECKS_ITSELF),
    Row("study", "10,000 to memory", f"{STUDY} 10000 memory", check=CHECKS_ITSELF),
    Row("study", "10,000 to a file", f"{STUDY} 10000 turn {{output}} 1", check=CHECKS_ITSELF),
    Row("concurrent", "in turn", f"{STUDY} 5000 turn {{output}} {{threads}}", (1, 2, 4), check=CHECKS_ITSELF),
    Row("concurrent", "threads", f"{STUDY} 5000 threads {{output}} {{threads}}", (2, 4), check=CHECKS_ITSELF),
    Row("concurrent", "processes", f"{STUDY} 5000 processes {{output}} {{threads}}", (2, 4), check=CHECKS_ITSELF),
    Row("concurrent", "plain in turn", f"{STUDY} 5000 plain-turn {{output}} {{threads}}", (1, 2, 4), check=CHECKS_ITSELF),
    Row("concurrent", "plain threads", f"{STUDY} 5000 plain-threads {{output}} {{threads}}", (2, 4), check=CHECKS_ITSELF),
)  # fmt: skip


class Case(NamedTuple):
    row: Row
    work: str
    threads: int

    @property
    def section(self) -> Section:
        return SECTIONS[self.row.section]

    def __str__(self) -> str:
        return f"{self.row.section} {self.work} {self.row.way} {self.threads}"


def group(section: str, work: str) -> list[Case]:
    """The cases that do the same work."""
    rows = (row for row in ROWS if row.section == section and work in (row.works or SECTIONS[section].works))
    return [Case(row, work, threads) for row in rows for threads in row.threads]


@dataclass(frozen=True)
class Promise:
    """`ours` takes at most `most` times as long as `theirs`; each is a way and its threads."""

    section: str
    work: str
    ours: tuple[str, int]
    theirs: tuple[str, int]
    most: float


DEFAULT = ("default", CORES)
PROMISES = (
    Promise("export", "marcxml", DEFAULT, ("cp", 1), 0.8),
    Promise("export", "ndjson", DEFAULT, ("cp", 1), 1.0),
    Promise("export", "mrc", DEFAULT, ("cp", 1), 1.2),
    Promise("export", "csv", DEFAULT, ("cp", 1), 1.5),
    Promise("export", "pgcopy", DEFAULT, ("cp", 1), 1.5),
    Promise("export", "marcxml", ("placed", 2), ("streamed", 2), 1 / 0.85),
    Promise("export", "marcxml", ("streamed", 2), ("streamed", 1), 1 / 1.5),
    Promise("export", "marcxml", DEFAULT, ("yaz-marcdump", 1), 1 / 20),
    Promise("sync", "marcxml", DEFAULT, ("cp", 1), 0.65),
    Promise("sync", "marcxml", DEFAULT, ("dd direct", 1), 0.95),
    Promise("sync", "marcxml", ("direct", CORES), ("dd direct", 1), 1.05),
    Promise("unpack", "mrc.members", ("export", 2), ("export", 1), 1 / 1.7),
    *(Promise("study", format, ("10,000 to memory", 1), ("10,000 to a file", 1), 0.9) for format in ("mrc", "marcxml")),
    *(
        Promise("concurrent", format, (way, exports), ("in turn", exports), 1 / times)
        for format in ("mrc", "marcxml")
        for exports in (2, 4)
        for way, times in (("processes", 1.9), ("threads", 1.7))
    ),
    *(Promise("concurrent", format, ("in turn", 1), ("plain in turn", 1), 1.0) for format in ("mrc", "marcxml")),
    Promise("postgresql", "records", ("bulkmarc-pgload", CORES), ("copy and keys", 1), 0.9),
    *(Promise("pack", f"{format}.gz", ("export", 2), ("pigz", 2), 1.0) for format in ("mrc", "marcxml")),
    *(Promise("pack", f"{format}.zst", ("export", 2), ("zstd", 2), 1.0) for format in ("mrc", "marcxml")),
)  # fmt: skip
