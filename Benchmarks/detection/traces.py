"""One recorded trace as columns of text: what is not touched is written back as it was read."""

import csv
import gzip
import pathlib
import statistics

TIME = "t_seconds"
START = "start_time_seconds"
LIMIT = "mem_max"
# Memory in use, best first, where the working set cannot be told.
IN_USE = ["mem_current", "mem_anon", "heap_committed_bytes", "heap_live_bytes"]


def stem(name):
    """The service's name: the file's without its endings."""
    return name.removesuffix(".gz").removesuffix(".csv")


def parse(cell):
    """A number, or None where there is no sample; "max" is no limit."""
    try:
        return float(cell)
    except ValueError:
        return None


class Trace:
    def __init__(self, name, columns):
        self.name = name
        self.columns = columns

    @classmethod
    def load(cls, path):
        path = pathlib.Path(path)
        opened = gzip.open if path.name.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, skipinitialspace=True)
            header = [name.strip() for name in next(rows)]
            whole = [row for row in rows if len(row) == len(header)]
        cells = list(zip(*whole)) if whole else [()] * len(header)
        return cls(stem(path.name), dict(zip(header, map(list, cells))))

    def write(self, folder):
        path = pathlib.Path(folder) / f"{self.name}.csv"
        lines = [",".join(self.columns), *map(",".join, zip(*self.columns.values()))]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def replacing(self, columns):
        return Trace(self.name, {**self.columns, **columns})

    def keeping(self, rows):
        """The rows of these numbers."""
        return Trace(self.name, {
            name: [cells[row] for row in rows] for name, cells in self.columns.items()})

    def numbers(self, name):
        """The values of a column; a column of None where the trace lacks it."""
        cells = self.columns.get(name)
        return list(map(parse, cells)) if cells else [None] * len(self.columns[TIME])

    @property
    def times(self):
        return [float(cell) for cell in self.columns[TIME]]

    @property
    def spacing(self):
        """Seconds from a sample to the next, usually."""
        times = self.times
        steps = [after - before for before, after in zip(times, times[1:])]
        return statistics.median(steps) if steps else 0.0

    def working_memory(self):
        """Memory in use less the page cache that the kernel drops first, as kubelets reckon."""
        for name in IN_USE:
            used = self.numbers(name)
            if any(value is not None for value in used):
                break
        if name != IN_USE[0]:
            return used
        idle = self.numbers("mem_inactive_file")
        return [value if value is None or cache is None else max(0.0, value - cache)
                for value, cache in zip(used, idle)]
