"""The seven tests of the study that bulkmarc answers, under its names; what it printed is asserted here."""

from __future__ import annotations

import gzip
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import plain_marc
import pyarrow
import pytest
from conftest import RECORDS, Counter

import bulkmarc


def counts(report: bulkmarc.Report) -> tuple[object, ...]:
    return report.records_read, report.records_exported, report.rejects, report.repairs, report.bytes_written


def test_sequential_bytesio_baseline(catalogue: Path, marcxml: bytes) -> None:
    target = io.BytesIO(b"before: ")
    target.seek(0, os.SEEK_END)
    report = bulkmarc.export(catalogue, target, format="marcxml")
    assert target.getvalue() == b"before: " + marcxml
    assert counts(report) == (RECORDS, RECORDS, [], [], len(marcxml))


def test_sequential_rustfile_baseline(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    target = tmp_path / "catalogue.xml"
    target.write_bytes(b"old")
    seen = []
    with target.open("rb") as old:
        report = bulkmarc.export(catalogue, target, progress=lambda _: seen.append(target.read_bytes()))
        assert old.read() == b"old"  # Whoever had it open still has it.
    assert set(seen) == {b"old"}
    assert target.read_bytes() == marcxml
    assert counts(report) == (RECORDS, RECORDS, [], [], len(marcxml))
    assert os.listdir(tmp_path) == ["catalogue.xml"]


def test_sequential_baseline_comparison(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    in_memory = io.BytesIO()
    as_records = tmp_path / "records.xml"
    reports = [
        bulkmarc.export(catalogue, tmp_path / "file.xml"),
        bulkmarc.export(catalogue, in_memory, format="marcxml"),
        bulkmarc.export(catalogue, None, format="marcxml"),
        bulkmarc.export(plain_marc.read(catalogue.read_bytes()), as_records),
    ]
    assert {counts(report)[:2] for report in reports} == {(RECORDS, RECORDS)}
    outputs = [(tmp_path / "file.xml").read_bytes(), in_memory.getvalue(), reports[2].data, as_records.read_bytes()]
    assert all(output == marcxml for output in outputs)
    assert sorted(os.listdir(tmp_path)) == ["file.xml", "records.xml"]


def export_at_once(catalogue: Path, marcxml: bytes, folder: Path, threads: int) -> None:
    """Each export's progress is seen between the first and the last of every other one's: they overlap.

    Nobody is made to hand the GIL over, so that an export which keeps it is over before the next one begins.
    """
    seen: list[int] = []
    start = threading.Barrier(threads)

    def export(number: int) -> None:
        start.wait()
        # Compressed so that it takes long enough for others to begin.
        bulkmarc.export(
            catalogue, folder / f"{number}.xml.gz", level=9, threads=1, progress=lambda _: seen.append(number)
        )

    interval = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        running = [threading.Thread(target=export, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    for number in range(threads):
        assert gzip.decompress((folder / f"{number}.xml.gz").read_bytes()) == marcxml
        first, last = seen.index(number), len(seen) - 1 - seen[::-1].index(number)
        assert set(seen[first : last + 1]) == set(range(threads))
    assert len(os.listdir(folder)) == threads


def test_concurrent_2thread_speedup(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    export_at_once(catalogue, marcxml, tmp_path, 2)


def test_concurrent_4thread_speedup(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    export_at_once(catalogue, marcxml, tmp_path, 4)


def test_gil_release_overhead(catalogue: Path, tmp_path: Path, counter: Counter) -> None:
    counted = {}

    def count(name: str, before: int) -> None:
        counted[name] = counter.count - before

    before = counter.count
    bulkmarc.export(catalogue, tmp_path / "catalogue.xml")
    count("path", before)

    before = counter.count
    bulkmarc.export(catalogue, io.BytesIO(), format="marcxml")
    count("BytesIO", before)

    reader = bulkmarc.MARCReader(catalogue)
    before = counter.count
    assert sum(1 for _ in reader) == RECORDS
    count("reader", before)

    rows = bulkmarc.rows(catalogue)
    before = counter.count
    assert pyarrow.table(rows).num_rows == RECORDS
    count("rows", before)

    print(counted)
    assert all(counted.values()), counted


def interrupted(records: Iterator[bytes]) -> Iterator[bytes]:
    """Half of the records, then Ctrl-C."""
    for number, record in enumerate(records):
        if number == RECORDS // 2:
            signal.raise_signal(signal.SIGINT)
        yield record


def broken(records: Iterator[bytes]) -> Iterator[bytes]:
    for number, record in enumerate(records):
        if number == RECORDS // 2:
            raise ZeroDivisionError("the cursor is gone")
        yield record


def test_bytesio_vs_file_isolation(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    records = catalogue.read_bytes()
    file = tmp_path / "catalogue.xml"
    for broken_off, error in ((interrupted, KeyboardInterrupt), (broken, ZeroDivisionError)):
        file.write_bytes(b"old")
        with pytest.raises(error):
            bulkmarc.export(broken_off(plain_marc.read(records)), file)
        assert file.read_bytes() == b"old"
        for position in (0, 2, 3):
            memory = io.BytesIO(b"old")
            memory.seek(position)
            with pytest.raises(error):
                bulkmarc.export(broken_off(plain_marc.read(records)), memory, format="marcxml")
            assert (memory.getvalue(), memory.tell()) == (b"old", position)
    assert os.listdir(tmp_path) == ["catalogue.xml"]

    ndjson = bulkmarc.export(catalogue, None, format="ndjson").data
    at_once = [
        threading.Thread(target=bulkmarc.export, args=(catalogue, file), kwargs={"format": format})
        for format in ("marcxml", "ndjson")
    ]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert file.read_bytes() in (marcxml, ndjson)
    assert os.listdir(tmp_path) == ["catalogue.xml"]
