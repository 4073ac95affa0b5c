"""Draws the plots of a run, as SVG."""

from . import model as models
from .cases import BACKENDS, FORMATS, ROWS, Case

try:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot
except ImportError:
    matplotlib = None

COLOURS = {"mapped": "#1f77b4", "stream": "#d95f02", "cp": "#666666", "measure": "#9ecae1", "serialize": "#3182bd",
           "commit": "#08306b"}  # fmt: skip


def draw(bench, main, sizes, threads, model, folder):
    """Returns the names of the files that were drawn: none without matplotlib."""
    if matplotlib is None:
        return []
    matplotlib.rcParams.update({"svg.hashsalt": "bulkmarc", "svg.fonttype": "none", "font.size": 9, "axes.grid": True,
                                "grid.alpha": 0.3, "axes.axisbelow": True, "figure.autolayout": True})  # fmt: skip
    drawings = {
        "throughput": lambda axes: _throughput(axes, bench, main, threads),
        "phases": lambda axes: _phases(axes, bench, main, threads),
        "ratio": lambda axes: _ratio(axes, bench, main, threads),
        "sizes": lambda axes: _sizes(axes, bench, sizes, max(threads)),
    }
    if model:
        drawings["model"] = lambda axes: _model(axes, model)
    for name, fill in drawings.items():
        figure, axes = pyplot.subplots(figsize=(7, 3.6))
        fill(axes)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        pyplot.close(figure)
    return list(drawings)


def _throughput(axes, bench, main, threads):
    for target, dashes in (("disk", "-"), ("memory", "--"), ("null", ":")):
        for way in BACKENDS:
            cases = [Case(main, "marcxml", way, count, target) for count in threads]
            cases = [case for case in cases if case in bench.timings]
            speeds = [bench.sizes[main.name, "marcxml"] / bench.seconds(case) / 1e9 for case in cases]
            if cases:
                axes.plot([c.threads for c in cases], speeds, dashes, marker="o", color=COLOURS[way], label=f"{way}, {target}")
    axes.set(xlabel="threads", ylabel="GB/s of MARCXML", xticks=threads, title="Throughput by threads")
    axes.set_ylim(bottom=0)
    axes.legend()


def _ours(bench, main, threads, target="disk"):
    cases = [Case(main, f, way, count, target) for f in (*FORMATS, *ROWS) for way in BACKENDS for count in threads]
    return [case for case in cases if case in bench.timings]


def _phases(axes, bench, main, threads):
    cases = _ours(bench, main, threads)[::-1]
    left = [0.0] * len(cases)
    for phase in ("measure", "serialize", "commit"):
        widths = [bench.timings[case].phase(phase) for case in cases]
        axes.barh(range(len(cases)), widths, left=left, color=COLOURS[phase], label=phase)
        left = [a + b for a, b in zip(left, widths)]
    axes.set_yticks(range(len(cases)), [f"{case.format} {case.label()}" for case in cases], fontsize=6)
    axes.set(xlabel="seconds", title="Time by phase")
    axes.legend()


def _ratio(axes, bench, main, threads):
    ways = [(way, count) for way in BACKENDS for count in threads]
    formats = [f for f in (*FORMATS, *ROWS) if Case(main, f, "cp") in bench.timings]
    width = 0.8 / len(ways)
    for number, (way, count) in enumerate(ways):
        ratios = [bench.seconds(Case(main, f, way, count)) / bench.seconds(Case(main, f, "cp")) for f in formats]
        places = [at + number * width for at in range(len(formats))]
        alpha = 0.45 + 0.55 * (threads.index(count) + 1) / len(threads)
        axes.bar(places, ratios, width, color=COLOURS[way], alpha=alpha, label=f"{way} {count}")
    axes.axhline(1, color=COLOURS["cp"], linewidth=1.5, label="cp of the result")
    axes.set_xticks([at + 0.4 - width / 2 for at in range(len(formats))], formats)
    axes.set(ylabel="times cp's time", title="Ratio to a copy of the result (lower is better)")
    axes.legend(fontsize=7)


def _sizes(axes, bench, sizes, most):
    for way in (*BACKENDS, "cp"):
        for count in (1, most) if way in BACKENDS else (1,):
            cases = [Case(catalogue, "marcxml", way, count) for catalogue in sizes]
            cases = [case for case in cases if case in bench.timings]
            times = [bench.seconds(case) / case.catalogue.records * 1e6 for case in cases]
            axes.plot([case.catalogue.records for case in cases], times, "-" if count > 1 or way == "cp" else "--",
                      marker="o", color=COLOURS[way], label=cases[0].label() if cases else None)  # fmt: skip
    axes.set(xscale="log", xlabel="records", ylabel="us a record", title="Time a record by catalogue size, MARCXML")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=7)


def _model(axes, model):
    cores = [2 ** (step / 4) for step in range(25)]
    size = model.catalogue_bytes / 1e9
    axes.plot(cores, [size / model.mapped(p) for p in cores], color=COLOURS["mapped"], label="mapped")
    axes.plot(cores, [size / model.streamed(p) for p in cores], color=COLOURS["stream"], label="stream")
    for (way, threads), seconds in model.measured.items():
        axes.plot(threads, size / seconds, "o", color=COLOURS[way])
    axes.axhline(size / model.disk_seconds, color=COLOURS["cp"], label="the disk, with sync")
    axes.set(xscale="log", xlabel="cores", ylabel="GB/s of MARCXML", title="Model (lines) and measurements (dots)")
    axes.set_ylim(bottom=0)
    axes.set_xticks(models.ASKED, [str(p) for p in models.ASKED])
    axes.minorticks_off()
    axes.legend()
