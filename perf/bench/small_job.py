"""Tells whether a machine stays usable."""

import os
import threading
import time
from pathlib import Path


class SmallJob(threading.Thread):
    """While something large runs, does what a user of the machine does: touches some memory and writes a small
    file, twenty times a second."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self._path = Path(folder) / "small-job"
        self._ended = threading.Event()
        self._longest = 0.0

    def run(self):
        while not self._ended.wait(0.05):
            begin = time.perf_counter()
            self._path.write_bytes(os.urandom(4096) * 256)
            self._longest = max(self._longest, time.perf_counter() - begin)

    def finish(self):
        """How long the job took at worst."""
        self._ended.set()
        self.join()
        self._path.unlink(missing_ok=True)
        return self._longest
