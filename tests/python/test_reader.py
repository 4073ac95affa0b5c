"""MARCReader and its records."""

from __future__ import annotations

import gc
import io
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import plain_marc
import pytest
from conftest import RECORDS

import bulkmarc


def test_records_come_in_order_with_their_fields(catalogue: Path) -> None:
    whole = catalogue.read_bytes()
    records = list(bulkmarc.MARCReader(catalogue))
    assert [record.number for record in records] == list(range(1, RECORDS + 1))
    offset = 0
    for record, expected in zip(records, plain_marc.read(whole), strict=True):
        assert record.offset == offset
        offset += len(expected)
        texts = [
            f.data
            if f.data is not None
            else "".join(f.indicators or ()) + "".join(f"\x1f{c}{v}" for c, v in f.subfields)
            for f in record.fields
        ]
        assert [(f.tag, text) for f, text in zip(record.fields, texts, strict=True)] == list(
            plain_marc.fields(expected)
        )
        assert record.leader == expected[:24].decode()
    assert records[17].as_marc() == list(plain_marc.read(whole[:offset]))[17]


def test_fields_are_found_as_in_pymarc(catalogue: Path) -> None:
    record = next(bulkmarc.MARCReader(catalogue))
    title = record["245"]
    assert title["a"] == title.get("a") == title.get_subfields("a")[0]
    assert "a" in title
    assert "245" in record
    assert title.get("?") is None
    assert title.get("?", "none") == "none"
    assert title.value() == " ".join(value for _, value in title.subfields)
    assert title.indicators == (title.indicator1, title.indicator2)
    assert [subfield.code for subfield in title] == [subfield.code for subfield in title.subfields]
    assert not title.is_control_field()
    assert record["001"].data == record.control_number
    assert record["001"].is_control_field()
    assert record["001"].subfields == []
    assert record["001"].indicators is None
    assert record.get("999x") is None
    assert record.get_fields("001", "245")[0].tag == "001"
    assert len(record.get_fields()) == len(record.fields) == len(list(record))
    with pytest.raises(KeyError, match="000"):
        record["000"]
    with pytest.raises(KeyError, match="!"):
        title["!"]
    with pytest.raises(AttributeError):
        record.leader = "changed"  # type: ignore[misc]
    assert str(title).startswith("=245  ")
    assert str(record).startswith("=LDR  ")
    assert record.control_number in repr(record)


def test_records_outlive_their_reader(catalogue: Path) -> None:
    field = next(bulkmarc.MARCReader(catalogue))["245"]
    gc.collect()
    assert field["a"]


def test_records_pickle(catalogue: Path) -> None:
    for record in bulkmarc.MARCReader(catalogue, limit=100):
        copy = pickle.loads(pickle.dumps(record))
        assert copy == record
        assert hash(copy) == hash(record)
        assert (copy.number, copy.offset, copy.input) == (record.number, record.offset, record.input)
        assert copy.as_marc() == record.as_marc()
    function, (data, directory, *rest) = record.__reduce__()
    for broken in (
        (data[:23], directory),
        (data, directory[:-1]),
        (data[:-2], directory),
        (b"\0" * len(data), directory),
    ):
        with pytest.raises(ValueError, match="not a packed record"):
            function(*broken, *rest)


def test_a_loop_may_be_left(catalogue: Path) -> None:
    with bulkmarc.MARCReader(catalogue) as reader:
        for record in reader:
            if record.number == 7:
                break
    assert list(reader) == []
    assert reader.report is None


def test_the_report_comes_at_the_end(catalogue: Path) -> None:
    reader = bulkmarc.MARCReader(catalogue.read_bytes()[:5000], strict=True)
    assert reader.report is None
    exported = len(list(reader))
    assert reader.report is not None
    assert reader.report.records_read == exported + 1
    assert reader.report.rejects[0].code == "truncated"


def test_all_formats_are_read(catalogue: Path, tmp_path: Path) -> None:
    expected = [record.fields[0].data for record in bulkmarc.MARCReader(catalogue)]
    for name in ("a.xml", "a.ndjson.gz", "a.mrk", "a.json.zst"):
        bulkmarc.export(catalogue, tmp_path / name, sync=False)
        assert [record.fields[0].data for record in bulkmarc.MARCReader(tmp_path / name)] == expected, name
    with catalogue.open("rb") as file:
        assert [record.fields[0].data for record in bulkmarc.MARCReader(file)] == expected
    assert bulkmarc.MARCReader([tmp_path / "a.xml", tmp_path / "a.mrk"]).__next__().input.endswith("a.xml")


def test_errors_come_when_they_are_met(catalogue: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(bulkmarc.MARCReader(tmp_path / "missing.mrc"))
    with pytest.raises(TypeError, match="expected a path"):
        bulkmarc.MARCReader(iter([]))

    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ZeroDivisionError

    reader = bulkmarc.MARCReader(Broken())
    with pytest.raises(ZeroDivisionError):
        next(reader)


def test_several_threads_share_a_reader(catalogue: Path) -> None:
    reader = bulkmarc.MARCReader(catalogue, batch_size=4096)
    batches: list[int] = []

    def consume() -> None:
        for records in reader._native:
            batches.extend(record.number for record in records)

    threads = [threading.Thread(target=consume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(batches) == list(range(1, RECORDS + 1))


def test_a_process_ends_in_the_middle_of_a_file(catalogue: Path) -> None:
    program = f"import bulkmarc; reader = bulkmarc.MARCReader({str(catalogue)!r}); print(next(reader).number)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("1\n", "")
