"""What the tests share: a catalogue, and real records."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import plain_marc
import pytest

REAL = Path(__file__).parents[2] / "data" / "real"
RECORDS = 10_000


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the command of the package that is installed beside this Python."""
    program = Path(sys.executable).with_name("bulkmarc")
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """10,000 records of ISO 2709, in UTF-8."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.mrc"
    command("generate", "--records", str(RECORDS), "-o", path, "-q")
    return path


@pytest.fixture(scope="session")
def marcxml(catalogue: Path) -> bytes:
    """The same as MARCXML, by an encoder of the tests' own."""
    return plain_marc.marcxml(plain_marc.read(catalogue.read_bytes()))


@pytest.fixture(params=sorted(REAL.glob("*.mrc")), ids=lambda path: path.stem)
def real(request: pytest.FixtureRequest) -> Path:
    """Each file of real records."""
    path: Path = request.param
    return path


class Counter:
    """Counts in pure Python, in a thread of its own, whenever it gets the GIL; lets go of it now and then."""

    def __init__(self) -> None:
        self.count = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            for _ in range(1000):
                self.count += 1
            time.sleep(0)

    def __enter__(self) -> Counter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture
def counter() -> Iterator[Counter]:
    """A counter that runs only while others have let go of the GIL: nobody is made to hand it over."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        with Counter() as running:
            yield running
    finally:
        sys.setswitchinterval(interval)
