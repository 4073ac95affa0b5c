"""Measures tables as files: Parquet against pyarrow and marctable, its memory, Arrow against csv, a look-up by DuckDB.

Run it with a Python that has duckdb, marctable and pyarrow, on an idle machine; the command is one that writes Parquet.
What is compared is timed in turn, and medians count. Nothing is synced.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb
import marctable
import pyarrow.ipc
import pyarrow.parquet
from timing import medians, require, tell

ROW_GROUP = {"records": 122_880, "subfields": 1 << 20}
# What the table `records` is made of, as far as marctable can say it.
MARCTABLE_RULES = ["001", "008", "020a", "022a", "100abcdq", "245abnp", "250a", "260b", "264b", "650a", "655a", "700a"]
MARCTABLE_RECORDS = 5000


class Measurements:
    def __init__(self, command: Path, folder: Path, records: int, rounds: int) -> None:
        self.command, self.folder, self.records, self.rounds = command, folder, records, rounds
        self.catalogue, self.small = folder / "catalogue.mrc", folder / "small.mrc"
        self.run("generate", "--records", str(records), "-o", self.catalogue)
        self.run("export", self.catalogue, "-o", self.small, "--limit", str(MARCTABLE_RECORDS))

    def run(self, *arguments: str | Path) -> None:
        subprocess.run([self.command, *arguments, "-q"], check=True, stdout=subprocess.DEVNULL)

    def export(self, table: str) -> Path:
        target = self.folder / f"{table}.parquet"
        self.run("export", self.catalogue, "-o", target, "--table", table, "--no-sync")
        return target

    def rows(self, table: str) -> pyarrow.Table:
        """What the command gives to a pipe."""
        arguments = [self.command, "export", self.catalogue, "-o", "-", "--to", "arrow", "--table", table, "-q"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            return pyarrow.ipc.open_stream(process.stdout).read_all()

    def against_pyarrow(self, table: str) -> None:
        rows, target = self.rows(table), self.folder / "pyarrow.parquet"

        def write(rows: pyarrow.Table) -> None:
            with pyarrow.parquet.ParquetWriter(
                target, rows.schema, compression="zstd", write_page_index=True
            ) as writer:
                writer.write_table(rows, row_group_size=ROW_GROUP[table])

        ours, piped, in_memory = medians(
            self.rounds, lambda: self.export(table), lambda: write(self.rows(table)), lambda: write(rows)
        )
        path = self.export(table)
        # Parquet has no seconds, so what came out of a pipe is compared as pyarrow has written it.
        require(pyarrow.parquet.read_table(path) == pyarrow.parquet.read_table(target), f"{table} as Parquet")
        name = f"{table} to Parquet"
        tell(f"{name}, against ParquetWriter with the rows from a pipe", ">= 1.6 x", f"{piped / ours:.2f} x")
        tell(f"{name}, against ParquetWriter with the rows in memory", "", f"{in_memory / ours:.2f} x")
        tell(f"{name}, size against ParquetWriter's", "<= 1.05", f"{path.stat().st_size / target.stat().st_size:.3f}")

    def memory(self, table: str) -> None:
        """The most that the process has, without what it has of files."""
        command = [self.command, "export", self.catalogue, "-o", self.folder / "memory.parquet", "--table", table]
        most = 0
        with subprocess.Popen([*command, "--no-sync", "-q"]) as process:
            while process.poll() is None:
                most = max(most, anonymous_memory(process.pid))
                time.sleep(0.01)
        require(process.returncode == 0, f"{table} as Parquet")
        tell(f"{table} to Parquet, private memory", "< 256 MiB", f"{most / (1 << 20):.0f} MiB")

    def against_marctable(self) -> None:
        """Per record, as marctable gets fewer."""

        def convert() -> None:
            with self.small.open("rb") as source, (self.folder / "marctable.parquet").open("wb") as target:
                marctable.to_parquet(source, target, rules=MARCTABLE_RULES)

        ours, theirs = medians(self.rounds, lambda: self.export("records"), convert)
        found = pyarrow.parquet.read_metadata(self.folder / "marctable.parquet").num_rows
        require(found == MARCTABLE_RECORDS, "marctable")
        tell(
            "records to Parquet, against marctable",
            ">= 50 x",
            f"{theirs / MARCTABLE_RECORDS * self.records / ours:.0f} x",
        )

    def arrow_against_csv(self, table: str) -> None:
        def write(format: str) -> None:
            self.run("export", self.catalogue, "-o", "-", "--to", format, "--table", table)

        arrow, csv = medians(self.rounds, lambda: write("arrow"), lambda: write("csv"))
        tell(f"{table} to /dev/null, arrow against csv", ">= 1.5 x", f"{csv / arrow:.2f} x")

    def look_up(self) -> None:
        path, profile = self.export("records"), self.folder / "profile.json"
        number = f"{self.records // 2:012}"
        connection = duckdb.connect()
        connection.execute(f"PRAGMA enable_profiling = 'json'; PRAGMA profiling_output = '{profile}'")
        rows = connection.execute(f"SELECT title FROM '{path}' WHERE control_number = ?", [number]).fetchall()
        require(len(rows) == 1, "the look-up")
        query = json.loads(profile.read_text())["query"]
        tell(
            f"look-up of a control number among {self.records:,} by DuckDB",
            "reads one row group",
            f"{query['total_row_groups_scanned']} of {query['total_row_groups_to_scan']}",
        )


def anonymous_memory(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status") as status:
            return sum(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))
    except OSError:
        return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", type=Path, help="the program bulkmarc")
    parser.add_argument("--records", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="for the files (default: a temporary one)")
    arguments = parser.parse_args()
    version = subprocess.run([arguments.command, "--version"], check=True, capture_output=True, text=True).stdout
    print(
        f"{' '.join(version.split())}; pyarrow {pyarrow.__version__}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.platform()}; {arguments.records:,} records\n"
    )
    print("| measure | wanted | measured |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measurements = Measurements(arguments.command.resolve(), Path(folder), arguments.records, arguments.rounds)
        for table in ROW_GROUP:
            measurements.against_pyarrow(table)
            measurements.memory(table)
        measurements.against_marctable()
        for table in ROW_GROUP:
            measurements.arrow_against_csv(table)
        measurements.look_up()


if __name__ == "__main__":
    main()
