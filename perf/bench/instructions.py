"""Counts the instructions of conversions with callgrind: a figure that is the same on a busy machine.

A count is the difference between FEW and MANY records of one catalogue, divided by the records between, so that starting
the program is not in it. Valgrind can't run AVX-512, so all counts are those of the AVX2 kernels.
"""

import os
import re
import shutil
import subprocess
import tempfile
from itertools import islice
from pathlib import Path

from . import catalogues
from .cases import ROWS, to

FEW, MANY = 1_000, 5_000
SIMD = "avx2"
FORMATS = ("marcxml", "ndjson", "mrc", "mrk", *ROWS)
WAYS = {"presized": "mapped", "appended": "stream"}


def why_not(build):
    """Why nothing can be counted here, or None."""
    if build.type != "Release":
        return f"{build.folder} is a {build.type} build: instructions are counted in Release builds"
    if shutil.which("valgrind") is None:
        return "valgrind is not installed"
    with open("/proc/cpuinfo") as cpu:
        if SIMD not in cpu.read():
            return f"this processor has no {SIMD}, which the counts are for"
    return None


def count(build, catalogue, formats=FORMATS):
    """Instructions a record by conversion: 'FORMAT presized', of which 'FORMAT measure' and 'FORMAT serialize', and
    'FORMAT appended'."""
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        parts = _cut(catalogue, Path(folder))
        for format in formats:
            arguments = {way: _export(folder, format, backend) for way, backend in WAYS.items()}
            arguments["measure"] = ["check", *to(format)]
            for name, words in arguments.items():
                few, many = (_instructions(build, [words[0], str(part), *words[1:]], folder) for part in parts)
                counts[f"{format} {name}"] = round((many - few) / (MANY - FEW), 1)
            counts[f"{format} serialize"] = round(counts[f"{format} presized"] - counts[f"{format} measure"], 1)
    return counts


def profile(build, catalogue, format, way):
    """Where the instructions of one conversion go: callgrind_annotate's list of functions."""
    with tempfile.TemporaryDirectory() as folder:
        words = _export(folder, format, WAYS[way])
        _instructions(build, [words[0], str(_cut(catalogue, Path(folder))[1]), *words[1:]], folder)
        command = ["callgrind_annotate", "--auto=no", f"{folder}/callgrind.out"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _export(folder, format, backend):
    return ["export", "-o", f"{folder}/output", *to(format), "--backend", backend, "--no-sync"]


def _cut(catalogue, folder):
    """The first FEW, and the first MANY, records of the catalogue as files."""
    records = list(islice(catalogues.split(catalogue), MANY))
    if len(records) < MANY:
        raise ValueError(f"{catalogue}: {len(records)} records; {MANY} are needed")
    parts = []
    for number in (FEW, MANY):
        parts.append(folder / f"{number}.mrc")
        parts[-1].write_bytes(b"".join(records[:number]))
    return parts


def _instructions(build, words, folder):
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out"]
    command += [str(build.bulkmarc), *words, "--threads", "1", "-q"]
    environment = {**os.environ, "BULKMARC_SIMD": SIMD}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    found = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode not in (0, 3) or not found:
        raise RuntimeError(f"{' '.join(command)}\nended with {result.returncode}: {result.stderr[-2000:]}")
    return int(found[1])
