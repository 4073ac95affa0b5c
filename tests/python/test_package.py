"""The installed package: that it is tested, and not the tree; its command; its import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import command

import bulkmarc


def test_the_installed_package_is_tested() -> None:
    assert bulkmarc.__file__ is not None
    assert Path(bulkmarc.__file__).is_relative_to(sys.prefix)
    native = sys.modules["bulkmarc._native"].__file__
    assert native is not None
    assert native.endswith("_native.abi3.so")
    assert Path(bulkmarc.__file__).with_name("py.typed").exists()


def test_the_command_is_in_the_package() -> None:
    assert bulkmarc.__version__ in command("--version").stdout


def test_an_import_loads_little() -> None:
    program = "import sys; before = set(sys.modules); import bulkmarc; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    slow = {"asyncio", "dataclasses", "inspect", "json", "numpy", "pyarrow", "pymarc", "re", "tqdm", "typing"}
    loaded = set(done.stdout.split())
    assert "bulkmarc._native" in loaded
    assert not slow & loaded
    assert len(loaded) < 40
