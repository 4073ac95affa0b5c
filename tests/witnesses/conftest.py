"""What the witnesses share: a catalogue of all kinds of records, as every table in every format."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import catalogue
import pytest

CHECKOUT = Path(__file__).parents[2]
REAL = CHECKOUT / "data" / "real"
COMMAND = Path(os.environ.get("BULKMARC_COMMAND", CHECKOUT / "build" / "release" / "bin" / "bulkmarc"))


def command(*arguments: str | Path) -> None:
    subprocess.run([COMMAND, *arguments, "-q"], check=True)


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real records, generated ones, and those made by hand, in UTF-8."""
    path = tmp_path_factory.mktemp("records") / "records.mrc"
    generated = path.with_name("generated.mrc")
    command("generate", "--records", "300", "--seed", "1", "-o", generated)
    files = [REAL / "loc-bibliographic.mrc", REAL / "loc-authority.mrc", generated]
    path.write_bytes(catalogue.hand_made() + b"".join(file.read_bytes() for file in files))
    return path
