"""What scoring must know of a trace beside its label: its level, and how full its limit was."""

import dataclasses
import statistics

from .buckets import WIDTH
from .traces import LIMIT

LEVEL_SPAN = 3600.0


@dataclasses.dataclass(frozen=True)
class Facts:
    # Median of memory in use in the hour from the onset: what growth is a share of.
    level: float = None
    # The end of each 15 minutes, and the largest share of the limit in use in it.
    fullness: tuple = ()

    def greatest_share(self, since, until):
        """Of the limit, None where no limit is known."""
        shares = [share for end, share in self.fullness if since < end <= until]
        return max(shares, default=None)


def of(trace, onset):
    times, memory = trace.times, trace.working_memory()
    begin = times[0] if onset is None else max(onset, times[0])
    early = [value for time, value in zip(times, memory)
             if value is not None and begin <= time < begin + LEVEL_SPAN]
    fullest = {}
    for time, value, limit in zip(times, memory, trace.numbers(LIMIT)):
        if value is not None and limit:
            end = (time // WIDTH + 1) * WIDTH
            fullest[end] = max(fullest.get(end, 0.0), value / limit)
    return Facts(statistics.median(early) if early else None, tuple(sorted(fullest.items())))
