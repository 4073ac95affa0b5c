"""A reader of ISO 2709 and a writer of MARCXML that share nothing with bulkmarc: slow, and for whole records only."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

FIELD_END, RECORD_END, DELIMITER = b"\x1e", b"\x1d", "\x1f"


def read(catalogue: bytes) -> Iterator[bytes]:
    """The records of a file, each with its terminator."""
    at = 0
    while at < len(catalogue):
        length = int(catalogue[at : at + 5])
        yield catalogue[at : at + length]
        at += length


def fields(record: bytes) -> Iterator[tuple[str, str]]:
    """Tag and text of each field."""
    base = int(record[12:17])
    directory = record[24 : base - 1]
    for at in range(0, len(directory), 12):
        entry = directory[at : at + 12].decode()
        begin = base + int(entry[7:12])
        yield entry[:3], record[begin : begin + int(entry[3:7]) - 1].decode()


def marcxml(records: Iterator[bytes]) -> bytes:
    """All of them as one collection."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<collection xmlns="http://www.loc.gov/MARC21/slim">']
    for record in records:
        lines += ["<record>", f"<leader>{record[:24].decode()}</leader>"]
        for tag, text in fields(record):
            if tag.startswith("00"):
                lines.append(f"<controlfield tag={quoteattr(tag)}>{escape(text)}</controlfield>")
                continue
            indicators, *subfields = text.split(DELIMITER)
            coded = "".join(f"<subfield code={quoteattr(s[0])}>{escape(s[1:])}</subfield>" for s in subfields)
            ind1, ind2 = map(quoteattr, indicators)
            lines.append(f"<datafield tag={quoteattr(tag)} ind1={ind1} ind2={ind2}>{coded}</datafield>")
        lines.append("</record>")
    lines.append("</collection>\n")
    return "\n".join(lines).encode()
