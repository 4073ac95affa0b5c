"""The rows of each table as docs/tables.md describes them, made from ISO 2709 without any of bulkmarc's code."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import plain_marc

Row = tuple[Any, ...]

BIBLIOGRAPHIC = "acdefgijkmoprt"
WITH_HEADING = "quvxyz"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Field(NamedTuple):
    tag: str
    ind1: str | None
    ind2: str | None
    value: str | None  # Of a control field.
    subfields: list[tuple[str, str]] | None  # Of a data field.

    def joined(self, codes: str, dashed: str) -> str | None:
        """The values of these codes, with two dashes before some and a blank before others."""
        found = [(code, value) for code, value in self.subfields or [] if code in codes]
        text = "".join(("--" if code in dashed else " ") * (at > 0) + value for at, (code, value) in enumerate(found))
        return text if found else None


class Record(NamedTuple):
    leader: str
    fields: list[Field]

    @property
    def control_number(self) -> str | None:
        return (self.control("001") or "").strip(" ") or None

    @property
    def is_bibliographic(self) -> bool:
        return self.leader[6] in BIBLIOGRAPHIC

    def of(self, tag: str) -> list[Field]:
        return [field for field in self.fields if re.fullmatch(tag, field.tag)]

    def control(self, tag: str) -> str | None:
        return next((field.value for field in self.of(tag)), None)

    def characters(self, tag: str, first: int, last: int) -> str:
        return (self.control(tag) or "")[first : last + 1]

    def values(self, *specs: str) -> list[str]:
        """Of `245ab` and the like; those of the first spec come first."""
        return [
            value
            for spec in specs
            for field in self.of(spec[:3])
            for code, value in field.subfields or []
            if code in spec[3:]
        ]


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


def year(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{4}", text) else None


def integer(text: str) -> int | None:
    return int(text) if re.fullmatch("[+-]?[0-9]+", text.strip(" ")) else None


def date(text: str) -> datetime.date | None:
    """Of 008/00-05."""
    if not re.fullmatch("[0-9]{6}", text):
        return None
    try:
        return datetime.date((1900 if text >= "60" else 2000) + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def timestamp(text: str) -> datetime.datetime | None:
    """Of 005."""
    try:
        return datetime.datetime.strptime(text.partition(".")[0], "%Y%m%d%H%M%S")
    except ValueError:
        return None


def each(clean: Callable[[str], str | None], values: Iterable[str | None]) -> list[str]:
    return [cleaned for value in values if value is not None and (cleaned := clean(value))]


def first(values: list[str]) -> str | None:
    return values[0] if values else None


def subfield_rows(number: int, record: Record) -> Iterator[Row]:
    key = (number, record.control_number)
    yield (*key, 0, "LDR", None, None, None, None, record.leader)
    for at, (tag, ind1, ind2, data, subfields) in enumerate(record.fields, 1):
        if not subfields:
            yield (*key, at, tag, ind1, ind2, None, None, data)
        for place, (code, value) in enumerate(subfields or [], 1):
            yield (*key, at, tag, ind1, ind2, place, code, value)


def record_row(number: int, record: Record) -> Row:
    headings = [field.joined(LETTERS, dashed="vxyz") for field in record.of("1..")]
    shelf = [field.joined("bchijklm", dashed="") for field in record.of("852")]
    published = Record(record.leader, [field for field in record.of("264") if field.ind2 == "1"])
    return (
        number,
        record.control_number,
        record.leader,
        record.leader[6],
        record.leader[7],
        date(record.characters("008", 0, 5)),
        timestamp(record.control("005") or ""),
        code(record.characters("008", 35, 37)) if record.is_bibliographic else None,
        code(record.characters("008", 15, 17)) if record.is_bibliographic else None,
        year(record.characters("008", 7, 10)) if record.is_bibliographic else None,
        first(each(heading, headings + shelf)) if record.leader[6] in WITH_HEADING else None,
        phrase(" ".join(record.values("245abnp"))),
        heading(" ".join(record.values("100abcdq", "110ab", "111acdn"))) if record.is_bibliographic else None,
        each(heading, record.values("700a", "710a", "711a")),
        first(each(phrase, record.values("250a"))),
        first(each(phrase, published.values("264b") + record.values("260b"))),
        each(word, record.values("020a")),
        each(word, record.values("022a")),
        each(heading, record.values("600a", "610a", "611a", "630a", "650a", "651a")),
        each(heading, record.values("655a")),
        record.values("856u"),
    )


COLUMNS = (
    "id=001,title=245$a$b,subjects[]=650$a,topics[]=650($a$x$y$z),creator:first=100$a|110$a|700$a,year:int=008/7-10,"
    "made:date=008/0-5,changed:timestamp=005,online:bool=856,copies:count=952"
)


def column_row(number: int, record: Record) -> Row:
    titles = record.values("245ab")
    topics = [field.joined("axyz", dashed="axyz") for field in record.of("650")]
    return (
        number,
        record.control("001"),
        "; ".join(titles) if titles else None,
        record.values("650a"),
        [topic for topic in topics if topic is not None],
        first(record.values("100a") or record.values("110a") or record.values("700a")),
        integer(record.characters("008", 7, 10)),
        date(record.characters("008", 0, 5)),
        timestamp(record.control("005") or ""),
        bool(record.of("856")),
        len(record.of("952")),
    )


def nested_row(number: int, record: Record) -> Row:
    fields = [
        {
            "tag": field.tag,
            "ind1": field.ind1,
            "ind2": field.ind2,
            "value": field.value,
            "subfields": field.subfields and [{"code": code, "value": value} for code, value in field.subfields],
        }
        for field in record.fields
    ]
    return (number, record.control_number, record.leader, fields)


def json_string(text: str) -> str:
    return '"' + re.sub(r'[\0-\x1f"\\]', lambda m: f"\\u{ord(m[0]):04x}" if m[0] < " " else "\\" + m[0], text) + '"'


def document_row(number: int, record: Record) -> Row:
    """The record as MARC-in-JSON."""
    fields = []
    for tag, ind1, ind2, value, subfields in record.fields:
        if subfields is None:
            fields.append(f"{{{json_string(tag)}:{json_string(value or '')}}}")
            continue
        content = ",".join(f"{{{json_string(code)}:{json_string(value)}}}" for code, value in subfields)
        indicators = f'"ind1":{json_string(ind1 or "")},"ind2":{json_string(ind2 or "")}'
        fields.append(f'{{{json_string(tag)}:{{{indicators},"subfields":[{content}]}}}}')
    document = f'{{"leader":{json_string(record.leader)},"fields":[{",".join(fields)}]}}'
    return (number, record.control_number, document)


class Table(NamedTuple):
    name: str
    arguments: list[str]
    """What makes the command write it."""
    columns: str
    """Names, and types unless they are texts, as in `number:integer name`."""
    rows: Callable[[int, Record], Iterable[Row]]

    @property
    def types(self) -> dict[str, str]:
        pairs = (column.partition(":") for column in self.columns.split())
        return {name: type_name or "text" for name, _, type_name in pairs}

    def expected(self, catalogue: bytes) -> list[Row]:
        records = enumerate(map(parse, plain_marc.read(catalogue)), 1)
        return [row for number, record in records for row in self.rows(number, record)]


def a_row_each(row: Callable[[int, Record], Row]) -> Callable[[int, Record], Iterable[Row]]:
    return lambda number, record: [row(number, record)]


TABLES = {
    table.name: table
    for table in (
        Table(
            "subfields",
            ["--table", "subfields"],
            "record_number:integer control_number field_number:integer tag ind1 ind2 subfield_number:integer "
            "code value",
            subfield_rows,
        ),
        Table(
            "records",
            ["--table", "records"],
            "record_number:integer control_number leader record_type bibliographic_level created:date "
            "modified:timestamp language country year:integer heading title author contributors:texts edition "
            "publisher isbn:texts issn:texts subjects:texts genres:texts urls:texts",
            a_row_each(record_row),
        ),
        Table(
            "columns",
            ["--columns", COLUMNS],
            "record_number:integer id title subjects:texts topics:texts creator year:integer made:date "
            "changed:timestamp online:boolean copies:integer",
            a_row_each(column_row),
        ),
        Table(
            "fields",
            ["--table", "fields"],
            "record_number:integer control_number leader fields:fields",
            a_row_each(nested_row),
        ),
        Table(
            "documents",
            ["--table", "documents"],
            "record_number:integer control_number record",
            a_row_each(document_row),
        ),
    )
}
