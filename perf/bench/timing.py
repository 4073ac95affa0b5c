"""The samples of one case, and what is told of them."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Timing:
    usages: list = field(default_factory=list)
    phases: list = field(default_factory=list)  # the report's seconds, of our own cases
    waits: list = field(default_factory=list)  # the longest wait of a SmallJob in each run

    @property
    def seconds(self):
        return statistics.median(usage.seconds for usage in self.usages)

    @property
    def spread(self):
        seconds = [usage.seconds for usage in self.usages]
        return min(seconds), max(seconds)

    @property
    def cpu_seconds(self):
        return statistics.median(usage.cpu_seconds for usage in self.usages)

    @property
    def peak_rss(self):
        return max(usage.peak_rss for usage in self.usages)

    def phase(self, name):
        return statistics.median(phase[name] for phase in self.phases) if self.phases else None
