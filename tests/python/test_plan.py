"""A catalogue in ranges."""

from __future__ import annotations

import json
import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import plain_marc
import pyarrow
import pytest
from conftest import RECORDS, command

import bulkmarc
from bulkmarc import _native


@pytest.fixture
def plan(catalogue: Path) -> bulkmarc.Plan:
    """The catalogue in some ranges."""
    made = bulkmarc.plan(catalogue, range_size=4 << 20)
    assert len(made) > 2
    return made


def test_a_plan_is_that_of_the_command(catalogue: Path, plan: bulkmarc.Plan, tmp_path: Path) -> None:
    command("plan", catalogue, "--range-size", "4M", "-o", tmp_path / "plan.json", "-q")
    theirs = (tmp_path / "plan.json").read_text()
    assert plan.to_json() == str(plan) == theirs
    for copy in (bulkmarc.Plan.from_json(theirs), pickle.loads(pickle.dumps(plan))):
        assert copy == plan
        assert hash(copy) == hash(plan)
        assert copy.to_json() == theirs
    assert (plan.id, plan.inputs, plan.charset) == (json.loads(theirs)["plan"], [str(catalogue)], "")
    assert repr(plan) == f"Plan(id={plan.id!r}, records={RECORDS}, ranges={len(plan.ranges)})"


def test_ranges_divide_the_catalogue(catalogue: Path, plan: bulkmarc.Plan) -> None:
    assert plan.records == sum(one.records for one in plan) == RECORDS
    assert sum(one.bytes for one in plan) == catalogue.stat().st_size
    assert [one.number for one in plan] == list(range(1, len(plan) + 1))
    assert plan.range(2).first_record == plan.range(1).records + 1
    assert pickle.loads(pickle.dumps(plan.range(2))) == plan.range(2) != plan.range(1)
    for number in (0, len(plan) + 1):
        with pytest.raises(IndexError, match=f"and no range {number}"):
            plan.range(number)


@pytest.mark.parametrize(
    ("name", "options"), [("a.xml", {}), ("a.csv", {"table": "subfields"}), ("a.mrc", {"skip": 7})]
)
def test_ranges_become_the_file_of_one_export(
    catalogue: Path, plan: bulkmarc.Plan, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    (tmp_path / "set").mkdir()
    text = plan.to_json()

    def export(number: int) -> str:
        own = bulkmarc.Plan.from_json(text)
        return bulkmarc.export_range(own, number, tmp_path / "set" / name, threads=1, **options).to_json()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(export, range(len(plan), 0, -1)))
    pieces = [bulkmarc.Piece.from_json(result) for result in results]
    report = bulkmarc.commit(plan, pieces, join=tmp_path / name, sync=False)
    whole = bulkmarc.export(catalogue, None, format=name[2:].replace("xml", "marcxml"), **options)
    assert (tmp_path / name).read_bytes() == whole.data
    assert report.records_read == RECORDS
    assert report.records_exported == whole.records_exported
    assert report.records_read == report.records_exported + report.records_selected_out
    assert bulkmarc.commit(plan, pieces, join=tmp_path / name).records_read == RECORDS


def test_ranges_become_parts(catalogue: Path, plan: bulkmarc.Plan, tmp_path: Path) -> None:
    output = tmp_path / "records.parquet"
    for one in plan:
        result = tmp_path / f"{one.number}.json"
        piece = bulkmarc.export_range(plan, one.number, output, attempt="first", result=result, table="records")
        assert (piece.range, piece.attempt, piece.output) == (one.number, "first", str(output))
        assert piece.report.records_exported == one.records
        assert Path(piece.pending).exists()
        assert bulkmarc.Piece.read(result) == piece == pickle.loads(pickle.dumps(piece))
        assert repr(piece) == f"Piece(range={one.number}, attempt='first', pending={piece.pending!r})"
    assert not list(tmp_path.glob("*.parquet"))
    report = bulkmarc.commit(plan, [tmp_path / f"{one.number}.json" for one in plan])
    assert (report.parts, report.records_exported) == (len(plan), RECORDS)
    tables = [pyarrow.parquet.read_table(part) for part in sorted(tmp_path.glob("*.parquet"))]
    bulkmarc.export(catalogue, tmp_path / "one.pqt", format="parquet")
    whole = pyarrow.parquet.read_table(tmp_path / "one.pqt")
    assert pyarrow.concat_tables(tables).combine_chunks() == whole.combine_chunks()


def test_a_range_is_a_source(catalogue: Path, plan: bulkmarc.Plan) -> None:
    whole = pyarrow.table(bulkmarc.rows(catalogue, columns="id=001"))
    assert pyarrow.concat_tables(pyarrow.table(bulkmarc.rows(one, columns="id=001")) for one in plan) == whole
    rows = bulkmarc.rows(plan.range(2))
    assert pyarrow.table(rows) == pyarrow.table(rows)
    second = plan.range(2)
    records = list(bulkmarc.MARCReader(second))
    assert (records[0].number, len(records)) == (second.first_record, second.records)
    assert records[0].input == str(catalogue)
    assert bulkmarc.check(second).records_read == second.records
    data = b"".join(bulkmarc.export(one, None, format="mrc").data or b"" for one in plan)
    assert data == catalogue.read_bytes()
    counted = [bulkmarc.count(one, "LDR/6", top=None)["LDR/6"].records for one in plan]
    assert sum(counted) == bulkmarc.count(catalogue, "LDR/6")["LDR/6"].records
    found = bulkmarc.diff(second, catalogue).diff
    assert found is not None
    assert (found.added, found.unchanged) == (RECORDS - second.records, second.records)


