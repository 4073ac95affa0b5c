"""Records made by hand, with whatever a reader of tables could trip over, as ISO 2709."""

from __future__ import annotations

from collections.abc import Iterator

DELIMITER, FIELD_END, RECORD_END = "\x1f", b"\x1e", b"\x1d"

Field = tuple[str, str]

TEXTS = [
    "",
    " ",
    "plain",
    "NUL \0 within",
    "e\u0301, u\u0308 and x\u0323\u0301 combine",
    "\U0001d11e \U0001f600 \U00020000 of four bytes each",
    "Ελληνικά, русский, 日本語, עברית",
    "\ufeff\u200f\u2028\u2029\u0085\ufffe",
    'a "quoted" word',
    '"',
    '""',
    "a, comma; a semicolon | a bar",
    "two\nlines",
    "two\r\nlines",
    "\n",
    "\r",
    "a\ttab",
    "\x01\x08\x0c\x1b\x7f",
    "back\\slash \\n \\N \\",
    "it's 'so'",
    *("null", "NULL", "None", "\\N", "NaN", "nan", "NA", "N/A", "true", "False", "inf"),
    *("007", "1e5", "-0", "0x1F", "12345678901234567890", "1,5", "2019-03-14", "2019-03-14T09:26:53", "12:00"),
    *("[]", "{}", '["a"]', '{"a":1}', "=1+1", "#comment", "<b>&amp;</b>"),
    "x" * 9000,
]


def control_008(created: str = "970218", years: str = "s2011    ", country: str = "xxu", language: str = "eng") -> str:
    return f"{created}{years}{country}{' ' * 17}{language} d"


def data_field(indicators: str, *subfields: str) -> str:
    return indicators + "".join(DELIMITER + subfield for subfield in subfields)


def record(fields: list[Field], leader: str = "nam a") -> bytes:
    """Fields are tags and contents; `leader` is what stands at 5 to 9."""
    directory, data = b"", b""
    for tag, content in fields:
        encoded = content.encode() + FIELD_END
        directory += f"{tag}{len(encoded):04}{len(data):05}".encode()
        data += encoded
    base = 24 + len(directory) + 1
    length = base + len(data) + 1
    return f"{length:05}{leader}22{base:05} a 4500".encode() + directory + FIELD_END + data + RECORD_END


def odd_texts() -> Iterator[bytes]:
    """Each text alone in a column, and in a list; all of them in one list."""
    for number, text in enumerate(TEXTS):
        fields = [
            ("001", f"text-{number}"),
            ("245", data_field("10", f"a{text}")),
            ("650", data_field(" 0", f"a{text}")),
        ]
        yield record(fields)
    short = TEXTS[:-1]
    yield record([("001", "texts"), *(("650", data_field(" 0", f"a{text}", f"x{text}")) for text in short)])


def nothing() -> Iterator[bytes]:
    """Values that are missing, and lists of none, one and several."""
    yield record([])
    yield record([("001", "")])
    yield record([("001", " padded  "), ("245", data_field("00"))])
    yield record([("001", "empty"), ("245", data_field("00", "a")), ("856", data_field("40", "u", "u"))])
    yield record([("245", data_field("00", "bonly $b")), ("856", data_field("40", "u"))])
    yield record(
        [("001", "zeros"), ("020", data_field("  ", "a0123456789 (pbk.)")), ("245", data_field("00", "a0010"))]
    )


def coded() -> Iterator[bytes]:
    """Numbers, dates and codes that are there, missing, or not what they should be."""
    for created, years, language in (
        ("970218", "s2011    ", "eng"),
        ("590101", "q19uu20uu", "|||"),
        ("600229", "||||||||||"[:9], "   "),
        ("||||||", "s0000    ", "ger"),
    ):
        fields = [
            ("001", f"coded-{created}"),
            ("005", "20150314161351.0"),
            ("008", control_008(created, years, language=language)),
        ]
        yield record(
            [
                *fields,
                ("100", data_field("1 ", "aMelville, Herman,", "d1819-1891.")),
                ("952", data_field("  ", "p1", "p2")),
            ]
        )
    yield record(
        [("001", "authority"), ("008", "860211"), ("150", data_field("  ", "aSlavery", "zBrazil", "xHistory."))],
        "nz  a",
    )


def hand_made() -> bytes:
    return b"".join([*nothing(), *odd_texts(), *coded()])
