"""The build and the machine that are measured, and whether the machine has anything else to do."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path


class Build:
    """A build folder of CMake, and the programs in it."""

    def __init__(self, folder: Path):
        self.folder = folder.resolve()
        self.bin = self.folder / "bin"
        cache = self.folder / "CMakeCache.txt"
        if not (self.bin / "bulkmarc").exists() or not cache.exists():
            raise OSError(f"{folder}: no build: run cmake --workflow --preset release")
        self._cache = dict(re.findall(r"^(\w+):[A-Z]+=(.*)$", cache.read_text(), re.MULTILINE))
        self.type = self._cache.get("CMAKE_BUILD_TYPE") or "unknown"
        self.compiler = _lines(self._cache["CMAKE_CXX_COMPILER"], "--version")[0]

    def describe(self) -> str:
        flags = self._cache.get(f"CMAKE_CXX_FLAGS_{self.type.upper()}", "")
        return f"{_lines(str(self.bin / 'bulkmarc'), '--version')[0]}, {self.type} ({flags}), {self.compiler}"


def describe(build: Build, disk: Path) -> dict[str, str]:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return {
        "machine": f"{cores} cores, {found[1] if found else platform.machine()}, {memory:.0f} GiB of memory",
        "kernel": f"{platform.system()} {platform.release()}",
        "disk": _lines("df", "--output=fstype", str(disk))[1],
        "build": build.describe(),
    }


def why_not_idle() -> str:
    """What else the machine does; empty if nothing. Takes a second, in which the caller must do nothing either."""
    load = os.getloadavg()[0]
    busy_before, all_before = _ticks()
    time.sleep(1)
    busy, total = _ticks()
    share = (busy - busy_before) / max(total - all_before, 1)
    return f"load {load:.2f}, {share:.0%} of the processor time taken" if load > 0.5 or share > 0.05 else ""


def _ticks() -> tuple[int, int]:
    """The processor time since the start that was used, and all of it."""
    with open("/proc/stat") as file:
        times = [int(word) for word in file.readline().split()[1:9]]
    return sum(times) - times[3] - times[4], sum(times)


def _lines(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
