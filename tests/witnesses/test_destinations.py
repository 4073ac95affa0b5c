"""The pages of docs/destinations/: what they show is what happens, and all engines give one answer to one question."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pages
import pytest
import reference
from conftest import CHECKOUT, COMMAND, REAL

RECORDS = REAL / "loc-bibliographic.mrc"
PAGES = CHECKOUT / "docs" / "destinations"
ROWS_OF = {
    "clickhouse": lambda answer: answer.itertuples(index=False, name=None),
    "duckdb": lambda answer: answer.fetchall(),
    "pandas": lambda answer: answer.itertuples(index=False, name=None),
    "polars": lambda answer: answer.rows(),
    "spark": lambda answer: answer.collect(),
}


def answer_without_an_engine() -> list[tuple[Any, ...]]:
    columns = list(reference.TABLES["records"].types)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for values in reference.TABLES["records"].expected(RECORDS.read_bytes()):
        row = dict(zip(columns, values, strict=True))
        for subject in set(row["subjects"]):
            found[subject].append(row)
    rows = [
        (
            subject,
            len(rows),
            len({row["language"] for row in rows} - {None}),
            min((row["year"] for row in rows if row["year"] is not None), default=None),
        )
        for subject, rows in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:5]


def cells(page: Path) -> list[tuple[Any, ...]]:
    """Of the table that psql prints."""
    lines = [line.split("|") for line in page.read_text().splitlines() if line.startswith(" ") and line.count("|") == 3]
    return [(line[0].strip(), *map(int, line[1:])) for line in lines[1:]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: the real records, and the command at hand."""
    (tmp_path / RECORDS.name).symlink_to(RECORDS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(COMMAND.parent), prepend=":")
    return tmp_path


@pytest.mark.parametrize("name", ROWS_OF)
def test_the_page_shows_what_happens(name: str, folder: Path) -> None:
    if name == "spark":
        pytest.importorskip("pyspark", reason="installing and starting Spark takes minutes: its page is run by hand")
    answer = pages.run(PAGES / f"{name}.md")["answer"]
    assert list(map(tuple, ROWS_OF[name](answer))) == answer_without_an_engine()


def test_postgresql_has_the_same_answer() -> None:
    """The tests of the documents run its page."""
    assert cells(PAGES / "postgresql.md") == answer_without_an_engine()


def test_every_page_is_run() -> None:
    """Those of PostgreSQL and Excel by the tests of the documents."""
    assert {page.stem for page in PAGES.glob("*.md")} == {*ROWS_OF, "postgresql", "excel"}
