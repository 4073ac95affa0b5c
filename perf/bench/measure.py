"""Verifies every case of a group, and then times all of them in turn, round after round."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from . import process
from .cases import Case, command
from .small_job import SmallJob
from .timing import Timing


class Bench:
    """The folders and the results of one run. `sizes` are output bytes by catalogue name and format."""

    def __init__(self, bulkmarc, disk, ram):
        self.bulkmarc = str(bulkmarc)
        self.folders = {"disk": Path(disk), "memory": Path(ram) if ram else None}
        self.timings = {}
        self.sizes = {}
        self.rejected = {}
        self.private_memory = {}
        self.report = str(Path(disk) / "report.json")

    def output(self, case):
        return "/dev/null" if case.target == "null" else str(self.folders[case.target] / "output")

    def reference(self, case):
        return str(self.folders["disk"] / f"reference.{case.catalogue.name}.{case.format}")

    def run(self, case, **options):
        """Runs a case once. The output is left in place."""
        reference = self.reference(case)
        if case.way == "dd":
            reference = str(self.sizes[case.catalogue.name, case.format])
        words, stdout = command(case, self.bulkmarc, reference, self.output(case), self.report)
        usage = process.run(words, stdout or os.devnull, **options)
        phases = json.loads(Path(self.report).read_text())["seconds"] if case.is_ours else None
        return usage, phases

    def make_reference(self, case):
        """Streamed by one thread: what every other way must give."""
        plain = Case(case.catalogue, case.format, "stream")
        words, _ = command(plain, self.bulkmarc, None, self.reference(case), self.report)
        process.run(words)
        report = json.loads(Path(self.report).read_text())
        if report["records_read"] != case.catalogue.records:
            raise process.CommandFailed(f"{case.catalogue.path}: {report['records_read']} records, not as many as thought")
        self.sizes[case.catalogue.name, case.format] = report["bytes_written"]
        self.rejected[case.catalogue.name, case.format] = report["records_rejected"]

    def verify(self, case):
        """Raises CommandFailed unless the case gives the reference's bytes or, of a peer, as many records."""
        self.run(case)
        output, reference = self.output(case), self.reference(case)
        if case.is_ours or case.way == "cp":
            same = case.target == "null" or subprocess.run(["cmp", "-s", output, reference], check=False).returncode == 0
        elif case.way == "dd":
            same = os.path.getsize(output) == os.path.getsize(reference)
        else:
            same = count_records(output) == case.catalogue.records
        remove(output)
        if not same:
            raise process.CommandFailed(f"{case}: the output is not that of the others")

    def compare(self, title, cases, rounds):
        self.verify_all(title, cases)
        self.time(title, cases, rounds)

    def verify_all(self, title, cases):
        for case in cases:
            if not Path(self.reference(case)).exists():
                say(f"{title}: reference {case.catalogue.name} {case.format}")
                self.make_reference(case)
            say(f"{title}: verifying {case.catalogue.name} {case.format} {case.label()}")
            self.verify(case)

    def time(self, title, cases, rounds, watch_waits=False):
        for number in range(rounds):
            for case in cases:
                say(f"{title}: round {number + 1} of {rounds}, {case.catalogue.name} {case.format} {case.label()}")
                self.time_once(case, self.timings.setdefault(case, Timing()), watch_waits)

    def time_once(self, case, timing, watch_waits):
        job = SmallJob(self.folders["disk"]) if watch_waits else None
        if job:
            job.start()
        usage, phases = self.run(case)
        if job:
            timing.waits.append(job.finish())
        remove(self.output(case))
        timing.usages.append(usage)
        if phases:
            timing.phases.append(phases)

    def watch_memory(self, case):
        say(f"memory: {case.catalogue.name} {case.format} {case.label()}")
        self.private_memory[case] = self.run(case, watch_memory=True)[0].peak_private
        remove(self.output(case))

    def remove_references(self, catalogue):
        for path in self.folders["disk"].glob(f"reference.{catalogue.name}.*"):
            remove(path)

    def seconds(self, case):
        """The median of a case, or None where it was not measured."""
        return self.timings[case].seconds if case in self.timings else None


def count_records(path):
    """The record elements of a MARCXML file, with or without a prefix, whatever its lines."""
    total, kept = 0, b""
    with open(path, "rb") as file:
        while block := file.read(1 << 24):
            block = kept + block
            end = block.rfind(b"<")
            total += len(re.findall(rb"<(?:\w+:)?record[\s>]", block[:end]))
            kept = block[end:]
    return total


def remove(path):
    if str(path) != os.devnull:
        Path(path).unlink(missing_ok=True)


def say(text):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
    else:
        sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
