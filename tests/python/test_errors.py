"""What stops a run, as exceptions."""

from __future__ import annotations

import errno
import os
import pickle
import signal
import threading
from pathlib import Path

import pytest

import bulkmarc


def test_an_error_with_an_errno_is_an_oserror(tmp_path: Path) -> None:
    missing = tmp_path / "missing.mrc"
    with pytest.raises(bulkmarc.InputError) as caught:
        bulkmarc.check(missing)
    error = caught.value
    assert isinstance(error, FileNotFoundError)
    assert (error.code, error.path, error.os_error) == ("input_open", str(missing), errno.ENOENT)
    assert (error.errno, error.filename) == (errno.ENOENT, str(missing))
    assert str(error) == f"{missing}: can't be opened: {os.strerror(errno.ENOENT)}"
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)


def test_errors_have_their_classes(catalogue: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.xml"
    target.write_bytes(b"old")
    with pytest.raises(bulkmarc.OutputError) as caught:
        bulkmarc.export(catalogue, target, no_clobber=True)
    assert caught.value.code == "target_exists"
    assert not isinstance(caught.value, OSError)
    with pytest.raises(bulkmarc.OutputError) as caught:
        bulkmarc.export(catalogue, tmp_path / "nowhere" / "a.xml")
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(bulkmarc.OutputError) as caught:
        bulkmarc.export(catalogue, catalogue, format="marcxml")
    assert caught.value.code == "target_is_input"
    with pytest.raises(bulkmarc.InputError) as caught_input:
        bulkmarc.check(b"nothing of that kind")
    assert caught_input.value.code == "not_marc"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "pdf"}, "format: unknown name 'pdf': expected one of mrc, marcxml"),
        ({"backend": "fast"}, "backend: unknown name 'fast': expected one of auto, mapped"),
        ({"compression": "rar"}, "compression: unknown name 'rar'"),
        ({"table": "chairs", "format": "csv"}, "table: unknown name 'chairs'"),
        ({"table": "records"}, "table: marcxml holds whole records"),
        ({"table": "records", "columns": "a=001", "format": "csv"}, "columns: excludes table"),
        ({"where": "{"}, "where"),
        ({"threads": -1}, "threads"),
        ({"resume": True}, "resume: needs split_records or split_size"),
        ({"from_": "pdf"}, "from_: unknown name 'pdf'"),
        ({"unique": "any"}, "unique: unknown name 'any': expected one of first, last"),
        ({"charset": "utf-7"}, "there is no character set 'utf-7'"),
    ],
)
def test_options_that_can_not_be_used(
    catalogue: Path, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(bulkmarc.OptionsError) as caught:
        bulkmarc.export(catalogue, tmp_path / "a.xml", **options)  # type: ignore[arg-type]
    assert caught.value.code == "invalid_options"
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("name", "value"), [("limit", -1), ("limit", "9"), ("strict", "no"), ("where", 3), ("ids", [3])]
)
def test_options_of_the_wrong_type(catalogue: Path, name: str, value: object) -> None:
    with pytest.raises(TypeError, match=name):
        bulkmarc.check(catalogue, **{name: value})  # type: ignore[arg-type]


def test_options_of_other_functions(catalogue: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.xml"
    for call, option in (
        (lambda **given: bulkmarc.export(catalogue, target, **given), "lmit"),
        (lambda **given: bulkmarc.export([], target, **given), "lmit"),
        (lambda **given: bulkmarc.MARCWriter(target, **given), "lmit"),
        (lambda **given: bulkmarc.check(catalogue, **given), "sync"),
        (lambda **given: bulkmarc.MARCReader(catalogue, **given), "format"),
        (lambda **given: bulkmarc.rows(catalogue, **given), "stop"),
        (lambda **given: bulkmarc.export(catalogue, target, **given), "avram"),
        (lambda **given: bulkmarc.diff(catalogue, catalogue, **given), "format"),
        (lambda **given: bulkmarc.count(catalogue, "245$a", **given), "format"),
    ):
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{option}'"):
            call(**{option: None})
    assert os.listdir(tmp_path) == []


def test_a_target_without_a_name_needs_a_format(catalogue: Path, tmp_path: Path) -> None:
    with pytest.raises(bulkmarc.OptionsError, match="the target has no name; choose a format"):
        bulkmarc.export(catalogue, None)
    with pytest.raises(bulkmarc.OptionsError, match="the extension is not that of a format; choose a format"):
        bulkmarc.export(catalogue, tmp_path / "a.pdf")


def waiting_source(tmp_path: Path) -> Path:
    """A pipe that somebody has open and nobody writes to."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_keyboard_interrupt_ends_a_run_that_waits(tmp_path: Path) -> None:
    pipe = waiting_source(tmp_path)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        bulkmarc.export(pipe, tmp_path / "a.xml")
    assert os.listdir(tmp_path) == ["pipe"]


def test_an_event_stops_a_run(tmp_path: Path) -> None:
    pipe = waiting_source(tmp_path)
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(bulkmarc.Cancelled) as caught:
        bulkmarc.export(pipe, tmp_path / "a.xml", stop=stop)
    assert caught.value.code == "cancelled"
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(catalogue: Path) -> None:
    with pytest.raises(bulkmarc.OutputError) as caught:
        bulkmarc.export(catalogue, "/dev/full", format="marcxml")
    assert isinstance(caught.value, OSError)
    assert caught.value.errno == errno.ENOSPC
