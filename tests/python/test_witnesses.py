"""pymarc and mrrc as witnesses: what bulkmarc writes, they read; what they have, bulkmarc writes."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from conftest import REAL

import bulkmarc

pymarc = pytest.importorskip("pymarc")
mrrc = pytest.importorskip("mrrc")
rmarc = pytest.importorskip("rmarc")


def pymarc_records(data: bytes, module: Any = pymarc) -> list[Any]:
    records = list(module.MARCReader(io.BytesIO(data), to_unicode=True, force_utf8=True))
    assert None not in records
    return records


def shape(record: Any) -> list[Any]:
    """Leader, without lengths, and fields."""
    return [str(record.leader)[5:12] + str(record.leader)[17:]] + [
        (f.tag, f.data) if f.tag.startswith("00") else (f.tag, tuple(f.indicators), [tuple(s) for s in f.subfields])
        for f in record.fields
    ]


def test_pymarc_reads_what_is_written(real: Path) -> None:
    utf8 = bulkmarc.export(real, None, format="mrc", to_utf8=True).data
    assert utf8 is not None
    ours = list(bulkmarc.MARCReader(real))
    theirs = pymarc_records(utf8)
    assert [shape(record) for record in ours] == [shape(record) for record in theirs]
    xml = bulkmarc.export(real, None, format="marcxml").data
    assert xml is not None
    from_xml = pymarc.parse_xml_to_array(io.BytesIO(xml))
    assert [shape(record)[1:] for record in from_xml] == [shape(record)[1:] for record in theirs]


@pytest.mark.parametrize("module", [pymarc, rmarc], ids=["pymarc", "rmarc"])
def test_records_of_pymarc_and_rmarc_are_written(real: Path, module: Any) -> None:
    utf8 = bulkmarc.export(real, None, format="mrc", to_utf8=True).data
    assert utf8 is not None
    for format in ("mrc", "marcxml", "ndjson"):
        expected = bulkmarc.export(utf8, None, format=format).data
        assert bulkmarc.export(pymarc_records(utf8, module), None, format=format).data == expected


def test_records_of_mrrc_are_written(real: Path, tmp_path: Path) -> None:
    source = tmp_path / "utf8.mrc"
    bulkmarc.export(real, source, to_utf8=True)
    records = list(mrrc.MARCReader(str(source)))
    expected = bulkmarc.export(source, None, format="marcxml").data
    assert bulkmarc.export(records, None, format="marcxml").data == expected


def test_mrrc_reads_what_is_written(real: Path, tmp_path: Path) -> None:
    target = tmp_path / "utf8.mrc"
    bulkmarc.export(real, target, to_utf8=True)
    ours = [(r.control_number, r["245"].value() if "245" in r else None) for r in bulkmarc.MARCReader(real)]
    theirs = [
        (r.control_field("001"), r.get("245").value() if r.get("245") else None) for r in mrrc.MARCReader(str(target))
    ]
    assert [number for number, _ in ours] == [number for number, _ in theirs]
    assert [title for _, title in ours] == [title for _, title in theirs]


def test_edit_with_pymarc_dump_with_bulkmarc() -> None:
    source = REAL / "loc-bibliographic.mrc"
    with bulkmarc.MARCWriter(target := io.BytesIO(), "mrk") as writer:
        for record in bulkmarc.MARCReader(source):
            edited = pymarc.Record(data=record.as_marc())
            edited.remove_fields("9..", "650")
            writer.write(edited)
    assert b"=650" not in target.getvalue()
    assert target.getvalue().count(b"=LDR") == len(list(bulkmarc.MARCReader(source)))


def test_python_composes_characters_alike() -> None:
    """Every character that this Python knows, between others that it may combine with."""
    known = [c for c in map(chr, range(0x20, 0x110000)) if unicodedata.category(c) not in ("Cs", "Cn", "Co")]
    texts = [f"{c}\u0323\u0301 a{c}\u0327 \u1100{c}\u11a8" for c in known]

    class Field:
        tag, indicators = "500", "  "

        def __init__(self, texts: list[str]) -> None:
            self.subfields = [("a", text) for text in texts]

    class Record:
        leader = "00000nam a2200000 i 4500"

        def __init__(self, texts: list[str]) -> None:
            self.fields = [Field(texts)]

    records = [Record(texts[at : at + 1000]) for at in range(0, len(texts), 1000)]
    data = bulkmarc.export(records, None, format="ndjson", nfc=True).data
    assert data is not None
    read = [value for record in bulkmarc.MARCReader(data) for _, value in record["500"].subfields]
    assert read == [unicodedata.normalize("NFC", text) for text in texts]