def test_a_range_has_the_character_set_of_its_plan(catalogue: Path, tmp_path: Path) -> None:
    record = next(plain_marc.read(catalogue.read_bytes()))
    latin1 = tmp_path / "latin1.mrc"
    latin1.write_bytes((record[:9] + b" " + record[10:]).replace(b"American", b"Am\xe9rican"))
    plan = bulkmarc.plan([latin1], charset="latin1")
    assert plan.charset == "latin1"
    expected = bulkmarc.export(latin1, None, format="mrc", charset="latin1").data
    assert expected is not None
    assert "Am\u00e9rican".encode() in expected
    assert bulkmarc.export(plan.range(1), None, format="mrc").data == expected
    piece = bulkmarc.export_range(plan, 1, tmp_path / "a.mrc")
    assert Path(piece.pending).read_bytes() == expected
    as_they_are = bulkmarc.export(plan.range(1), None, format="mrc", to_utf8=False).data
    assert as_they_are == latin1.read_bytes()


def test_what_is_about_a_whole_catalogue_is_refused(catalogue: Path, plan: bulkmarc.Plan, tmp_path: Path) -> None:
    target = tmp_path / "a.xml"
    options: dict[str, Any]
    for options in ({"limit": 1}, {"sample": 1}, {"unique": "first"}, {"ids": ["1"]}):
        with pytest.raises(bulkmarc.OptionsError):
            bulkmarc.export_range(plan, 1, target, **options)
    for options in ({"from_": "mrc"}, {"charset": "latin1"}, {"keep_going": True}):
        with pytest.raises(bulkmarc.OptionsError, match="a plan tells the inputs of its ranges"):
            bulkmarc.export(plan.range(1), target, **options)
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            bulkmarc.export_range(plan, 1, target, **options)
    for options in ({"split_records": 1}, {"resume": True}, {"rules": True}):
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            bulkmarc.export_range(plan, 1, target, **options)
    with pytest.raises(bulkmarc.OptionsError, match="a piece needs a path"):
        bulkmarc.export_range(plan, 1, None, format="mrc")  # type: ignore[arg-type]
    with pytest.raises(bulkmarc.OptionsError, match="no range 99"):
        bulkmarc.export_range(plan, 99, target)
    with pytest.raises(TypeError, match="the inputs of a plan are paths"):
        bulkmarc.plan([catalogue.open("rb")])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="a range of a plan is a source of its own"):
        bulkmarc.export([plan.range(1), catalogue], target)
    assert bulkmarc.abort(target) == 0
    assert os.listdir(tmp_path) == []


def test_a_commit_needs_all_pieces_and_an_abort_removes_them(plan: bulkmarc.Plan, tmp_path: Path) -> None:
    output = tmp_path / "a.mrk"
    output.write_bytes(b"old")
    pieces = [bulkmarc.export_range(plan, one.number, output) for one in plan]
    for results in (pieces[1:], [*pieces, pieces[0]], []):
        with pytest.raises(bulkmarc.Error) as caught:
            bulkmarc.commit(plan, results, join=output)
        assert caught.value.code == "plan_mismatch"
    with Path(pieces[0].pending).open("r+b") as file:
        file.write(b"x")
    with pytest.raises(bulkmarc.Error, match="00001"):
        bulkmarc.commit(plan, pieces, join=output)
    with pytest.raises(FileNotFoundError):
        bulkmarc.commit(plan, [tmp_path / "none.json"])
    assert bulkmarc.abort(output) == 2 * len(plan)
    assert bulkmarc.abort(str(output)) == 0
    assert output.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.mrk"]


def test_what_is_no_plan_and_what_has_changed_is_told(catalogue: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mrc"
    copy.write_bytes(catalogue.read_bytes())
    plan = bulkmarc.plan([copy])
    for text in ("", "{}", plan.to_json().replace(f'"records": {RECORDS}', '"records": 1')):
        for parse in (bulkmarc.Plan.from_json, bulkmarc.Piece.from_json):
            with pytest.raises(bulkmarc.Error) as caught:
                parse(text)
            assert caught.value.code == "plan_mismatch"
    copy.write_bytes(catalogue.read_bytes()[:-1])
    for call in (
        lambda: bulkmarc.check(plan.range(1)),
        lambda: list(bulkmarc.MARCReader(plan.range(1))),
        lambda: bulkmarc.export_range(plan, 1, tmp_path / "a.xml"),
    ):
        with pytest.raises(bulkmarc.Error) as caught:
            call()
        assert caught.value.code == "plan_mismatch"
    with pytest.raises(FileNotFoundError):
        bulkmarc.plan(tmp_path / "none.mrc")


def test_plans_and_ranges_are_watched_and_ended(catalogue: Path, plan: bulkmarc.Plan, tmp_path: Path) -> None:
    output = tmp_path / "a.xml"
    stop = _native.Stop()  # What an event is after it was asked.
    stop.set()
    interrupt = {"progress": lambda _: signal.raise_signal(signal.SIGINT)}
    options: dict[str, Any]
    for options, error in (
        ({"progress": lambda _: 1 / 0}, ZeroDivisionError),
        (interrupt, KeyboardInterrupt),
    ):
        with pytest.raises(error):
            bulkmarc.plan(catalogue, **options)
        with pytest.raises(error):
            bulkmarc.export_range(plan, 1, output, **options)
    pieces = [bulkmarc.export_range(plan, one.number, output) for one in plan]
    for call in (
        lambda: bulkmarc.plan(catalogue, stop=stop),
        lambda: bulkmarc.export_range(plan, 1, output, stop=stop),
        lambda: bulkmarc.commit(plan, pieces, join=output, stop=stop),
    ):
        with pytest.raises(bulkmarc.Cancelled):
            call()
    assert not output.exists()
    assert bulkmarc.commit(plan, pieces, join=output).records_exported == RECORDS
