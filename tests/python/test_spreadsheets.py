"""openpyxl and LibreOffice as witnesses: spreadsheets have the cells that the rows have."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import bulkmarc

openpyxl = pytest.importorskip("openpyxl")

COLUMNS = "id=001,title=245$a,all[]=500$a"
LONGEST = 32_767

# What spreadsheets are tempted to take for something else, or to lose.
PLAIN = ["plain", " blanks ", "Über", "e\u0301", "\u4e2d", "\U0001d11e", "line\nbreak", 'a "quote", <&>', "'a", "a\tb"]
LIKE_VALUES = ["00012", "9783161484100", "1999-12-31", "TRUE", "1e5", "1/2", "#REF!"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org","a")', "\uff1d1+1"]
ESCAPED = ["_x0041_", "a\x01b"]
LONG = "y" * (LONGEST + 5)
CUT = "y" * (LONGEST - 1) + "\u2026"


@pytest.fixture(scope="module")
def titles() -> bytes:
    """A record for each of these texts, which is its title and twice in its notes."""
    lines = []
    for number, text in enumerate([*PLAIN, *LIKE_VALUES, *FORMULAS, *ESCAPED, LONG], 1):
        notes = [{"500": {"ind1": " ", "ind2": " ", "subfields": [{"a": text}]}}] * 2
        title = {"245": {"ind1": "1", "ind2": "0", "subfields": [{"a": text}]}}
        record = {"leader": "00000nam a2200000 a 4500", "fields": [{"001": f"{number:06}"}, title, *notes]}
        lines.append(json.dumps(record))
    return "\n".join(lines).encode()


def converted(source: Path, *options: str) -> list[list[str]]:
    """The rows that LibreOffice finds in a file."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    folder = source.parent / "converted"
    # Commas, quotes, UTF-8, from line 1, all cells as they are and not as they look, all sheets.
    to_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    profile = f"-env:UserInstallation=file://{source.parent}/profile"
    subprocess.run(
        [office, profile, "--headless", *options, "--convert-to", to_csv, "--outdir", folder, source],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (path,) = folder.iterdir()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_libreoffice_reads_the_workbook(titles: bytes, tmp_path: Path) -> None:
    path = tmp_path / "titles.xlsx"
    report = bulkmarc.export(titles, path, columns=COLUMNS)
    assert [(finding.code, finding.record) for finding in report.repairs] == [("cell_too_long", report.records_read)]
    rows = converted(path)
    assert rows[0] == ["record_number", "id", "title", "all"]
    texts = [*PLAIN, *LIKE_VALUES, *FORMULAS, *ESCAPED]
    for number, (row, text) in enumerate(zip(rows[1:-1], texts, strict=True), 1):
        assert row == [str(number), f"{number:06}", text, f"{text}; {text}"]
    assert rows[-1][2:] == [CUT, CUT]


def test_libreoffice_reads_the_csv_for_excel(titles: bytes, tmp_path: Path) -> None:
    path = tmp_path / "titles.csv"
    report = bulkmarc.export(titles, path, columns=COLUMNS, for_="excel")
    assert [finding.code for finding in report.repairs] == ["cell_too_long"]
    rows = converted(path, "--infilter=CSV:44,34,76,1")
    assert rows[0] == ["record_number", "id", "title", "all"]
    texts = dict(enumerate([*PLAIN, *LIKE_VALUES, *FORMULAS, *ESCAPED], 1))
    for number, text in texts.items():
        if text not in LIKE_VALUES:  # What looks like a number becomes one: that is what xlsx is for.
            guard = "'" if text in FORMULAS else ""
            assert rows[number][2:] == [guard + text, f"{guard}{text}; {text}"]
    assert rows[-1][2:] == [CUT, CUT]


def cell_of(value: Any) -> Any:
    """What the cell of a value in JSON is."""
    if isinstance(value, list):
        return "; ".join(value) or None
    return None if value == "" else value


def json_of(cell: Any) -> Any:
    """A cell, with dates as they are in JSON."""
    return cell.isoformat().removesuffix("T00:00:00") if isinstance(cell, datetime) else cell


def test_openpyxl_reads_types_panes_and_widths(catalogue: Path, tmp_path: Path) -> None:
    path = tmp_path / "records.xlsx"
    assert bulkmarc.export(catalogue, path, limit=500).format == "xlsx"
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows(values_only=True))
    names = rows[0]
    expected = bulkmarc.export(catalogue, None, format="ndjson", table="records", limit=500).data
    assert expected is not None
    for row, line in zip(rows[1:], expected.splitlines(), strict=True):
        record = json.loads(line)
        assert names == tuple(record)
        assert [json_of(cell) for cell in row] == [cell_of(value) for value in record.values()]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert all(cell.font.bold for cell in sheet[1])
    assert not any(cell.font.bold for cell in sheet[2])
    widths = [dimension.width for dimension in sheet.column_dimensions.values()]
    assert len(widths) == len(names)
    assert all(8 <= width <= 61 for width in widths)
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_workbook_is_the_same_for_any_number_of_threads(catalogue: Path) -> None:
    one, many = (bulkmarc.export(catalogue, None, format="xlsx", threads=n, batch_size=n * 4096).data for n in (1, 4))
    assert one == many


def test_only_a_spreadsheet_is_for_excel(catalogue: Path) -> None:
    with pytest.raises(bulkmarc.OptionsError, match="csv"):
        bulkmarc.export(catalogue, None, format="ndjson", table="records", for_="excel")
    with pytest.raises(bulkmarc.OptionsError, match="for_: unknown name 'word': expected excel"):
        bulkmarc.export(catalogue, None, format="csv", for_="word")
