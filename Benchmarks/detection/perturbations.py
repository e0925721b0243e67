"""Changes to a trace that must not change what is said of it.

Each takes a trace and a generator of its own, seeded by its name and the trace's, so that every run
makes the same traces.
"""

import dataclasses
import random
import typing

from . import resampling
from .traces import START, TIME, parse

CLOCK_JITTER = 10.0
GAP = 3 * 3600.0
# A gap falls here, so that it lies inside the time that is judged.
GAP_PLACE = (0.3, 0.9)


@dataclasses.dataclass(frozen=True)
class Perturbation:
    name: str
    title: str
    apply: typing.Callable
    # What it does to moments and sizes, so that outcomes can be held against the same labels.
    shift: float = 0.0
    scale: float = 1.0
    # Whether something is gone that the verdict could have known by; the others tell it as much.
    removes_signal: bool = False

    def of(self, trace):
        return self.apply(trace, random.Random(f"{self.name}: {trace.name}"))


def is_memory(column):
    return column.startswith(("mem_", "heap_")) or column.endswith("_bytes")


def mapped(cells, change):
    """Numbers changed and rounded to whole bytes; empty cells and words stay as they are."""
    changed = []
    for cell in cells:
        value = parse(cell) if cell else None
        changed.append(cell if value is None else str(round(change(value))))
    return changed


def scaled(factor):
    def apply(trace, _):
        return trace.replacing({
            name: mapped(cells, lambda value: value * factor)
            for name, cells in trace.columns.items() if is_memory(name)})
    return apply


def shifted(seconds):
    def apply(trace, _):
        return trace.replacing({
            name: moved(trace.columns[name], seconds)
            for name in (TIME, START) if name in trace.columns})
    return apply


def moved(cells, seconds):
    return [repr(parse(cell) + seconds) if parse(cell) is not None else cell for cell in cells]


def noisy(share):
    """White noise in every memory column but the limit, each by itself, as a share of its value."""
    def apply(trace, chance):
        gauss = chance.gauss
        return trace.replacing({
            name: mapped(cells, lambda value: max(0.0, value * (1 + share * gauss(0, 1))))
            for name, cells in trace.columns.items() if is_memory(name) and name != "mem_max"})
    return apply


def dropping(share):
    def apply(trace, chance):
        count = len(trace.columns[TIME])
        # The first and last sample stay: they say when the trace begins and ends.
        return trace.keeping([row for row in range(count)
                              if row in (0, count - 1) or chance.random() >= share])
    return apply


def jittered(trace, chance):
    """Each stamp moved by up to ten seconds, or a third of the spacing; order is kept."""
    times = trace.times
    reach = min(CLOCK_JITTER, trace.spacing / 3)
    stamps = sorted(time + chance.uniform(-reach, reach) for time in times)
    return trace.replacing({TIME: [f"{stamp:.3f}" for stamp in stamps]})


def gapped(trace, chance):
    times = trace.times
    span = times[-1] - times[0]
    start = times[0] + span * chance.uniform(*GAP_PLACE)
    if span < 3 * GAP:
        return trace
    return trace.keeping([row for row, time in enumerate(times)
                          if not start <= time < start + GAP])


def lacking(*prefixes):
    def apply(trace, _):
        kept = {name: cells for name, cells in trace.columns.items()
                if not name.startswith(prefixes)}
        return type(trace)(trace.name, kept)
    return apply


DAY, ODD_HOURS = 86_400, 5 * 3600 + 17 * 60

ALL = [
    Perturbation("tenth", "memory and limit × 0.1", scaled(0.1), scale=0.1),
    Perturbation("sevenfold", "memory and limit × 7", scaled(7), scale=7),
    Perturbation("day_later", "a day later", shifted(DAY), shift=DAY),
    Perturbation("hours_later", "5 h 17 min later", shifted(ODD_HOURS), shift=ODD_HOURS),
    Perturbation("noise_0.3", "white noise of 0.3 %", noisy(0.003)),
    Perturbation("noise_1", "white noise of 1 %", noisy(0.01)),
    Perturbation("drop_10", "10 % of the samples lost", dropping(0.1)),
    Perturbation("drop_30", "30 % of the samples lost", dropping(0.3)),
    Perturbation("every_15s", "a sample every 15 s", resampling.finer(15)),
    Perturbation("every_5min", "a sample every 5 min", resampling.coarser(300)),
    Perturbation("jitter", "clock jitter of ± 10 s", jittered),
    Perturbation("gap", "a gap of 3 h", gapped),
    Perturbation("no_requests", "no request counter", lacking("requests_"),
                 removes_signal=True),
    Perturbation("no_heap", "no heap metrics", lacking("heap_"), removes_signal=True),
]
