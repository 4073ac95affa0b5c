"""The report of a run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The findings that a notebook shows; the report has all of them.
_SHOWN = 10


class _Told:
    """What the library told as an object of JSON: an attribute for each annotation of the class. Can't be changed.

    A dataclass would do the same, and its module alone takes longer to import than all of this package.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update((name, values[name]) for name in type(self).__annotations__)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} can't be changed")

    __delattr__: Any = __setattr__

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"


class Finding(_Told):
    """A record that was rejected, or something in a record that was repaired. docs/report.md describes each field."""

    record: int
    input: str
    offset: int
    control_number: str
    code: str
    detail: str
    length: int
    tag: str
    occurrence: int
    subfield: str
    position: int
    snippet: str

    def __str__(self) -> str:
        return (
            f"record {self.record} at {self.offset} (001: {self.control_number or 'none'}): {self.code}: {self.detail}"
        )

    def _repr_html_(self) -> str:
        return _table(self.__dict__.items())


class Seconds(_Told):
    """How long the phases took."""

    measure: float
    serialize: float
    commit: float
    total: float


class DiffCounts(_Told):
    """What a diff found, by control numbers.

    ``old_records`` is the account of the old records, and ``outputs`` has that of each file that was written, by the
    name of its argument. docs/report.md describes each field.
    """

    added: int
    changed: int
    unchanged: int
    deleted: int
    old_records: Report
    outputs: dict[str, Report]


class ValueCount(_Told):
    """How many records have a value, and how often it occurs in them."""

    value: str
    records: int
    occurrences: int


class ValueCounts(_Told):
    """The values that a spec finds, the most frequent first.

    ``records`` have one, ``occurrences`` are those of all values, ``distinct`` values are told apart, and ``beyond``
    are the occurrences of those that came when ``distinct`` had met its limit.
    """

    spec: str
    records: int
    occurrences: int
    distinct: int
    beyond: int
    values: list[ValueCount]


class ValueReport(_Told):
    """What was counted, and the account of the records, in which an exported one is one that was counted.

    ``counts`` has one for each spec, in their order; ``[spec]`` is that of one spec.
    """

    report: Report
    counts: list[ValueCounts]
    _json: str
    _text: str
    _csv: str

    def __getitem__(self, spec: str) -> ValueCounts:
        for counts in self.counts:
            if counts.spec == spec:
                return counts
        raise KeyError(spec)

    def to_json(self) -> str:
        """An array with one object for each spec, ending with a newline."""
        return self._json

    def to_text(self) -> str:
        """Columns for people, ending with a newline."""
        return self._text

    def to_csv(self) -> str:
        """A header, and a row for each value; one without a value stands for all others of its spec."""
        return self._csv

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"ValueReport(counts={self.counts!r})"


class Report(_Told):
    """The account of a run: records_read = records_exported + records_rejected + records_selected_out, always.

    docs/report.md describes each field. ``data`` is the output of an export to bytes.
    """

    bulkmarc: str
    status: str
    started: str
    ended: str
    records_read: int
    records_exported: int
    records_rejected: int
    records_selected_out: int
    records_repaired: int
    records_duplicate: int
    bytes_read: int
    bytes_written: int
    bytes_uncompressed: int
    bytes_skipped: int
    parts: int
    seconds: Seconds
    threads: int
    format: str
    compression: str
    backend: str
    backend_reason: str
    inputs: list[str]
    inputs_passed_over: list[dict[str, str]]
    output: str
    rejects_by_reason: dict[str, int]
    repairs_by_reason: dict[str, int]
    rejects: list[Finding]
    repairs: list[Finding]
    duplicates: list[Finding]
    ids_not_found: int
    missing_ids: list[str]
    statistics: dict[str, Any] | None
    diff: DiffCounts | None
    data: bytes | None
    _json: str
    _text: str

    def to_json(self) -> str:
        """One JSON object for programs, ending with a newline."""
        return self._json

    def to_text(self) -> str:
        """Some lines for people, ending with a newline."""
        return self._text

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return (
            f"Report(status={self.status!r}, records_read={self.records_read}, "
            f"records_exported={self.records_exported}, records_rejected={self.records_rejected}, "
            f"records_repaired={self.records_repaired}, bytes_written={self.bytes_written}, output={self.output!r})"
        )

    def _repr_html_(self) -> str:
        rows = [
            ("status", self.status),
            ("records", f"{self.records_read:,} read, {self.records_exported:,} exported"),
            ("rejected", _counts(self.records_rejected, self.rejects_by_reason)),
            ("repaired", _counts(self.records_repaired, self.repairs_by_reason)),
            ("selected out", f"{self.records_selected_out:,}"),
            ("bytes", f"{self.bytes_read:,} read, {self.bytes_written:,} written"),
            ("seconds", f"{self.seconds.total:.3f}"),
            ("output", f"{self.output} as {self.format}"),
        ]
        findings = [("reject", finding) for finding in self.rejects] + [("repair", finding) for finding in self.repairs]
        return _table(rows + [(kind, str(finding)) for kind, finding in findings[:_SHOWN]])


def _counts(records: int, by_reason: dict[str, int]) -> str:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in by_reason.items())
    return f"{records:,} ({reasons})" if reasons else f"{records:,}"


def _table(rows: Any) -> str:
    import html

    lines = "".join(
        f"<tr><th style='text-align:left'>{html.escape(str(name))}</th>"
        f"<td style='text-align:left'>{html.escape(str(value))}</td></tr>"
        for name, value in rows
    )
    return f"<table>{lines}</table>"


def make_report(
    json_text: str, text: str, data: bytes | None = None, accounts: dict[str, tuple[str, str]] | None = None
) -> Report:
    """The report that the library told as JSON and as text; `accounts` are the reports within that of a diff."""
    import json  # It takes a third of the time that all of this package takes.

    told = json.loads(json_text)
    for findings in ("rejects", "repairs", "duplicates"):
        told[findings] = [Finding(finding) for finding in told[findings]]
    told["seconds"] = Seconds(told["seconds"])
    if accounts is not None:
        outputs = {name: make_report(*one) for name, one in accounts.items()}
        told["diff"] = DiffCounts({**told["diff"], "old_records": outputs.pop("old_records"), "outputs": outputs})
    return Report({**told, "data": data, "_json": json_text, "_text": text})


def make_value_report(report_json: str, report_text: str, json_text: str, text: str, csv: str) -> ValueReport:
    """What the library counted, and the report of that."""
    import json

    counts = [
        ValueCounts({**told, "values": [ValueCount(value) for value in told["values"]]})
        for told in json.loads(json_text)
    ]
    report = make_report(report_json, report_text)
    return ValueReport({"report": report, "counts": counts, "_json": json_text, "_text": text, "_csv": csv})
