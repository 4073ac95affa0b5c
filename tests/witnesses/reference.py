"""The rows of each table as docs/tables.md describes them, made from ISO 2709 without any of bulkmarc's code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import plain_marc

Row = tuple[Any, ...]

BIBLIOGRAPHIC = "acdefgijkmoprt"


class Field(NamedTuple):
    tag: str
    ind1: str | None
    ind2: str | None
    value: str | None  # Of a control field.
    subfields: list[tuple[str, str]] | None  # Of a data field.


class Record(NamedTuple):
    leader: str
    fields: list[Field]

    def control(self, tag: str) -> str | None:
        return next((field.value for field in self.fields if field.tag == tag), None)

    def characters(self, tag: str, first: int, last: int) -> str:
        return (self.control(tag) or "")[first : last + 1]

    def values(self, *specs: str) -> list[str]:
        """Of `245ab` and the like; those of the first spec come first."""
        return [
            value
            for spec in specs
            for field in self.fields
            if field.tag == spec[:3]
            for code, value in field.subfields or []
            if code in spec[3:]
        ]

    @property
    def is_bibliographic(self) -> bool:
        return self.leader[6] in BIBLIOGRAPHIC


def parse(record: bytes) -> Record:
    fields = []
    for tag, text in plain_marc.fields(record):
        text = text.replace("\0", "\ufffd")
        if tag.startswith("00"):
            fields.append(Field(tag, None, None, text, None))
            continue
        indicators, *subfields = text.split(plain_marc.DELIMITER)
        fields.append(Field(tag, indicators[0], indicators[1], None, [(s[0], s[1:]) for s in subfields]))
    return Record(record[:24].decode(), fields)


def subfield_rows(number: int, record: Record) -> Iterator[Row]:
    key = (number, record.control("001"))
    yield (*key, 0, "LDR", None, None, None, None, record.leader)
    for at, (tag, ind1, ind2, data, subfields) in enumerate(record.fields, 1):
        if not subfields:
            yield (*key, at, tag, ind1, ind2, None, None, data)
        for place, (code, value) in enumerate(subfields or [], 1):
            yield (*key, at, tag, ind1, ind2, place, code, value)


def code(text: str) -> str | None:
    return text.strip(" |") or None


def word(text: str) -> str | None:
    return text.strip(" ").split(" ")[0] or None


def phrase(text: str) -> str | None:
    return text.strip(" ").rstrip(" /:;,=") or None


def heading(text: str) -> str | None:
    cleaned = phrase(text) or ""
    last_word = re.split("[ .]", cleaned[:-1])[-1]
    # The period of an abbreviation stays. Its length is counted in bytes.
    return (cleaned[:-1] if cleaned.endswith(".") and len(last_word.encode()) > 3 else cleaned) or None


def each(clean: Callable[[str], str | None], values: Iterable[str]) -> list[str]:
    return [cleaned for value in values if (cleaned := clean(value))]


def first(values: list[str]) -> str | None:
    return values[0] if values else None


def record_rows(number: int, record: Record) -> Iterator[Row]:
    year = record.characters("008", 7, 10)
    publishers = [
        value
        for field in record.fields
        if field.tag == "264" and field.ind2 == "1"
        for code, value in field.subfields or []
        if code == "b"
    ]
    is_bibliographic = record.is_bibliographic
    yield (
        number,
        record.control("001"),
        record.leader,
        record.leader[6],
        record.leader[7],
        code(record.characters("008", 35, 37)) if is_bibliographic else None,
        code(record.characters("008", 15, 17)) if is_bibliographic else None,
        int(year) if is_bibliographic and re.fullmatch("[0-9]{4}", year) else None,
        phrase(" ".join(record.values("245abnp"))),
        heading(" ".join(record.values("100abcdq", "110ab", "111acdn"))) if is_bibliographic else None,
        each(heading, record.values("700a", "710a", "711a")),
        first(each(phrase, record.values("250a"))),
        first(each(phrase, publishers + record.values("260b"))),
        each(word, record.values("020a")),
        each(word, record.values("022a")),
        each(heading, record.values("600a", "610a", "611a", "630a", "650a", "651a")),
        each(heading, record.values("655a")),
        record.values("856u"),
    )


def column_rows(number: int, record: Record) -> Iterator[Row]:
    titles = record.values("245ab")
    yield (number, record.control("001"), "; ".join(titles) if titles else None, record.values("650a"))


class Table(NamedTuple):
    name: str
    arguments: list[str]
    """What makes the command write it."""
    types: dict[str, str]
    """Of the columns: integer, text or texts."""
    rows: Callable[[int, Record], Iterator[Row]]

    def expected(self, catalogue: bytes) -> list[Row]:
        records = enumerate(map(parse, plain_marc.read(catalogue)), 1)
        return [row for number, record in records for row in self.rows(number, record)]


def types(columns: str) -> dict[str, str]:
    """Those of `number:integer name` and the like, where a column without a type is a text."""
    pairs = (column.partition(":") for column in columns.split())
    return {name: type_name or "text" for name, _, type_name in pairs}


TABLES = {
    table.name: table
    for table in (
        Table(
            "subfields",
            ["--table", "subfields"],
            types(
                "record_number:integer control_number field_number:integer tag ind1 ind2 subfield_number:integer "
                "code value"
            ),
            subfield_rows,
        ),
        Table(
            "records",
            ["--table", "records"],
            types(
                "record_number:integer control_number leader record_type bibliographic_level language country "
                "year:integer title author contributors:texts edition publisher isbn:texts issn:texts subjects:texts "
                "genres:texts urls:texts"
            ),
            record_rows,
        ),
        Table(
            "columns",
            ["--columns", "id=001,title=245$a$b,subjects[]=650$a"],
            types("record_number:integer id title subjects:texts"),
            column_rows,
        ),
    )
}
