"""Runs the micro-benchmarks once for every set of vector instructions."""

import json
import os
import subprocess


def run(build, seconds):
    """Nanoseconds a record by benchmark and kernel, {} where they were not built."""
    program = build.folder / "bin/bulkmarc-micro"
    if not program.exists():
        return {}
    names = _run(program, seconds, "scan/").keys()
    kernels = [name.split("/")[1] for name in names]
    table = {}
    for kernel in kernels:
        for name, nanoseconds in _run(program, seconds, f"scan/{kernel}|^[^s]", kernel).items():
            row = "scan" if name.startswith("scan/") else name
            table.setdefault(row, {})[kernel] = nanoseconds
    return table


def _run(program, seconds, pattern, kernel=None):
    environment = {**os.environ, **({"BULKMARC_SIMD": kernel} if kernel else {})}
    command = [program, f"--benchmark_min_time={seconds}", f"--benchmark_filter={pattern}", "--benchmark_format=json"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return {case["name"]: 1e9 / case["items_per_second"] for case in json.loads(result.stdout)["benchmarks"]}
