"""Writes what was measured: results.md for people, results.csv for programs."""

import csv

from . import model as models
from . import study as studies
from .cases import Case

TARGET_NAMES = {"disk": "disk", "memory": "memory (tmpfs)", "null": "/dev/null"}


def table(header, rows):
    lines = [f"| {' | '.join(header)} |", f"| {' | '.join('---' for _ in header)} |"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def of_targets(columns):
    """`columns`: rows of Target by catalogue name."""
    rows = []
    for row in zip(*columns.values()):
        cells = [f"{cell.measured}{'' if cell.met is None else ', met' if cell.met else ', **not met**'}" for cell in row]
        rows.append((row[0].what, row[0].wanted, *cells))
    return table(("what", "wanted", *columns), rows)


def of_cases(bench, cases):
    """Ratios first. What a case is compared with has the same catalogue, format, target and sync."""
    rows = []
    for case in cases:
        timing = bench.timings[case]
        low, high = timing.spread
        size = bench.sizes[case.catalogue.name, case.format]
        copy, plain = (bench.seconds(_like(case, way)) for way in ("cp", "stream"))
        phases = [f"{timing.phase(name):.3f}" if timing.phases else "" for name in ("measure", "serialize", "commit")]
        rows.append((
            case.format, case.label(),
            f"{timing.seconds / copy:.2f}" if copy else "", f"{plain / timing.seconds:.2f}" if plain else "",
            f"{timing.seconds:.4g}", f"{low:.4g} - {high:.4g}", f"{timing.seconds / case.catalogue.records * 1e6:.2f}",
            f"{size / timing.seconds / 1e9:.2f}", *phases, f"{timing.cpu_seconds:.4g}",
        ))  # fmt: skip
    header = ("format", "way", "x cp's time", "x as fast as stream 1", "seconds", "min - max", "us a record", "GB/s out")
    return table((*header, "measure", "serialize", "commit", "CPU s"), rows)


def _like(case, way):
    return Case(case.catalogue, case.format, way, 1, case.target, case.sync)


def of_groups(bench):
    """One table for each catalogue, kind of target and sync, in the order in which they were measured."""
    groups = {}
    for case in bench.timings:
        groups.setdefault((case.catalogue, case.target, case.sync), []).append(case)
    for (catalogue, target, sync), cases in groups.items():
        rejected = max(bench.rejected[catalogue.name, case.format] for case in cases)
        rounds = len(bench.timings[cases[0]].usages)
        yield f"### {catalogue.name}, to {TARGET_NAMES[target]}{', with sync' if sync else ''}\n"
        yield (
            f"{catalogue.records:,} records, {catalogue.path.stat().st_size:,} bytes of ISO 2709"
            f"{f', {rejected:,} of them rejected' if rejected else ''}; {rounds} rounds.\n"
        )
        yield of_cases(bench, cases)


def of_memory(bench):
    rows = [
        (c.catalogue.name, c.label(), f"{private / 2**20:.1f}") for c, private in bench.private_memory.items()
    ]
    return table(("catalogue", "way", "private MiB"), rows)


def of_study(measures, format):
    lines = [(line.what, line.theirs, line.ours) for line in studies.lines(measures, format)]
    lines.append(("10,000 records to a file, all cores against one thread", "-",
                  f"{studies.all_threads(measures, format):.2f} x as fast"))  # fmt: skip
    return table(("what", "the study", f"bulkmarc, {format}"), lines)


def of_model(model):
    rows = []
    for threads in models.ASKED:
        mapped, streamed = model.mapped(threads), model.streamed(threads)
        seen = [f"{model.measured[way, threads]:.3f}" if (way, threads) in model.measured else "" for way in ("mapped", "stream")]
        speed = model.catalogue_bytes / min(mapped, streamed) / 1e9
        rows.append((threads, f"{mapped:.3f}", seen[0], f"{streamed:.3f}", seen[1], f"{speed:.1f}", model.limit(threads)))
    header = ("cores", "mapped", "measured", "streamed", "measured", "GB/s of the faster", "what limits, without sync")
    return table(header, rows)


def of_micro(micro):
    kernels = list(next(iter(micro.values())))
    rows = [(name, *(f"{row[kernel]:,.0f}" for kernel in kernels)) for name, row in micro.items()]
    return table(("ns a record", *kernels), rows)


def of_instructions(columns):
    """`columns`: counts by catalogue name."""
    names = next(iter(columns.values()))
    rows = [(name, *(f"{counts[name]:,.0f}" for counts in columns.values())) for name in names]
    return table(("instructions a record", *columns), rows)


def write_csv(bench, path):
    header = ("catalogue", "records", "format", "way", "threads", "target", "sync", "rounds", "median_s", "min_s", "max_s")
    header += ("measure_s", "serialize_s", "commit_s", "cpu_s", "peak_rss_bytes", "bytes_out")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for case, timing in bench.timings.items():
            times = [timing.seconds, *timing.spread]
            times += [timing.phase(name) for name in ("measure", "serialize", "commit")] + [timing.cpu_seconds]
            writer.writerow((
                case.catalogue.name, case.catalogue.records, case.format, case.way, case.threads, case.target,
                "yes" if case.sync else "no", len(timing.usages), *("" if t is None else f"{t:.6f}" for t in times),
                timing.peak_rss, bench.sizes[case.catalogue.name, case.format],
            ))  # fmt: skip
