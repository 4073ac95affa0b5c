"""Measures the Python package against the command, pymarc and mrrc, and prints a table.

Run it with the Python that has bulkmarc, pymarc and mrrc, on an idle machine. What is compared is timed in turn, and
medians count.
"""

from __future__ import annotations

import argparse
import asyncio
import concurrent.futures
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import mrrc
import pymarc
from timing import Case, medians, require, tell

import bulkmarc

COMMAND = Path(sys.executable).with_name("bulkmarc")


class Measurements:
    def __init__(self, folder: Path, records: int, rounds: int) -> None:
        self.folder, self.records, self.rounds = folder, records, rounds
        self.large, self.small = folder / "large.mrc", folder / "small.mrc"
        # Those with a title, as authority records have none.
        everything = folder / "everything.mrc"
        subprocess.run([COMMAND, "generate", "--records", str(2 * records), "-o", everything, "-q"], check=True)
        for path, count in ((self.large, records), (self.small, min(records, 5000))):
            bulkmarc.export(everything, path, where="245$a", limit=count)
        everything.unlink()
        self.small_records = min(records, 5000)

    def against_the_command(self) -> None:
        target = self.folder / "out.xml"
        ours, command = medians(
            self.rounds,
            lambda: bulkmarc.export(self.large, target),
            lambda: subprocess.run([COMMAND, "export", self.large, "-o", target, "-q"], check=True),
        )
        tell("file to file, against the command", "<= 1.02 x the time", f"{ours / command:.3f} x")

    def conversion(self) -> None:
        """Per record, as rivals get fewer. They wait for no disk, so nor do we."""
        with_mrrc, with_pymarc = self.folder / "mrrc.xml", self.folder / "pymarc.xml"

        def use_mrrc() -> None:
            with with_mrrc.open("w") as out:
                for record in mrrc.MARCReader(str(self.small)):
                    out.write(record.to_xml())

        def use_pymarc() -> None:
            with self.small.open("rb") as source, with_pymarc.open("wb") as target:
                writer = pymarc.XMLWriter(target)
                for record in pymarc.MARCReader(source):
                    writer.write(record)
                writer.close(close_fh=False)

        ours, rust, python = medians(
            self.rounds, lambda: bulkmarc.export(self.large, self.folder / "out.xml", sync=False), use_mrrc, use_pymarc
        )
        share = self.small_records / self.records
        require(with_pymarc.read_bytes().count(b"<record>") == self.small_records, "pymarc")
        tell(".mrc to MARCXML, against mrrc", ">= 20 x", f"{rust / ours / share:.1f} x")
        tell(".mrc to MARCXML, against pymarc", ">= 300 x", f"{python / ours / share:.1f} x")

    def reading(self) -> None:
        def count(reader: object) -> int:
            return sum(1 for _ in reader)  # type: ignore[attr-defined]

        def titles(reader: object) -> int:
            found = 0
            for record in reader:  # type: ignore[attr-defined]
                found += len(record["245"]["a"]) > 0
            return found

        for name, use, wanted in (
            ("", count, (">= 8 x", ">= 60 x")),
            (' with record["245"]["a"]', titles, (">= 4 x", ">= 40 x")),
        ):
            require(use(bulkmarc.MARCReader(self.large)) == self.records, "reading")
            ours, rust, python = medians(
                self.rounds,
                lambda use=use: use(bulkmarc.MARCReader(self.large)),
                lambda use=use: use(mrrc.MARCReader(str(self.small))),
                lambda use=use: use(pymarc.MARCReader(self.small.open("rb"))),
            )
            share = self.small_records / self.records
            tell(f"for record in MARCReader(path){name}, against mrrc", wanted[0], f"{rust / ours / share:.1f} x")
            tell(f"for record in MARCReader(path){name}, against pymarc", wanted[1], f"{python / ours / share:.1f} x")

    def writing(self) -> None:
        with self.small.open("rb") as source:
            records = [record for record in pymarc.MARCReader(source) if record is not None]

        def ours() -> None:
            with bulkmarc.MARCWriter(self.folder / "ours.xml") as writer:
                for record in records:
                    writer.write(record)

        def theirs() -> None:
            with (self.folder / "theirs.xml").open("wb") as target:
                writer = pymarc.XMLWriter(target)
                for record in records:
                    writer.write(record)
                writer.close(close_fh=False)

        our_time, their_time = medians(self.rounds, ours, theirs)
        tell(
            f"{len(records):,} pymarc records to MARCXML, against XMLWriter", ">= 3 x", f"{their_time / our_time:.1f} x"
        )

    def at_once(self) -> None:
        """Each by one thread and over a file that exists, as the study's writers, which waited for no disk."""
        for threads in (2, 4):
            for sync in (False, True):
                pool = concurrent.futures.ThreadPoolExecutor(threads)

                def export(number: int, sync: bool = sync) -> object:
                    return bulkmarc.export(self.small, self.folder / f"{number}.xml", threads=1, sync=sync)

                numbers = range(threads)
                in_turn, together = medians(
                    self.rounds * 5,
                    lambda e=export, n=numbers: [e(i) for i in n],
                    lambda e=export, n=numbers, p=pool: list(p.map(e, n)),
                )
                tell(
                    f"{threads} exports of {self.small_records:,} records at once against in turn"
                    + (", with sync" if sync else ""),
                    ">= 1.6 x",
                    f"{in_turn / together:.2f} x",
                )

    def counter(self) -> None:
        count, done = 0, threading.Event()

        def run() -> None:
            nonlocal count
            while not done.is_set():
                count += 1

        thread = threading.Thread(target=run)
        thread.start()
        rates = []
        for work in (lambda: time.sleep(1), lambda: bulkmarc.export(self.large, self.folder / "out.xml", threads=1)):
            before, start = count, time.perf_counter()
            work()
            rates.append((count - before) / (time.perf_counter() - start))
        done.set()
        thread.join()
        tell(
            "a counter thread during an export with threads=1", ">= 0.9 of its own speed", f"{rates[1] / rates[0]:.2f}"
        )

    def event_loop(self) -> None:
        """Of an export of the large catalogue: give it enough records for 1 GB."""
        from bulkmarc import aio

        async def stall() -> float:
            longest, last = 0.0, time.perf_counter()
            export = asyncio.ensure_future(aio.export(self.large, self.folder / "out.xml"))
            while not export.done():
                await asyncio.sleep(0)
                now = time.perf_counter()
                longest, last = max(longest, now - last), now
            await export
            return longest

        size = self.large.stat().st_size
        tell(
            f"longest stall of an asyncio loop, {size / 1e6:,.0f} MB", "< 20 ms", f"{asyncio.run(stall()) * 1e3:.1f} ms"
        )

    def startup(self) -> None:
        def start(program: str) -> Case:
            return lambda: subprocess.run([sys.executable, "-c", program], check=True)

        empty, full = medians(self.rounds * 3, start("pass"), start("import bulkmarc"))
        tell("import", "< 30 ms", f"{(full - empty) * 1e3:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000, help="of the large catalogue")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="for the files (default: a temporary one)")
    parser.add_argument("--wheel", type=Path, default=None, help="whose size is told")
    arguments = parser.parse_args()
    print(
        f"bulkmarc {bulkmarc.__version__}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.platform()}\n"
    )
    print("| measure | wanted | measured |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measurements = Measurements(Path(folder), arguments.records, arguments.rounds)
        measurements.against_the_command()
        measurements.conversion()
        measurements.reading()
        measurements.writing()
        measurements.at_once()
        measurements.counter()
        measurements.event_loop()
        measurements.startup()
    if arguments.wheel:
        tell("wheel", "<= 5 MB", f"{arguments.wheel.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
