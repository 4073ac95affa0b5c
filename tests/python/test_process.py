"""What a fork does, and an event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
import operator
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import RECORDS

import bulkmarc
from bulkmarc import aio

FORK = """
import os, sys, bulkmarc
path, used = sys.argv[1], sys.argv[2] == "used"
if used:
    reader = bulkmarc.MARCReader(path)
    record = next(reader)
if os.fork() == 0:
    try:
        print(bulkmarc.check(path).records_read)
    except RuntimeError as error:
        print("RuntimeError:", error)
    if used:
        print(record.control_number, end=" ")
        try:
            reader.close()
        except RuntimeError as error:
            print("RuntimeError:", error)
    sys.exit()
os.wait()
print(bulkmarc.check(path).records_read)
"""


def fork(catalogue: Path, used: str) -> str:
    arguments = [sys.executable, "-c", FORK, str(catalogue), used]
    return subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=60).stdout


def test_a_process_that_is_forked_before_its_first_run_may_run(catalogue: Path) -> None:
    assert fork(catalogue, "unused") == f"{RECORDS}\n{RECORDS}\n"


def test_a_process_that_is_forked_after_a_run_is_told_so(catalogue: Path) -> None:
    told, reader, parent = fork(catalogue, "used").splitlines()
    assert (
        told == "RuntimeError: bulkmarc was in use before this process was forked: "
        "start processes by 'spawn' or 'forkserver'"
    )
    assert reader == "000000000001 RuntimeError: it was made before this process was forked"
    assert parent == str(RECORDS)


def test_records_go_to_other_processes(catalogue: Path) -> None:
    records = list(bulkmarc.MARCReader(catalogue, limit=50))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(operator.methodcaller("as_marc"), records) == [record.as_marc() for record in records]


def test_an_event_loop_goes_on(catalogue: Path, tmp_path: Path) -> None:
    async def main() -> tuple[bulkmarc.Report, int]:
        turns = 0
        export = asyncio.ensure_future(aio.export(catalogue, tmp_path / "a.xml.gz", level=9))
        while not export.done():
            await asyncio.sleep(0)
            turns += 1
        return await export, turns

    report, turns = asyncio.run(main())
    assert report.records_exported == RECORDS
    assert turns > 10
    assert asyncio.run(aio.check(catalogue)).records_read == RECORDS


def test_an_export_ends_with_its_task(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    async def main() -> None:
        started = threading.active_count()
        export = asyncio.ensure_future(aio.export(pipe, tmp_path / "a.xml"))
        while threading.active_count() == started:
            await asyncio.sleep(0.01)
        export.cancel()
        with pytest.raises(asyncio.CancelledError):
            await export

    asyncio.run(main())
    assert os.listdir(tmp_path) == ["pipe"]
