"""The same trace at another interval of sampling."""

import statistics

from .traces import START, TIME, parse

# Between samples farther apart than this share of the spacing lies a gap, which stays one.
GAP_SHARE = 1.5


def finer(seconds):
    """Samples put between those that are there, on straight lines, with the trace's own jitter."""
    def apply(trace, chance):
        parts = round(trace.spacing / seconds)
        if parts < 2:
            return trace
        times = trace.times
        steps = list(zip(times, times[1:]))
        limit = GAP_SHARE * trace.spacing
        usual = [after - before for before, after in steps if after - before <= limit]
        jitter = statistics.pstdev(usual) if len(usual) > 1 else 0.0
        whole = continuous_steps(trace, steps, limit)
        moments = [inner_moments(step, parts, jitter, chance) if joined else []
                   for step, joined in zip(steps, whole)] + [[]]
        columns = {TIME: flat([cell, *(f"{inner:.3f}" for inner in inside)]
                              for cell, inside in zip(trace.columns[TIME], moments))}
        for name, cells in trace.columns.items():
            if name != TIME:
                columns[name] = filled(name, cells, times, moments)
        return trace.replacing(columns)
    return apply


def flat(lists):
    return [cell for each in lists for cell in each]


def continuous_steps(trace, steps, limit):
    """Whether samples may be put into each step: it spans neither a gap nor a restart."""
    starts = trace.columns.get(START) or [""] * (len(steps) + 1)
    counters = [trace.numbers(name) for name in trace.columns if name.endswith("_total")]
    for row, (before, after) in enumerate(steps):
        fell = any(counter[row] is not None and counter[row + 1] is not None
                   and counter[row + 1] < counter[row] for counter in counters)
        yield after - before <= limit and starts[row] == starts[row + 1] and not fell


def inner_moments(step, parts, jitter, chance):
    before, after = step
    width = (after - before) / parts
    # A third of the width at most: the order of samples stays.
    reach = min(jitter, width / 3)
    return [before + part * width + chance.uniform(-reach, reach) for part in range(1, parts)]


def filled(name, cells, times, moments):
    """Amounts and counters lie on a line between two samples; what is set at times is held."""
    is_held = name in (START, "mem_max", "mem_high") or name == "oom_kills_total"
    result = []
    for row, inside in enumerate(moments):
        result.append(cells[row])
        if not inside:
            continue
        first, second = parse(cells[row]), parse(cells[row + 1])
        if is_held or first is None or second is None or first == second:
            # A value on one side alone is no line: the samples between are not known.
            known = is_held or first == second
            result += [cells[row] if known else ""] * len(inside)
            continue
        slope = (second - first) / (times[row + 1] - times[row])
        digits = 6 if "." in cells[row] or "." in cells[row + 1] else 0
        result += [f"{first + slope * (inner - times[row]):.{digits}f}" for inner in inside]
    return result


def coarser(seconds):
    """The first sample of each interval."""
    def apply(trace, _):
        kept, taken = [], None
        for row, time in enumerate(trace.times):
            if time // seconds != taken:
                taken = time // seconds
                kept.append(row)
        return trace.keeping(kept)
    return apply
