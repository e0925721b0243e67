"""The simple rules that LeakWatch stands beside, evaluated hourly on the trailing day."""

import math

from .alerts import AlertLife
from .buckets import WIDTH, RankedWindow, Sums
from .outcomes import Firing, Outcome
from .traces import LIMIT

HOUR, DAY = 3600.0, 86_400.0
WINDOW = int(DAY // WIDTH)
QUARTER = int(6 * HOUR // WIDTH)
# Before this no rule is asked: a line through minutes says nothing, and counting that against the
# simple rules would flatter LeakWatch.
LEAST_HISTORY = 3 * HOUR
SIGNIFICANT = 1.96  # p < .05, two-sided.

NAMES = {
    "deriv": "deriv(memory[24h]) > 0",
    "deriv500": "deriv(memory[24h]) > 500 MB/day",
    "predict": "predict_linear: limit within 4 days",
    "kendall": "Mann–Kendall p < .05, Sen's slope > 0",
    "halves": "mean of the last half > mean of the first",
    "deriv_gc": "deriv > 0 and GC time rising 1.5 ×",
}


class Day:
    """What the rules may look at, at one moment."""

    def __init__(self, history, at, last):
        self.history, self.at, self.last = history, at, last
        self.first = max(0, last - WINDOW)
        self.line = history.memory.line(self.first, last)

    @property
    def is_rising(self):
        return self.line is not None and self.line[0] > 0

    def deriv(self):
        return self.is_rising

    def deriv500(self):
        return self.line is not None and self.line[0] * 24 > 500e6

    def predict(self):
        limit = self.history.limit_at(self.at)
        if self.line is None or limit is None:
            return False
        slope, start = self.line
        return start + slope * ((self.at - self.history.origin + 4 * DAY) / HOUR) > limit

    def kendall(self):
        ranked = self.history.ranked_until(self.last)
        return ranked.mann_kendall() > SIGNIFICANT and ranked.sen_is_positive()

    def halves(self):
        middle = (self.first + self.last) // 2
        early = self.history.memory.mean(self.first, middle)
        late = self.history.memory.mean(middle, self.last)
        return early is not None and late is not None and late > early

    def deriv_gc(self):
        """The last six hours of the day beside its first six; they must not overlap."""
        if not self.is_rising or self.last - self.first < 2 * QUARTER:
            return False
        early = self.history.gc_share(self.first, self.first + QUARTER)
        late = self.history.gc_share(self.last - QUARTER, self.last)
        return early is not None and late is not None and late > 1.5 * early > 0


class History:
    """A trace, folded for the rules."""

    def __init__(self, trace):
        self.times = trace.times
        self.origin = self.times[0]
        self.count = self.bucket_end(self.times[-1] + 1e-3)
        self.memory = Sums(self.times, trace.working_memory(), self.origin, self.count)
        self.limits = [(time, limit) for time, limit in zip(self.times, trace.numbers(LIMIT))
                       if limit]
        self.next_limit, self.limit = 0, None
        self.pauses = Sums(*increments(self.times, trace.numbers("gc_pause_seconds_total")),
                           self.origin, self.count)
        self.ranked, self.ranked_values, self.means = RankedWindow(), [], self.memory.means()

    def bucket_end(self, moment):
        return max(1, math.ceil((moment - self.origin) / WIDTH))

    def moments(self):
        """Every hour, and the last sample, as `leakwatch replay --every 3600` evaluates."""
        last = self.times[-1]
        moment = self.origin + HOUR
        while moment < last:
            yield moment
            moment += HOUR
        yield last

    def limit_at(self, moment):
        """The newest limit; moments come in rising order."""
        while self.next_limit < len(self.limits) and self.limits[self.next_limit][0] <= moment:
            self.limit = self.limits[self.next_limit][1]
            self.next_limit += 1
        return self.limit

    def ranked_until(self, last):
        """The pairs of the day up to bucket `last`, which only moves forward."""
        for bucket in range(len(self.ranked_values), last):
            value = self.means[bucket]
            self.ranked_values.append(value)
            if value is not None:
                self.ranked.add(value)
            oldest = self.ranked_values[bucket - WINDOW] if bucket >= WINDOW else None
            if oldest is not None:
                self.ranked.remove_oldest(oldest)
        return self.ranked

    def gc_share(self, first, last):
        """Time in pauses by time known; None without at least half an hour of it."""
        return self.pauses.mean(first, last) if self.pauses.window(first, last)[0] >= 30 else None


def increments(times, counter):
    """Rates of a counter from sample to sample, each at its later end; a reset counts from 0."""
    at, rates, before = [], [], None
    for time, value in zip(times, counter):
        if value is None:
            continue
        if before is not None and time > before[0]:
            grown = value - before[1] if value >= before[1] else value
            at.append(time)
            rates.append(grown / (time - before[0]))
        before = (time, value)
    return at, rates


def evaluate(trace, hold, keep):
    """What each rule would have done on this trace, by the rule's name."""
    history = History(trace)
    lives = {name: AlertLife(hold, keep) for name in NAMES}
    firings = {name: [] for name in NAMES}
    for moment in history.moments():
        if moment - history.origin < LEAST_HISTORY:
            continue
        day = Day(history, moment, min(history.count, history.bucket_end(moment)))
        slope = day.line[0] * 24 if day.line else None
        for name, life in lives.items():
            if life.step(moment, getattr(day, name)()):
                firings[name].append(Firing(moment, None, slope))
    return {name: Outcome(tuple(found)) for name, found in firings.items()}
