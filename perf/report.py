"""Writes what was measured: results.md for people, results.csv for programs, and two plots."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

from cases import PROMISES, SECTIONS, THREADS, Case
from measure import Result

Results = dict[Case, Result]
WAYS = ("mapped", "placed", "streamed")
COLOURS = {"mapped": "#1f77b4", "placed": "#2ca02c", "streamed": "#d95f02", "cp": "#666666"}
MOST_PRIVATE_MIB = 96

HEAD = """# Results

Made by `perf/bench` on {date}; nothing here is written by hand. What follows from it is in
[performance](../performance.md). Medians of {rounds} rounds; in each of them every case ran twice in a row, and the
second run was counted. MB are millions of bytes.
"""


def markdown(facts: dict[str, str], results: Results, rounds: int) -> str:
    parts = [HEAD.format(date=time.strftime("%Y-%m-%d"), rounds=rounds)]
    parts.append("".join(f"- {name}: {value}\n" for name, value in facts.items()))
    if promises := list(_promises(results)):
        parts += ["## Promises\n", _table(("what", "wanted", "measured", ""), promises)]
    for name, section in SECTIONS.items():
        if cases := [case for case in results if case.row.section == name]:
            header = ("what", "way", "threads", *(f"x {way.replace('/', ' or ')}" for way in section.beside),
                      "seconds", "min - max", "us a record", "MB/s", "private MiB", "bytes")  # fmt: skip
            table = _table(header, [_row(case, results) for case in cases])
            parts += [f"## {section.title}\n", f"{section.note}\n", table]
    return "\n".join(parts)


def _promises(results: Results) -> Iterator[tuple[str, ...]]:
    by_name = {(case.row.section, case.work, case.row.way, case.threads): result for case, result in results.items()}
    for promise in PROMISES:
        ours = by_name.get((promise.section, promise.work, *promise.ours))
        theirs = by_name.get((promise.section, promise.work, *promise.theirs))
        if ours and theirs:
            ratio = ours.seconds / theirs.seconds
            (our_way, threads), (their_way, their_threads) = promise.ours, promise.theirs
            what = f"{promise.section} {promise.work}: {our_way} on {threads} against {their_way} on {their_threads}"
            yield what, f"<= {promise.most:.2f} x", f"{ratio:.2f} x", "met" if ratio <= promise.most else "**not met**"
    ways = {case.row.way for case in results} & set(WAYS)
    for way in sorted(ways):
        most = max(result.private for case, result in results.items() if case.row.way == way) / 2**20
        met = "met" if most < MOST_PRIVATE_MIB else "**not met**"
        yield f"private memory of exports, {way}", f"< {MOST_PRIVATE_MIB} MiB", f"{most:.1f} MiB", met


def _row(case: Case, results: Results) -> list[str]:
    result = results[case]
    low, high = result.spread
    ratios = (_beside(case, way, results) for way in case.section.beside)
    return [
        case.work, case.row.way, str(case.threads),
        *(f"{result.seconds / other.seconds:.2f}" if other else "" for other in ratios),
        f"{result.seconds:.4g}", f"{low:.4g} - {high:.4g}",
        f"{result.seconds / result.records * 1e6:.2f}" if result.records else "",
        f"{result.plain_bytes / result.seconds / 1e6:,.0f}" if result.plain_bytes else "",
        f"{result.private / 2**20:.1f}", f"{result.bytes_written:,}" if result.bytes_written else "",
    ]  # fmt: skip


def _beside(case: Case, ways: str, results: Results) -> Result | None:
    """The result that a case is compared with: on as many threads, or else on the fewest."""
    others = [other for other in results if other[0].section == case.row.section and other.work == case.work]
    others = [other for other in others if other.row.way in ways.split("/")]
    best = min(others, key=lambda other: (other.threads != case.threads, other.threads), default=None)
    return results[best] if best else None


def _table(header: tuple[str, ...], rows: list) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (header, ["---"] * len(header), *rows))


def write_csv(results: Results, path: Path) -> None:
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("section", "work", "way", "threads", "records", "rounds", "median_s", "min_s", "max_s",
                         "cpu_s", "private_bytes", "plain_bytes", "bytes_written"))  # fmt: skip
        for case, result in results.items():
            times = (f"{value:.6f}" for value in (result.seconds, *result.spread, result.cpu_seconds))
            writer.writerow((case.row.section, case.work, case.row.way, case.threads, result.records,
                             len(result.usages), *times, result.private, result.plain_bytes,
                             result.bytes_written))  # fmt: skip


def draw(results: Results, folder: Path) -> bool:
    """Draws throughput.svg and ratio.svg; false without matplotlib, or without exports."""
    try:
        import matplotlib
    except ImportError:
        return False
    if not any(case.row.section == "export" for case in results):
        return False
    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams.update({"svg.hashsalt": "bulkmarc", "svg.fonttype": "none", "font.size": 9, "axes.grid": True,
                                "grid.alpha": 0.3, "axes.axisbelow": True, "figure.autolayout": True})  # fmt: skip
    for name, fill in (("throughput", _draw_throughput), ("ratio", _draw_ratio)):
        figure, axes = pyplot.subplots(figsize=(7, 3.6))
        fill(axes, results)
        axes.legend(fontsize=7)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        pyplot.close(figure)
    return True


def _draw_throughput(axes, results: Results) -> None:
    for section, line in (("export", "-"), ("memory", "--"), ("null", ":")):
        for way in WAYS:
            points = [(case.threads, result.plain_bytes / result.seconds / 1e9) for case, result in results.items()
                      if (case.row.section, case.work, case.row.way) == (section, "marcxml", way)]  # fmt: skip
            label = f"{way}, {SECTIONS[section].target}"
            if points:
                axes.plot(*zip(*points, strict=True), line, marker="o", color=COLOURS[way], label=label)
    axes.set(xlabel="threads", ylabel="GB/s of MARCXML", xticks=THREADS, title="Throughput by threads", ylim=(0, None))


def _draw_ratio(axes, results: Results) -> None:
    cases = {(case.work, case.row.way, case.threads): case for case in results if case.row.section == "export"}
    formats = [work for work, way, _ in cases if way == "cp"]
    bars = [(way, threads) for way in WAYS for threads in THREADS]
    width = 0.8 / len(bars)
    for number, (way, threads) in enumerate(bars):
        ours = [results[cases[format, way, threads]].seconds for format in formats]
        ratios = [ours[at] / results[cases[format, "cp", 1]].seconds for at, format in enumerate(formats)]
        alpha, label = 0.45 + 0.55 * (THREADS.index(threads) + 1) / len(THREADS), f"{way}, threads: {threads}"
        places = [at + number * width for at in range(len(formats))]
        axes.bar(places, ratios, width, color=COLOURS[way], alpha=alpha, label=label)
    axes.axhline(1, color=COLOURS["cp"], linewidth=1.5, label="cp of the result")
    axes.set_xticks([at + 0.4 - width / 2 for at in range(len(formats))], formats)
    axes.set(ylabel="times cp's time", title="Ratio to a copy of the result (lower is better)")
