"""Verifies cases, and then times them: each twice in a row, of which the second run counts, in random order."""

import json
import os
import random
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from cases import KEYS, PACK, TO, UNPACK, Case, group
from machine import Build


class CommandFailed(RuntimeError):
    pass


@dataclass(frozen=True)
class Usage:
    seconds: float
    cpu_seconds: float
    private: int  # The most RssAnon that was seen, in bytes; 0 where nobody looked.


def run(words: list[str], stdout: str = os.devnull, watch: bool = False) -> Usage:
    """Runs a command to its end. Raises CommandFailed unless it succeeded."""
    with open(stdout, "wb") as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        private = _watch(process.pid) if watch else 0
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            message = errors.read().decode(errors="replace")[-2000:]
            raise CommandFailed(f"{shlex.join(words)}: exit status {process.returncode}: {message}")
    return Usage(seconds, usage.ru_utime + usage.ru_stime, private)


def _watch(pid: int) -> int:
    """Looks at the memory every two milliseconds until the process has ended, and leaves it to be waited for."""
    most = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        found = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        most = max(most, int(found[1]) * 1024 if found else 0)
        time.sleep(0.002)
    return most


@dataclass
class Result:
    records: int  # 0 where the case does not work on a catalogue
    plain_bytes: int  # what a speed counts: before compression, of the text that is made or read
    bytes_written: int
    private: int
    usages: list[Usage] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return statistics.median(usage.seconds for usage in self.usages)

    @property
    def cpu_seconds(self) -> float:
        return statistics.median(usage.cpu_seconds for usage in self.usages)

    @property
    def spread(self) -> tuple[float, float]:
        seconds = [usage.seconds for usage in self.usages]
        return min(seconds), max(seconds)


class Bench:
    """Works in a folder for each target. Generates the catalogue, or takes the records of the file `given`."""

    def __init__(self, build: Build, folders: dict[str, Path], records: int, given: Path | None):
        self.build, self.folders = build, folders
        self.results: dict[Case, Result] = {}
        self.all, report = folders["disk"] / "all.mrc", folders["disk"] / "report.json"
        # A file is exported, so that the other tools get well-formed records only: status 3 if it has others, too.
        source = ["export", given, "--to", "mrc"] if given else ["generate", "--records", str(records), "--seed", "1"]
        words = [build.bin / "bulkmarc", *source, "-o", self.all, "--no-sync", "-q", "--report", report]
        if subprocess.run(words, check=False).returncode not in (0, 3):
            raise CommandFailed("no catalogue to measure with")
        records = json.loads(report.read_text())["records_exported"]
        self.records = {"all": records, "part": -(-records // 10), "few": -(-records // 50)}

    def measure(self, section: str, work: str, rounds: int) -> None:
        cases = [case for case in group(section, work) if self._can_run(case)]
        for case in cases:
            self._verify(case)
        os.sync()  # Else the disk would be busy with what was made for them while they are timed.
        order = random.Random(1)
        for number in range(rounds):
            for case in order.sample(cases, len(cases)):
                say(f"round {number + 1} of {rounds}: {case}")
                self._run(case)
                self.results[case].usages.append(self._run(case))
        for path in self.folders["disk"].iterdir():
            if path.is_file() and path != self.all:
                path.unlink()

    def _can_run(self, case: Case) -> bool:
        if case.row.section.startswith("postgresql") and "PGDATABASE" not in os.environ:
            return False
        program = shlex.split(case.row.command)[0].replace("{bin}", str(self.build.bin))
        return shutil.which(program) is not None and Path(case.row.needs.replace("{bin}", str(self.build.bin))).exists()

    def _verify(self, case: Case) -> None:
        """Raises CommandFailed unless the output is what it must be."""
        say(f"verifying {case}")
        names = self._names(case)
        usage = self._run(case, verifying=True)
        try:
            run(["sh", "-c", case.row.check.format_map(names)])
        except CommandFailed as error:
            raise CommandFailed(f"{case}: wrong output: {error}") from None
        plain = names["input" if case.row.section == "input" else "expect"]
        written = os.path.getsize(names["output"]) if "{expect}" in case.row.check else 0
        if case.row.prints_seconds:
            names["records"] = Path(names["output"]).read_text().split()[0]
        plain_bytes = os.path.getsize(plain) if plain else 0
        self.results[case] = Result(int(names["records"]), plain_bytes, written, usage.private)

    def _run(self, case: Case, verifying: bool = False) -> Usage:
        names, row = self._names(case), case.row
        Path(names["output"]).unlink(missing_ok=True)
        if row.before:
            run(shlex.split(row.before.format_map(names)))
        if case.section.target == "null" and not verifying:
            names["output"] = os.devnull
        stdout = names["output"] if row.prints_seconds or "{output}" not in row.command else os.devnull
        usage = run(shlex.split(row.command.format_map(names)), stdout, watch=verifying)
        if row.prints_seconds:
            return Usage(float(Path(stdout).read_text().split()[1]), usage.cpu_seconds, usage.private)
        return usage

    def _names(self, case: Case) -> dict[str, str]:
        """What stands for the words in braces. Makes the files that are needed."""
        format, _, codec = case.work.partition(".")
        names = {"work": case.work, "format": format, "codec": codec, "to": TO[format], "key": KEYS.get(format, "")}
        names |= {"bin": str(self.build.bin), "threads": str(case.threads), "unpack": UNPACK.get(codec, "")}
        for name in ("input", "expect"):
            template = getattr(case.section, name)
            names[name] = self._make(template.format_map(names)) if template else ""
        names["bytes"] = str(os.path.getsize(names["expect"])) if names["expect"] else "0"
        names["records"] = str(self.records.get(case.section.input.split(".")[0], 0))
        return names | {"output": f"{self.folders[case.section.target]}/output"}

    def _make(self, name: str) -> str:
        """The path of `all.marcxml` or `part.mrc.gz`. What others are compared with is streamed by one thread."""
        path = self.folders["disk"] / name
        catalogue, format, *codec = name.split(".")
        if path.exists():
            return str(path)
        if codec:
            run([*shlex.split(PACK[codec[0]].format(bin=self.build.bin)), self._make(f"{catalogue}.{format}")], str(path))
        else:
            words = [str(self.build.bin / "bulkmarc"), "export", str(self.all), "-o", str(path), *TO[format].split()]
            words += ["--limit", str(self.records[catalogue]), "--backend", "stream", "--threads", "1"]
            run([*words, "--no-sync", "-q"])
        return str(path)


def say(text: str) -> None:
    sys.stderr.write(f"\r\033[K{text}" if sys.stderr.isatty() else f"{text}\n")
    sys.stderr.flush()
