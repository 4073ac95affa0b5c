"""Runs one command and measures it from outside."""

import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass

EXPORTED_WITH_REJECTS = 3


@dataclass(frozen=True)
class Usage:
    seconds: float
    cpu_seconds: float
    peak_rss: int  # bytes, pages of a mapped output among them
    peak_private: int = 0  # bytes of RssAnon; only where it was watched


class CommandFailed(RuntimeError):
    pass


def run(command, stdout=os.devnull, watch_memory=False):
    """Runs `command` to its end. Raises CommandFailed unless it succeeded, if need be with rejects."""
    with open(stdout, "wb") as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        peak_private = _watch(process.pid) if watch_memory else 0
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, EXPORTED_WITH_REJECTS):
            errors.seek(0)
            message = errors.read().decode(errors="replace")[-2000:]
            raise CommandFailed(f"{' '.join(map(str, command))}\nended with {process.returncode}: {message}")
    return Usage(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, peak_private)


def _watch(pid):
    """The most RssAnon that was seen, looked at every two milliseconds. Leaves the process to be waited for."""
    most = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            with open(f"/proc/{pid}/status") as status:
                found = re.search(r"RssAnon:\s+(\d+) kB", status.read())
        except ProcessLookupError:
            break
        if found:
            most = max(most, int(found[1]) * 1024)
        time.sleep(0.002)
    return most
