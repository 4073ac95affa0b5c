"""What is compared: a case is one way to turn one catalogue into one file."""

import shutil
from dataclasses import dataclass
from pathlib import Path

FORMATS = ("mrc", "marcxml", "json", "ndjson", "mrk")
ROWS = ("csv", "copy")  # Formats of tables: a row for each subfield.
BACKENDS = ("mapped", "stream")
MARC4J = Path("/usr/share/java/marc4j.jar")


@dataclass(frozen=True)
class Catalogue:
    name: str
    path: Path
    records: int


@dataclass(frozen=True)
class Case:
    catalogue: Catalogue
    format: str
    way: str  # a backend, cp, dd, or a peer
    threads: int = 1
    target: str = "disk"  # disk, memory, null
    sync: bool = False

    @property
    def is_ours(self):
        return self.way in BACKENDS

    def label(self):
        threads = f" {self.threads}" if self.is_ours else ""
        return f"{self.way}{threads}{' with sync' if self.sync else ''}"


def peers(quick):
    """The other tools that are installed here, each with the most records that it is given: some are slow. A quick run
    has no time for the slow ones."""
    found = {}
    if shutil.which("yaz-marcdump"):
        found["yaz-marcdump"] = 10**9
    if quick:
        return found
    if MARC4J.exists() and shutil.which("java"):
        found["marc4j"] = 50_000
    if shutil.which("marc2xml"):
        found["MARC::Record"] = 10_000
    return found


def to(format):
    """The arguments of bulkmarc that ask for this format."""
    return ["--to", format, *(("--table", "subfields") if format in ROWS else ())]


def command(case, bulkmarc, reference, output, report):
    """The command of a case and the file that takes its standard output, or None."""
    source = str(case.catalogue.path)
    if case.is_ours:
        sync = [] if case.sync else ["--no-sync"]
        return [
            *(bulkmarc, "export", source, "-o", output, *to(case.format), "--backend", case.way),
            *("--threads", str(case.threads), "--report", report, "-q", *sync),
        ], None
    if case.way == "cp":
        script = 'cp "$1" "$2"' + (' && sync "$2"' if case.sync else "")
        return ["sh", "-c", script, "sh", reference, output], None
    if case.way == "dd":
        size = Path(reference).stat().st_size if Path(reference).exists() else int(reference)
        return ["dd", "if=/dev/zero", f"of={output}", "bs=1M", f"count={size}", "iflag=count_bytes", "conv=fsync"], None
    return {
        "yaz-marcdump": (["yaz-marcdump", "-i", "marc", "-o", "marcxml", source], output),
        "marc4j": (["java", "-cp", str(MARC4J), "org.marc4j.util.MarcXmlDriver", "-out", output, source], None),
        "MARC::Record": (["marc2xml", source], output),
    }[case.way]
