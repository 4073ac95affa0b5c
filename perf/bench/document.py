"""results.md: the order of the tables, and the words between them."""

import time

from . import instructions, tables

HEAD = """# Results

Made by `perf/compare` on {date}; nothing here is written by hand. What follows from it is in
[performance](../performance.md).
"""
CASES = """## By format, target and size

A ratio compares with a case of the same table. `x cp's time` below 1 is faster than a copy of the result. The phases are
seconds of the report; streamed, serializing is the whole pass. CPU seconds are those of all threads.
"""
MEMORY = """## Memory

The most private memory (RssAnon) at once, of a run of its own, looked at every two milliseconds. The pages of a
mapped output are not in it: they belong to the file, and the system may write them out at any time.
"""
STUDY = """## The study's table

Records in memory, streamed backend, without sync; medians, and the least and the most. The spread is that of all rounds,
(most - least) / mean.
"""
MODEL = """## Model

Fitted to MARCXML of {name} on the disk, by `bench/model.py`:

- streamed T(p) = max((C + W) / p, W) with C = {m.serialize:.3f} s (all but the writes) and W = {m.write:.3f} s (writes, in order)
- mapped T(p) = S + P / p with S = {m.serial:.3f} s and P = {m.parallel:.3f} s
- {disk}

At the points that were measured it is off by {error:.0%} at most.
"""
MICRO = """## One core, one batch

Nanoseconds a record in the caches, by set of vector instructions (`BULKMARC_SIMD`). `escape` works on records that are
full of characters to escape, with the sink of `append`.
"""
INSTRUCTIONS = """## Instructions

Counted by callgrind on one thread, with the {simd} kernels, start-up taken off: {few:,} records less than {many:,}. Measure
and serialize are the two passes of presized.
"""


def lines(session):
    """The parts of the document in their order. What was not measured is left out."""
    yield HEAD.format(date=time.strftime("%Y-%m-%d"))
    yield "\n".join(f"- {name}: {value}" for name, value in session.facts) + "\n"
    yield "## Targets\n"
    backend, threads = session.default
    yield f"Medians of one run; the default backend is `{backend}`, here on {threads} threads.\n"
    yield tables.of_targets(session.targets())
    yield CASES
    yield from tables.of_groups(session.bench)
    yield MEMORY
    yield tables.of_memory(session.bench)
    if session.study:
        yield STUDY
        for format in ("mrc", "marcxml"):
            yield tables.of_study(session.study, format)
    if session.model:
        yield _model(session)
        yield tables.of_model(session.model)
    if session.instructions:
        yield INSTRUCTIONS.format(simd=instructions.SIMD, few=instructions.FEW, many=instructions.MANY)
        yield tables.of_instructions(session.instructions)
    if session.micro:
        yield MICRO
        yield tables.of_micro(session.micro)


def _model(session):
    model = session.model
    outrun = model.disk_limits_from()
    disk = f"the disk takes {model.disk_seconds:.3f} s for as many bytes (`dd` with fsync)"
    disk += f", so with sync it is the limit from {outrun} cores on" if outrun else ", and no number of cores outruns it"
    return MODEL.format(name=session.main.name, m=model, error=model.error(), disk=disk)
