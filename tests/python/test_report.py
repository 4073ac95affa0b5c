"""What a report and a finding show."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

import bulkmarc


def test_a_report_shows_itself(catalogue: Path) -> None:
    report = bulkmarc.check(catalogue.read_bytes()[:5000])
    assert repr(report).startswith(f"Report(status='rejects', records_read={report.records_read}, ")
    assert str(report) == report.to_text()
    assert json.loads(report.to_json())["records_read"] == report.records_read
    assert report.records_read == report.records_exported + report.records_rejected + report.records_selected_out
    assert report.rejects_by_reason == {"truncated": 1}
    shown = report._repr_html_()
    assert shown.startswith("<table><tr>")
    assert "1 (truncated 1)" in shown
    assert pickle.loads(pickle.dumps(report)) == report
    with pytest.raises(AttributeError, match="Report can't be changed"):
        report.status = "exported"


def test_a_finding_shows_itself(catalogue: Path) -> None:
    (finding,) = bulkmarc.check(catalogue.read_bytes()[:5000]).rejects
    assert str(finding).startswith(f"record {finding.record} at {finding.offset} (001: ")
    assert repr(finding).startswith(f"Finding(record={finding.record}, ")
    assert "<td style='text-align:left'>truncated</td>" in finding._repr_html_()
    assert finding in {finding}


def test_what_a_record_says_is_no_markup() -> None:
    class Field:
        tag, data = "001", "<b>&"

    class Long:
        tag, indicators, subfields = "520", "  ", (("a", "x" * 12_000),)

    class Record:
        leader, fields = "00000nam a2200000 i 4500", (Field, Long)

    report = bulkmarc.check([Record], format="mrc")
    assert "&lt;b&gt;&amp;" in report._repr_html_()
    assert "<b>" not in report._repr_html_() + report.rejects[0]._repr_html_()
