"""MARCWriter, and records of all kinds."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plain_marc
import pytest
from conftest import RECORDS

import bulkmarc


class Field:
    """A field that is nobody's class."""

    def __init__(self, tag: str, data: Any = None, indicators: Any = None, subfields: Any = ()) -> None:
        self.tag, self.data, self.indicators, self.subfields = tag, data, indicators, subfields


class Record:
    def __init__(self, leader: str, *fields: Field) -> None:
        self.leader, self.fields = leader, fields


LEADER = "00000nam  2200000 i 4500"


def written(*records: Any, format: str = "mrk", **options: Any) -> str:
    report = bulkmarc.export(iter(records), None, format=format, **options)
    assert report.data is not None
    return report.data.decode()


def test_our_own_records_are_written_as_they_are(catalogue: Path, marcxml: bytes) -> None:
    target = io.BytesIO()
    with bulkmarc.MARCWriter(target, "marcxml") as writer:
        for record in bulkmarc.MARCReader(catalogue):
            writer.write(record)
        assert writer.report is None
    assert target.getvalue() == marcxml
    assert writer.report is not None
    assert writer.report.records_exported == RECORDS
    assert writer.close() == writer.report
    with pytest.raises(ValueError, match="closed"):
        writer.write(record)


def test_bytes_are_read_as_a_file_of_them(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    with bulkmarc.MARCWriter(tmp_path / "a.xml") as writer:
        for record in plain_marc.read(catalogue.read_bytes()):
            writer.write(record)
        with pytest.raises(TypeError, match="all bytes of ISO 2709, or all objects"):
            writer.write(Record(LEADER))
    assert (tmp_path / "a.xml").read_bytes() == marcxml


def test_objects_are_taken_by_their_shape() -> None:
    record = Record(
        LEADER,
        Field("001", "ocm1"),
        Field("245", indicators=["1", "0"], subfields=[("a", "Wörter und"), bulkmarc.Subfield("b", "Sachen.")]),
        Field("500", indicators=None, subfields=[]),
    )
    assert (
        written(record) == "=LDR  00000nam a2200000 i 4500\n=001  ocm1\n=245  10$aWörter und$bSachen.\n=500  \\\\\n\n"
    )


def test_what_is_no_record_is_told() -> None:
    for record, error, message in [
        (Record("short"), ValueError, "a record's leader has 5 bytes: expected 24"),
        (Record(LEADER, Field("1", "x")), ValueError, "a record's tag '1': expected 3 characters"),
        (Record(LEADER, Field("001", 7)), TypeError, "a record's data: expected str, got int"),
        (Record(LEADER, Field("245", indicators="10", subfields=[("a", None)])), TypeError, "value: expected str"),
        (object(), AttributeError, "leader"),
    ]:
        with pytest.raises(error, match=message):
            written(record)
    with bulkmarc.MARCWriter(target := io.BytesIO(), "mrk") as writer:
        with pytest.raises(ValueError, match="leader"):
            writer.write(Record("short"))
        writer.write(Record(LEADER, Field("001", "whole")))
    assert b"whole" in target.getvalue()


def test_what_can_not_be_exported_is_in_the_report() -> None:
    odd = Record(LEADER, Field("001", "odd\x1f"), Field("245", indicators=["é", "1"], subfields=[("a", "x\x1ey")]))
    long = Record(LEADER, Field("001", "long"), Field("520", indicators="  ", subfields=[("a", "x" * 12_000)]))
    report = bulkmarc.export([odd, long], None, format="mrc")
    assert report.records_read == 2
    assert report.records_exported + report.records_rejected == 2
    assert ("long", "field_too_long") in [(finding.control_number, finding.code) for finding in report.rejects]


def test_nothing_is_written_without_records(tmp_path: Path) -> None:
    with bulkmarc.MARCWriter(tmp_path / "a.json") as writer:
        pass
    assert bulkmarc.MARCReader(tmp_path / "a.json").report is None
    assert writer.report is not None
    assert writer.report.records_read == 0
    assert bulkmarc.export([], None, format="ndjson").data == b""


def test_an_exception_in_the_block_discards_the_target(catalogue: Path, tmp_path: Path) -> None:
    path, memory = tmp_path / "a.xml", io.BytesIO(b"old")
    path.write_bytes(b"old")
    for target in (path, memory):
        with pytest.raises(ZeroDivisionError), bulkmarc.MARCWriter(target, "marcxml") as writer:
            for record in bulkmarc.MARCReader(catalogue):
                writer.write(record)
            raise ZeroDivisionError
    assert path.read_bytes() == memory.getvalue() == b"old"
    assert os.listdir(tmp_path) == ["a.xml"]


def test_a_writer_that_is_not_closed_leaves_nothing(catalogue: Path, tmp_path: Path) -> None:
    writer = bulkmarc.MARCWriter(tmp_path / "a.xml")
    writer.write(next(bulkmarc.MARCReader(catalogue)))
    del writer
    assert os.listdir(tmp_path) == []


def test_an_error_of_the_target_reaches_the_writer(catalogue: Path) -> None:
    class Full:
        def write(self, _: bytes) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), bulkmarc.MARCWriter(Full(), "marcxml") as writer:
        for record in bulkmarc.MARCReader(catalogue):
            writer.write(record)


def test_a_cursor_stays_in_its_thread_and_is_not_drained_at_a_limit(catalogue: Path) -> None:
    records = list(bulkmarc.MARCReader(catalogue))
    taken = 0
    threads = set()

    def cursor() -> Iterator[bulkmarc.Record]:
        nonlocal taken
        for record in records * 5:
            threads.add(threading.get_ident())
            taken += 1
            yield record

    assert bulkmarc.export(cursor(), None, format="mrk", limit=10).records_exported == 10
    assert taken < 5 * RECORDS
    assert threads == {threading.get_ident()}


def test_several_threads_share_a_writer(catalogue: Path, tmp_path: Path) -> None:
    records = list(bulkmarc.MARCReader(catalogue))
    with bulkmarc.MARCWriter(tmp_path / "a.mrc") as writer:
        threads = [
            threading.Thread(target=lambda own=own: [writer.write(r) for r in own])
            for own in (records[::2], records[1::2])
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    numbers = [record.control_number for record in bulkmarc.MARCReader(tmp_path / "a.mrc")]
    assert sorted(numbers) == [record.control_number for record in records]
