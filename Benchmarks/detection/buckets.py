"""Sums over 15 minutes, from which hourly rules take their windows without reading samples again.

Windows begin and end between buckets, so a least-squares line is the samples' own: nothing is lost
by folding. Only ranks (Mann–Kendall) and extremes see the buckets' values instead of the samples.
"""

import bisect
import itertools
import math

WIDTH = 900.0


class Sums:
    """Running sums of samples by bucket: a window is the difference of two of them."""

    def __init__(self, times, values, origin, count):
        folded = [[0.0] * 5 for _ in range(count)]
        for time, value in zip(times, values):
            if value is None:
                continue
            age = (time - origin) / 3600  # Hours: squares of Unix seconds would lose digits.
            at = folded[min(count - 1, int((time - origin) // WIDTH))]
            for place, term in enumerate((1.0, age, value, age * age, age * value)):
                at[place] += term
        self.folded = folded
        self.running = [list(itertools.accumulate(column, initial=0.0))
                        for column in zip(*folded)] if folded else [[0.0]] * 5

    def window(self, first, last):
        return [column[last] - column[first] for column in self.running]

    def mean(self, first, last):
        count, _, total, _, _ = self.window(first, last)
        return total / count if count else None

    def line(self, first, last):
        """Slope an hour, and the line's value at hour 0; None where there is no line."""
        count, ages, total, squares, products = self.window(first, last)
        spread = squares - ages * ages / count if count >= 2 else 0.0
        if spread <= 1e-9:
            return None
        slope = (products - ages * total / count) / spread
        return slope, (total - slope * ages) / count

    def means(self):
        return [total / count if count else None for count, _, total, _, _ in self.folded]


class RankedWindow:
    """The pairs of a sliding window that rise and that fall, kept as values come and go."""

    def __init__(self):
        self.ranked = []
        self.rising = self.falling = 0

    def add(self, value):
        below = bisect.bisect_left(self.ranked, value)
        self.rising += below
        self.falling += len(self.ranked) - bisect.bisect_right(self.ranked, value)
        self.ranked.insert(below, value)

    def remove_oldest(self, value):
        below = bisect.bisect_left(self.ranked, value)
        above = len(self.ranked) - bisect.bisect_right(self.ranked, value)
        del self.ranked[below]
        self.rising -= above
        self.falling -= below

    def mann_kendall(self):
        """The trend's normal score, corrected for ties and continuity; independence assumed."""
        count = len(self.ranked)
        variance = count * (count - 1) * (2 * count + 5)
        if count and len(set(self.ranked)) < count:
            for _, group in itertools.groupby(self.ranked):
                ties = sum(1 for _ in group)
                variance -= ties * (ties - 1) * (2 * ties + 5)
        score = self.rising - self.falling
        if variance <= 0 or score == 0:
            return 0.0
        return (score - math.copysign(1, score)) / math.sqrt(variance / 18)

    def sen_is_positive(self):
        """Sen's slope is the median of the slopes of all pairs: positive where most pairs rise."""
        pairs = len(self.ranked) * (len(self.ranked) - 1) // 2
        return self.rising * 2 > pairs
