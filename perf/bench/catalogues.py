"""The catalogues that are exported: generated ones of any size, or the records of given files, repeated."""

import random
import re
from pathlib import Path

from . import process
from .cases import Catalogue

RECORD_TERMINATOR = 0x1D


def generate(bulkmarc, folder, records):
    """The same records everywhere; a longer catalogue begins with the records of a shorter one."""
    path = Path(folder) / f"generated-{records}.mrc"
    process.run([str(bulkmarc), "generate", "--records", str(records), "--seed", "1", "-o", str(path), "--no-sync", "-q"])
    return Catalogue(f"generated-{records}", path, records)


def open_catalogue(path):
    """Somebody's own. A name with other characters than letters, digits, dots and dashes gets dashes instead."""
    path = Path(path)
    return Catalogue(re.sub(r"[^A-Za-z0-9.-]", "-", path.stem), path, sum(1 for _ in split(path)))


def split(path):
    """The records of a well-formed ISO 2709 file, as bytes."""
    with open(path, "rb") as file:
        while leader := file.read(24):
            if not leader[:5].isdigit():
                raise ValueError(f"{path}: no record starts at byte {file.tell() - len(leader)}")
            record = leader + file.read(int(leader[:5]) - len(leader))
            if record[-1] != RECORD_TERMINATOR or len(record) != int(leader[:5]):
                raise ValueError(f"{path}: the record at byte {file.tell() - len(record)} does not end where it says")
            yield record


def repeat(paths, size, seed, output):
    """Writes records of `paths`, drawn at random, until the file has `size` bytes. Returns how many."""
    records = [record for path in paths for record in split(path)]
    draw = random.Random(seed).random
    written = count = 0
    with open(output, "wb") as file:
        while written < size:
            record = records[int(draw() * len(records))]
            file.write(record)
            written += len(record)
            count += 1
    return count
