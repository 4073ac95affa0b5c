"""What the figures were taken on."""

import os
import platform
import re
import subprocess
from pathlib import Path


class Build:
    """A build folder of CMake, and the programs in it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.bulkmarc = self.folder / "bin/bulkmarc"
        cache = self.folder / "CMakeCache.txt"
        text = cache.read_text() if cache.exists() else ""
        self._cache = dict(re.findall(r"^([A-Za-z_0-9]+):[A-Z]+=(.*)$", text, re.MULTILINE))

    @property
    def type(self):
        return self._cache.get("CMAKE_BUILD_TYPE") or "unknown"

    @property
    def compiler(self):
        return first_line([self._cache.get("CMAKE_CXX_COMPILER", "c++"), "--version"])

    def describe(self):
        flags = self._cache.get("CMAKE_CXX_FLAGS_" + self.type.upper(), "")
        return f"{first_line([self.bulkmarc, '--version'])}, {self.type} ({flags}), {self.compiler}"


def first_line(command):
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "unknown"
    return (result.stdout or result.stderr or "unknown").splitlines()[0].strip()


def cores():
    return len(os.sched_getaffinity(0))


def processor():
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^model name\s*: (.*)$", file.read(), re.MULTILINE)
    return found[1] if found else platform.machine()


def memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def filesystem(folder):
    """The type that the mount table gives, for example ext4."""
    best, kind = "", "unknown"
    path = str(Path(folder).resolve()) + "/"
    with open("/proc/self/mounts") as mounts:
        for line in mounts:
            _, mount, this, *_ = line.split()
            if path.startswith(mount.rstrip("/") + "/") and len(mount) >= len(best):
                best, kind = mount, this
    return kind


def load():
    return os.getloadavg()[0]


def describe(build, disk, ram):
    """Name and value of all that a reader must know before the first figure."""
    facts = [
        ("machine", f"{cores()} cores, {processor()}, {memory_bytes() / 2**30:.0f} GiB of memory"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("disk", f"{filesystem(disk)}"),
        ("file system in memory", f"{filesystem(ram)}" if ram else "none"),
        ("build", build.describe()),
        ("load before the run", f"{load():.2f}"),
    ]
    if build.type != "Release":
        facts.append(("**warning**", "this is not a Release build: its figures mean nothing"))
    if load() > 0.5:
        facts.append(("**warning**", "the machine was not idle: expect wide spreads"))
    return facts
