"""What differs between two catalogues."""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import threading
from pathlib import Path

import plain_marc
import pytest
from conftest import RECORDS, command

import bulkmarc


@pytest.fixture
def tuesday(catalogue: Path, tmp_path: Path) -> Path:
    """The catalogue, without its first five records, with others in its first title, backwards."""
    records = list(plain_marc.read(catalogue.read_bytes()))[5:]
    records[0] = records[0].replace(b"\x1fa", b"\x1fb", 1)
    added = records[1].replace(b"000000000007", b"00000000000x")
    path = tmp_path / "tuesday.mrc"
    path.write_bytes(b"".join([*reversed(records), added]))
    return path


def test_a_diff_is_that_of_the_command(catalogue: Path, tuesday: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    names = {"added": "added.xml.gz", "changed": "changed.mrk", "deleted": "deleted.txt"}
    report = bulkmarc.diff(catalogue, tuesday, **{name: ours / file for name, file in names.items()})
    arguments = [argument for name, file in names.items() for argument in (f"--{name}", theirs / file)]
    command("diff", catalogue, tuesday, *arguments, "-q")
    for file in names.values():
        assert (ours / file).read_bytes() == (theirs / file).read_bytes(), file
    found = report.diff
    assert found is not None
    assert (found.added, found.changed, found.unchanged, found.deleted) == (1, 1, RECORDS - 6, 5)
    assert report.records_exported == RECORDS - 4
    assert found.old_records.records_exported == RECORDS
    assert {name: output.records_exported for name, output in found.outputs.items()} == {
        "added": 1,
        "changed": 1,
        "deleted": 5,
    }
    assert found.outputs["added"].output == str(ours / "added.xml.gz")
    assert (ours / "deleted.txt").read_text().split() == [f"{number:012}" for number in range(1, 6)]
    assert json.loads(report.to_json())["diff"]["changed"] == 1
    assert "1 added, 1 changed" in str(report)
    assert pickle.loads(pickle.dumps(report)) == report


def test_a_diff_ignores_fields_and_selects(catalogue: Path, tuesday: Path) -> None:
    report = bulkmarc.diff(catalogue, tuesday, ignore_fields="01.,02.,03.,04.,05.,1..,2..", where=r"001=\000000000006")
    assert report.diff is not None
    assert (report.diff.unchanged, report.diff.changed, report.diff.outputs) == (1, 0, {})
    assert bulkmarc.check(catalogue).diff is None


def test_a_diff_takes_sources_of_all_kinds(catalogue: Path, tuesday: Path) -> None:
    with catalogue.open("rb") as file:
        report = bulkmarc.diff(file, bytearray(tuesday.read_bytes()))
    assert report.diff is not None
    assert report.diff.deleted == 5
    report = bulkmarc.diff(tuesday, [memoryview(tuesday.read_bytes()), io.BytesIO(tuesday.read_bytes())])
    assert report.diff is not None
    assert (report.diff.unchanged, report.records_duplicate) == (RECORDS - 4, RECORDS - 4)
    assert report.duplicates[0].code == "duplicate"
    assert report.records_read == report.records_exported + report.records_rejected + report.records_selected_out


def test_a_diff_that_fails_leaves_its_targets(catalogue: Path, tuesday: Path, tmp_path: Path) -> None:
    target = tmp_path / "added.mrc"
    target.write_bytes(b"old")
    with pytest.raises(bulkmarc.OptionsError, match=r"added: .*added.pdf: the extension is neither"):
        bulkmarc.diff(catalogue, tuesday, added=tmp_path / "added.pdf")
    with pytest.raises(FileNotFoundError):
        bulkmarc.diff(catalogue, tmp_path / "none.mrc", added=target)
    with pytest.raises(bulkmarc.OptionsError):
        bulkmarc.diff(catalogue, tuesday, limit=3)  # type: ignore[call-arg]
    with pytest.raises(bulkmarc.OutputError):
        bulkmarc.diff(catalogue, tuesday, added=target, no_clobber=True)
    with pytest.raises(TypeError, match="expected a path, bytes or a binary file object"):
        bulkmarc.diff(catalogue, bulkmarc.MARCReader(tuesday))  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        bulkmarc.diff(catalogue, tuesday, added=target, progress=lambda _: 1 / 0)
    assert target.read_bytes() == b"old"
    assert set(os.listdir(tmp_path)) == {"tuesday.mrc", "added.mrc"}


def test_a_keyboard_interrupt_ends_a_diff_and_a_count_that_wait(catalogue: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for call in (lambda: bulkmarc.diff(catalogue, pipe), lambda: bulkmarc.count(pipe, "LDR/6")):
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            call()
