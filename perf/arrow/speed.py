"""Measures the command's Parquet and Arrow files against those that pyarrow writes of the same rows.

Run it with build/arrow/bin/python, on an idle machine: speed.py build/release/bin/bulkmarc. It prints a table. What is
compared is timed in turn, and medians count.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.ipc
import pyarrow.parquet

Case = Callable[[], object]
ROW_GROUPS = {"records": 122_880, "subfields": 1_048_576}
MIB = 1 << 20


def seconds(case: Case) -> float:
    start = time.perf_counter()
    case()
    return time.perf_counter() - start


def medians(rounds: int, *cases: Case) -> list[float]:
    """Of each case, all timed in turn; the first round does not count."""
    times = [[seconds(case) for case in cases] for _ in range(rounds + 1)][1:]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def tell(measure: str, wanted: str, value: str) -> None:
    print(f"| {measure} | {wanted} | {value} |", flush=True)


class Measurements:
    def __init__(self, command: Path, folder: Path, records: int, rounds: int) -> None:
        self.command, self.folder, self.records, self.rounds = command, folder, records, rounds
        self.catalogue = folder / "catalogue.mrc"
        self.run("generate", "--records", records, "-o", self.catalogue)

    def run(self, *arguments: object) -> float:
        """Returns the MiB that the process had in memory at most, without what it has in files."""
        command = [str(self.command), *map(str, arguments), "--no-sync", "--quiet"]
        with subprocess.Popen(command) as process:
            most = 0
            while process.poll() is None:
                most = max(most, anonymous_memory(process.pid))
                time.sleep(0.01)
        if process.returncode != 0:
            raise SystemExit(f"{command}: exit status {process.returncode}")
        return most / MIB

    def export(self, output: object, *arguments: object) -> float:
        return self.run("export", self.catalogue, "-o", output, *arguments)

    def parquet(self, table: str) -> None:
        ours, theirs, rows = (self.folder / f"{table}{name}" for name in ("-ours.parquet", "-theirs.parquet", ".arrow"))
        self.export(rows, "--table", table)

        def write_theirs() -> None:
            with pyarrow.memory_map(str(rows)) as source:
                written = pyarrow.ipc.open_file(source).read_all()
                pyarrow.parquet.write_table(
                    written, theirs, compression="zstd", row_group_size=ROW_GROUPS[table], write_page_index=True
                )

        mine, others, piped = medians(
            self.rounds,
            lambda: self.export(ours, "--table", table),
            write_theirs,
            lambda: self.pipe_into_pyarrow(self.folder / "piped.parquet", table),
        )
        if pyarrow.parquet.read_table(ours) != pyarrow.parquet.read_table(theirs):
            raise SystemExit(f"{table}: not the same rows")
        tell(f"`{table}` to Parquet against pyarrow with the rows of a pipe", ">= 1.6", f"{piped / mine:.2f}")
        tell("the same against pyarrow with the rows in memory", "", f"{others / mine:.2f} ({mine:.2f} s)")
        tell(f"size of `{table}` against pyarrow's", "<= 1.05", f"{ours.stat().st_size / theirs.stat().st_size:.3f}")
        tell(f"memory, `{table}` to Parquet", "< 256 MiB", f"{self.export(ours, '--table', table):.0f} MiB")

    def pipe_into_pyarrow(self, path: Path, table: str) -> None:
        """As a program in Python does it today: our rows, its ParquetWriter."""
        options = ["--table", table, "--to", "arrow", "-o", "-", "--quiet"]
        with subprocess.Popen([self.command, "export", self.catalogue, *options], stdout=subprocess.PIPE) as process:
            reader = pyarrow.ipc.open_stream(process.stdout)
            with pyarrow.parquet.ParquetWriter(
                path, reader.schema, compression="zstd", write_page_index=True
            ) as writer:
                batches: list[pyarrow.RecordBatch] = []
                for batch in reader:
                    batches.append(batch)
                    if sum(map(len, batches)) >= ROW_GROUPS[table]:
                        writer.write_table(pyarrow.Table.from_batches(batches))
                        batches = []
                writer.write_table(pyarrow.Table.from_batches(batches, reader.schema))

    def arrow(self) -> None:
        arrow, csv = medians(
            self.rounds,
            lambda: self.export("/dev/null", "--to", "arrow"),
            lambda: self.export("/dev/null", "--to", "csv"),
        )
        tell("Arrow into /dev/null against csv", ">= 1.5", f"{csv / arrow:.2f} ({self.records / arrow:,.0f} records/s)")

    def look_up(self) -> None:
        path = self.folder / "records-ours.parquet"
        number = f"{self.records // 2:012}"
        query = f"EXPLAIN ANALYZE SELECT title FROM '{path}' WHERE control_number = '{number}'"
        groups = pyarrow.parquet.ParquetFile(path).metadata.num_row_groups
        plan = duckdb.sql(query).fetchall()[0][1]
        scanned = [line.strip(" │") for line in plan.splitlines() if "Row Groups" in line or "rows" in line.lower()]
        tell("a look-up by DuckDB", "reads one row group", f"of {groups}: {'; '.join(scanned)}")


def anonymous_memory(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status") as status:
            return sum(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))
    except OSError:
        return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, pyarrow {pyarrow.__version__}")
    print(f"{arguments.records:,} records\n")
    print("| measure | wanted | measured |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        measurements = Measurements(arguments.command.resolve(), Path(folder), arguments.records, arguments.rounds)
        measurements.parquet("records")
        measurements.parquet("subfields")
        measurements.arrow()
        measurements.look_up()


if __name__ == "__main__":
    main()
