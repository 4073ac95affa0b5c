"""How often values occur."""

from __future__ import annotations

import collections
import json
import pickle
from pathlib import Path

import plain_marc
import pytest
from conftest import RECORDS, command

import bulkmarc


def test_values_are_counted(catalogue: Path) -> None:
    expected: collections.Counter[str] = collections.Counter()
    for record in plain_marc.read(catalogue.read_bytes()):
        for tag, text in plain_marc.fields(record):
            if tag == "650":
                expected.update(part[1:] for part in text.split(plain_marc.DELIMITER)[1:] if part[0] == "a")
    counted = bulkmarc.count(catalogue, "650$a", top=None)
    subjects = counted["650$a"]
    assert {value.value: value.occurrences for value in subjects.values} == expected
    assert (subjects.occurrences, subjects.distinct, subjects.beyond) == (sum(expected.values()), len(expected), 0)
    assert counted.report.records_exported == RECORDS
    assert bulkmarc.count(catalogue, "650$a", threads=1, batch_size=4096, top=None).counts == counted.counts


def test_a_count_is_that_of_the_command(catalogue: Path) -> None:
    counted = bulkmarc.count(catalogue, ("LDR/6", "008/35-37"), top=3, where=r"{LDR/6=\a}", limit=500)
    arguments = ["count", catalogue, "LDR/6", "008/35-37", "--top", "3", "--where", r"{LDR/6=\a}", "--limit", "500"]
    assert counted.to_text() == str(counted) == command(*arguments).stdout
    assert counted.to_json() == command(*arguments, "--to", "json").stdout
    assert counted.to_csv().replace("\r\n", "\n") == command(*arguments, "--to", "csv").stdout
    assert [counts.spec for counts in counted.counts] == ["LDR/6", "008/35-37"]
    assert counted["LDR/6"].values[0].value == "a"
    assert len(counted["008/35-37"].values) == 3
    assert json.loads(counted.to_json())[0]["records"] == counted["LDR/6"].records == 500
    assert repr(counted).startswith("ValueReport(counts=[ValueCounts(spec='LDR/6', records=500, ")
    assert pickle.loads(pickle.dumps(counted)) == counted
    with pytest.raises(KeyError):
        counted["245$a"]


def test_a_count_has_a_limit(catalogue: Path) -> None:
    counts = bulkmarc.count(catalogue, "001", distinct_limit=10, top=2)["001"]
    assert (counts.distinct, counts.beyond, len(counts.values)) == (10, RECORDS - 10, 2)


def test_a_count_that_can_not_be_made(catalogue: Path) -> None:
    for specs, options in (([], {}), ("245$", {}), ("001", {"distinct_limit": 0})):
        with pytest.raises(bulkmarc.OptionsError):
            bulkmarc.count(catalogue, specs, **options)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="top"):
        bulkmarc.count(catalogue, "001", top=-1)
