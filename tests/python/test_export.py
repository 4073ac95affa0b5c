"""export() and check(): sources, targets and options."""

from __future__ import annotations

import gzip
import io
import json
import mmap
import socket
import threading
from pathlib import Path

import plain_marc
import pyarrow
import pytest
from conftest import RECORDS, command

import bulkmarc


def test_a_path_is_exported_as_the_command_does(catalogue: Path, tmp_path: Path) -> None:
    for name in ("a.xml", "a.json", "a.ndjson", "a.mrk", "a.csv", "a.tsv", "a.copy", "a.mrc", "a.xml.zst"):
        ours, theirs = tmp_path / f"ours-{name}", tmp_path / f"theirs-{name}"
        report = bulkmarc.export(str(catalogue), ours)
        command("export", catalogue, "-o", theirs, "-q")
        assert ours.read_bytes() == theirs.read_bytes(), name
        assert report.records_exported == RECORDS
        assert report.output == str(ours)


def test_sources_of_all_kinds_give_the_same(catalogue: Path, marcxml: bytes, tmp_path: Path) -> None:
    records = catalogue.read_bytes()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "catalogue.mrc.gz").write_bytes(gzip.compress(records, 1))
    with catalogue.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        sources = {
            "path": catalogue,
            "str": str(catalogue),
            "folder": folder,
            "bytes": records,
            "bytearray": bytearray(records),
            "memoryview": memoryview(records),
            "memoryview of integers": memoryview(records[: len(records) // 4 * 4]).cast("I"),
            "mmap": mapped,
            "compressed bytes": gzip.compress(records, 1),
            "file": file,
            "BytesIO": io.BytesIO(records),
            "raw file": io.FileIO(str(catalogue)),
            "reader": bulkmarc.MARCReader(catalogue),
            "MARCXML": marcxml,
        }
        for name, source in sources.items():
            report = bulkmarc.export(source, None, format="marcxml")
            if name == "memoryview of integers":
                assert report.records_read == RECORDS  # The last one may have been cut.
            else:
                assert report.data == marcxml, name
            del source
        sources.clear()


def test_lists_are_of_inputs_or_of_records(catalogue: Path) -> None:
    records = catalogue.read_bytes()
    mixed = [catalogue, bytearray(records), io.BytesIO(records)]
    assert bulkmarc.check(mixed).records_read == 3 * RECORDS
    assert bulkmarc.check([records[:5000], records[5000:]]).records_read == RECORDS  # Bytes of ISO 2709.
    with pytest.raises(TypeError, match="expected one kind"):
        bulkmarc.check([catalogue, object()])
    with pytest.raises(TypeError, match="expected a path, bytes"):
        bulkmarc.check(3)


def test_file_objects_are_read_and_written_in_blocks(catalogue: Path, marcxml: bytes) -> None:
    class Source:
        def __init__(self) -> None:
            self._file = io.BytesIO(catalogue.read_bytes())
            self.threads: set[int] = set()

        def read(self, size: int) -> bytes:
            self.threads.add(threading.get_ident())
            return self._file.read(min(size, 1000))

    class Target:
        def __init__(self) -> None:
            self.blocks: list[bytes] = []
            self.threads: set[int] = set()

        def write(self, block: bytes) -> int:
            self.threads.add(threading.get_ident())
            self.blocks.append(block[:100_000])
            return min(len(block), 100_000)  # As a raw file may.

    source, target = Source(), Target()
    bulkmarc.export(source, target, format="marcxml")
    assert b"".join(target.blocks) == marcxml
    assert source.threads == target.threads == {threading.get_ident()}

    blocks: list[bytes] = []

    class Whole:
        write = staticmethod(blocks.append)

    bulkmarc.export(catalogue, Whole(), format="marcxml")
    assert b"".join(blocks) == marcxml
    assert max(map(len, blocks)) <= 1 << 20
    assert len(blocks) < len(marcxml) / (1 << 18)


def test_a_socket_is_written_to(catalogue: Path, marcxml: bytes) -> None:
    ours, theirs = socket.socketpair()
    received: list[bytes] = []

    def receive() -> None:
        while block := theirs.recv(1 << 16):
            received.append(block)

    thread = threading.Thread(target=receive)
    thread.start()
    with ours, ours.makefile("wb") as file:
        bulkmarc.export(catalogue, file, format="marcxml")
    thread.join()
    theirs.close()
    assert b"".join(received) == marcxml


def test_text_files_are_refused() -> None:
    with pytest.raises(TypeError, match="open it with 'rb'"):
        bulkmarc.check(io.StringIO())
    with pytest.raises(TypeError, match="open it with 'wb'"):
        bulkmarc.export(b"", io.StringIO(), format="mrk")

    class Text:
        def read(self, size: int) -> str:
            return "text"

    with pytest.raises(TypeError, match=r"read\(\) returned str: expected bytes"):
        bulkmarc.check(Text())


def test_options_are_those_of_the_command(catalogue: Path, tmp_path: Path) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("000000000007\n\n000000000009\nnobody\n")
    cases: list[tuple[dict[str, object], list[str]]] = [
        ({"where": r"{LDR/6=\a}", "drop_fields": "9.."}, ["--where", r"{LDR/6=\a}", "--drop-fields", "9.."]),
        ({"skip": 10, "limit": 20, "fields": "001,245$a"}, ["--skip", "10", "--limit", "20", "--fields", "001,245$a"]),
        ({"sample": 30, "seed": 5}, ["--sample", "30", "--seed", "5"]),
        ({"unique": "first", "skip": 3, "limit": 20}, ["--unique", "first", "--skip", "3", "--limit", "20"]),
        ({"charset": "latin1", "limit": 500}, ["--charset", "latin1", "--limit", "500"]),
        ({"ids": ids}, ["--ids", str(ids)]),
        (
            {"columns": "id=001,subjects[]=650$a", "separator": " | "},
            ["--columns", "id=001,subjects[]=650$a", "--separator", " | "],
        ),
        (
            {"columns": "topics[]=650($a$x),web:bool=856", "subfield_separator": ", ", "record_number": False},
            ["--columns", "topics[]=650($a$x),web:bool=856", "--subfield-separator", ", ", "--no-record-number"],
        ),
        ({"table": "subfields", "limit": 9}, ["--table", "subfields", "--limit", "9"]),
        ({"table": "records", "for_": "excel"}, ["--for", "excel"]),
        (
            {"table": "fields", "provenance": True, "load_id": "7"},
            ["--table", "fields", "--provenance", "--load-id", "7"],
        ),
        ({"table": "documents:marcxml", "limit": 9}, ["--table", "documents:marcxml", "--limit", "9"]),
        (
            {"threads": 1, "batch_size": 4096, "backend": "stream", "sync": False},
            ["--threads", "1", "--batch-size", "4K", "--backend", "stream", "--no-sync"],
        ),
        ({"strict": True, "max_findings": 1, "keep_going": True}, ["--strict", "--max-findings", "1", "--keep-going"]),
        ({"from_": "mrc", "to_utf8": True, "statistics": False}, ["--from", "mrc", "--to-utf8"]),
    ]
    for options, arguments in cases:
        name = "ours.csv" if {"columns", "table"} & options.keys() else "ours.mrk"
        report_file = tmp_path / "report.json"
        report = bulkmarc.export(catalogue, tmp_path / name, report=report_file, **options)  # type: ignore[arg-type]
        theirs = tmp_path / name.replace("ours", "theirs")
        command("export", catalogue, "-o", theirs, "-q", *arguments)
        assert (tmp_path / name).read_bytes() == theirs.read_bytes(), options
        assert json.loads(report_file.read_text())["records_exported"] == report.records_exported
    assert bulkmarc.check(catalogue, ids=["000000000007", "nobody"]).missing_ids == ["nobody"]


@pytest.mark.parametrize("which", ["first", "last"])
def test_of_records_with_one_control_number_one_is_taken(catalogue: Path, tmp_path: Path, which: str) -> None:
    records = list(plain_marc.read(catalogue.read_bytes()))[:50]
    twice = tmp_path / "twice.mrc"
    twice.write_bytes(b"".join(records + records[10:20]))
    report = bulkmarc.export(twice, tmp_path / "ours.mrc", unique=which, threads=2, batch_size=4096)
    assert (report.records_exported, report.records_selected_out, report.records_duplicate) == (50, 10, 10)
    assert [finding.record for finding in report.duplicates] == list(
        range(51, 61) if which == "first" else range(11, 21)
    )
    command("export", twice, "-o", tmp_path / "theirs.mrc", "--unique", which, "-q")
    assert (tmp_path / "ours.mrc").read_bytes() == (tmp_path / "theirs.mrc").read_bytes()
    assert [record.number for record in bulkmarc.MARCReader(twice, unique=which)] == [
        number for number in range(1, 61) if number not in {finding.record for finding in report.duplicates}
    ]
    assert pyarrow.table(bulkmarc.rows(twice, unique=which)).num_rows == 50
    assert bulkmarc.check(twice).records_duplicate == 10


def test_a_character_set_is_that_of_the_command(catalogue: Path, tmp_path: Path) -> None:
    record = next(plain_marc.read(catalogue.read_bytes()))
    latin1 = tmp_path / "latin1.mrc"
    latin1.write_bytes((record[:9] + b" " + record[10:]).replace(b"American", b"Am\xe9rican"))
    assert b"Am\xe9rican" in latin1.read_bytes()
    bulkmarc.export(latin1, tmp_path / "ours.mrc", charset="latin1", strict=True)
    command("export", latin1, "-o", tmp_path / "theirs.mrc", "--charset", "latin1", "-q")
    ours = (tmp_path / "ours.mrc").read_bytes()
    assert ours == (tmp_path / "theirs.mrc").read_bytes()
    assert "Am\u00e9rican".encode() in ours
    assert chr(ours[9]) == "a"
    # Who asks for the bytes as they are gets them.
    as_they_are = bulkmarc.export(latin1, None, format="mrc", charset="latin1", to_utf8=False).data
    assert as_they_are == latin1.read_bytes()
    (read,) = bulkmarc.MARCReader(latin1, charset="LATIN1")
    assert "Am\u00e9rican" in read["245"]["a"]
    assert "Am\u00e9rican" in pyarrow.table(bulkmarc.rows(latin1, charset="latin1", columns="t=245$a"))["t"][0].as_py()
    with bulkmarc.MARCWriter(tmp_path / "written.mrc", charset="latin1") as writer:
        writer.write(latin1.read_bytes())
    assert (tmp_path / "written.mrc").read_bytes() == ours
    with pytest.raises(bulkmarc.OptionsError, match="'utf-7'"):
        bulkmarc.check(latin1, charset="utf-7")
    with pytest.raises(bulkmarc.InputError, match="only for mrc and mrk"):
        bulkmarc.check(b"<collection xmlns='http://www.loc.gov/MARC21/slim'/>", charset="latin1")


def test_a_check_knows_rules_and_schemas(catalogue: Path, tmp_path: Path) -> None:
    record = next(plain_marc.read(catalogue.read_bytes()))
    untitled = record.replace(b"245", b"246", 1)
    report = bulkmarc.check(untitled, rules=True)
    assert report.repairs_by_reason == {"missing": 1}
    assert bulkmarc.check(untitled).repairs == []
    assert bulkmarc.check(untitled, rules=True, strict=True).rejects_by_reason == {"missing": 1}
    assert bulkmarc.check([next(bulkmarc.MARCReader(untitled))], rules=True).repairs_by_reason == {"missing": 1}
    schema = tmp_path / "schema.json"
    schema.write_text('{"fields": {"001": {}, "245": {"subfields": {"b": {}}}}}')
    details = [finding.detail for finding in bulkmarc.check(record, avram=schema).repairs]
    assert "subfield a of field 245 is not defined" in details
    # The rules are in it, too.
    assert "missing" in bulkmarc.check(untitled, avram=str(schema), rules=True).repairs_by_reason
    assert bulkmarc.check(record, avram=schema, ids=catalogue).records_selected_out == 1
    with pytest.raises(bulkmarc.Error) as caught:
        bulkmarc.check(record, avram=schema, report=schema)
    assert caught.value.code == "target_is_input"
    with pytest.raises(FileNotFoundError):
        bulkmarc.check(record, avram=tmp_path / "none.json")
    schema.write_text('{"fields": {"245": {"subfields": {"ab": {}}}}}')
    with pytest.raises(bulkmarc.OptionsError, match=r"avram: .*/fields/245/subfields/ab: expected one character"):
        bulkmarc.check(record, avram=schema)
    with pytest.raises(TypeError, match="unexpected keyword argument 'rules'"):
        bulkmarc.export(record, tmp_path / "a.xml", rules=True)  # type: ignore[call-arg]


def test_parts_and_rejects(catalogue: Path, tmp_path: Path) -> None:
    report = bulkmarc.export(catalogue, tmp_path / "a.mrc", split_records=6000)
    assert report.parts == 2
    assert len(list(tmp_path.iterdir())) == 3
    cut = catalogue.read_bytes()[:5000]
    rejects = tmp_path / "rejects.mrc"
    report = bulkmarc.export(cut, None, format="marcxml", rejects=rejects)
    assert report.status == "rejects"
    assert [finding.code for finding in report.rejects] == ["truncated"]
    assert cut.endswith(rejects.read_bytes())
    for options in ({"split_records": 5}, {"no_clobber": True}):
        with pytest.raises(bulkmarc.OptionsError, match="needs a path"):
            bulkmarc.export(catalogue, io.BytesIO(), format="mrk", **options)  # type: ignore[arg-type]


def test_a_check_counts_and_writes_nothing(catalogue: Path, tmp_path: Path) -> None:
    report = bulkmarc.check(catalogue)
    assert report.statistics is not None
    assert report.statistics["records"] == RECORDS
    assert bulkmarc.check(catalogue, statistics=False).statistics is None
    assert bulkmarc.check(catalogue, columns="id=001").format == "csv"


def test_progress_is_told(catalogue: Path) -> None:
    seen: list[bulkmarc.Progress] = []
    bulkmarc.export(catalogue, None, format="marcxml", progress=seen.append)
    assert seen[-1].phase in ("measure", "serialize", "commit")
    assert 0 < seen[-1].records <= RECORDS
    assert seen[0].bytes_total == catalogue.stat().st_size
    assert "Progress(phase=" in repr(seen[-1])

    def fail(_: bulkmarc.Progress) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        bulkmarc.export(catalogue, None, format="marcxml", progress=fail)


def test_progress_true_shows_a_bar(catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    bulkmarc.export(catalogue, None, format="marcxml", progress=True)
    assert "records" in capsys.readouterr().err
