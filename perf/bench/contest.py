"""Commands that do the same work, verified, and then timed in turn, round after round."""

import dataclasses
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import process
from .measure import remove, say
from .timing import Timing


@dataclass(frozen=True)
class Way:
    """One command. Speeds count the bytes of `plain`, which it reads or writes, compressed or not."""

    group: str  # Ways of a group do the same work.
    name: str
    words: tuple
    plain: Path
    threads: int = 1
    gives: Path | None = None  # What its output must be ...
    unpack: tuple = ()  # ... once this command has unpacked it; None: it counts records.
    to_stdout: bool = True  # The output; otherwise `words` name OUTPUT.


OUTPUT = "OUTPUT"
REPORT = "REPORT"


class Contest:
    """Works in `folder`, on a catalogue of that many records. `timings` and output `sizes` are by Way."""

    def __init__(self, folder, records):
        self.folder, self.records = Path(folder), records
        self.timings, self.sizes = {}, {}
        self._names = {OUTPUT: str(self.folder / "output"), REPORT: str(self.folder / "report.json")}

    def run(self, title, ways, rounds):
        for way in ways:
            say(f"{title}: verifying {way.group} {way.name}")
            self._verify(way)
        for number in range(rounds):
            for way in ways:
                say(f"{title}: round {number + 1} of {rounds}, {way.group} {way.name}")
                usage = self._run(way)
                self.timings.setdefault(way, Timing()).usages.append(usage)

    def seconds(self, group, name, threads=1):
        """The median of a way, or None where it was not measured."""
        found = [way for way in self.timings if (way.group, way.name, way.threads) == (group, name, threads)]
        return self.timings[found[0]].seconds if found else None

    def _run(self, way):
        remove(self._names[OUTPUT])
        words = [self._names.get(word, word) for word in way.words]
        usage = process.run(words, self._names[OUTPUT] if way.to_stdout else os.devnull)
        if way.gives is None and way.to_stdout:
            return dataclasses.replace(usage, seconds=self._counted()[1])
        return usage

    def _counted(self):
        """What bulkmarc-parsers has printed: records, and the seconds without those of reading the file."""
        records, _, seconds = Path(self._names[OUTPUT]).read_text().split("\t")
        return int(records), float(seconds)

    def _verify(self, way):
        """Raises CommandFailed unless the output is what it must be, or all records were counted."""
        self._run(way)
        if way.gives is None:
            report = Path(self._names[REPORT])
            counted = self._counted()[0] if way.to_stdout else json.loads(report.read_text())["records_exported"]
            same = counted == self.records
        else:
            self.sizes[way] = os.path.getsize(self._names[OUTPUT])
            same = self._unpacks_to(way.unpack, way.gives)
        if not same:
            raise process.CommandFailed(f"{way.group} {way.name}: the result is not that of the others")

    def _unpacks_to(self, unpack, expected):
        output = self._names[OUTPUT]
        if not unpack:
            return subprocess.run(["cmp", "-s", output, expected], check=False).returncode == 0
        with subprocess.Popen([*unpack, output], stdout=subprocess.PIPE) as unpacking:
            same = subprocess.run(["cmp", "-s", "-", expected], stdin=unpacking.stdout, check=False).returncode == 0
        return same and unpacking.returncode == 0
