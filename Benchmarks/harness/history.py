"""A day of 11,000 series in memory, and the growth rule over it."""

import json
import shutil
import time

from . import remote_write, workshop
from .figures import FLOOR, OURS, PEER, Aim, Figure
from .processes import Failed, Program
from .prometheus import Prometheus

SERVICES, COLLECTORS, STEP, HOURS = 10_000, 1_000, 60, 24
REPETITIONS = 15
DERIV = "deriv(container_memory_working_set_bytes[24h]) > 0"
COUNT = ('sum(count_over_time({__name__=~"container_memory_working_set_bytes|'
         'jvm_gc_pause_seconds_sum"}[24h]))')

MEMORY = "anonymous memory of a day of 11,000 series"
SLOPES = "deriv(memory[24h]) > 0 over 10,000 series"

# What our side holds: form, name, aim, note, and what its times are (name, aim, note).
FORMS = [
    ("windows", "LeakWatch, windows", Aim("≤", 40), "buckets and floors: what rules work on", None),
    ("engine", "LeakWatch, Engine as configured by default", None,
     "10,000 services with a window each, an hour of every sample of 1,000 GC counters", None),
    ("windows-and-logs", "LeakWatch, windows and every sample", None,
     "what the growth rule needs, for all series",
     ("LeakWatch, slopes", Aim("≤", 2),
      "caches emptied before each pass, as after a minute of other work")),
    ("engine-growth-rule", "LeakWatch, Engine with the growth rule on", None, "",
     ("LeakWatch, Engine: every rule on every service", None,
      "findings with their reasons, states of alerts, effects")),
]


def measure(measurement, bench):
    end = int(time.time()) // STEP * STEP
    options = ["--end", end, "--services", SERVICES, "--collectors", COLLECTORS, "--step", STEP,
               "--hours", HOURS]
    growing = [hold(measurement, bench, options, *form) for form in FORMS][2]
    prometheus = Prometheus()
    try:
        load(measurement, bench, prometheus, options, end)
        query(measurement, prometheus, end, growing)
    finally:
        prometheus.program.stop()
        shutil.rmtree(workshop.SCRATCH / "prometheus", ignore_errors=True)
    take_floor_slopes(measurement)


def hold(measurement, bench, options, form, name, aim, note, timed):
    """- Returns: how many series grow, by our count, where that is counted."""
    log = workshop.log(f"hold-{form}")
    command = [bench, "hold-history", *options, "--repetitions", REPETITIONS, form]
    with Program(command, log, capture=True) as program:
        told = json.loads(program.line())
        megabytes = program.memory().anonymous / 1024
        output, _ = program.child.communicate()
    feeding = told["feed_cpu_s"] / told["samples"] * 1e6
    measurement.figures.append(Figure(
        MEMORY, "MiB", name, OURS, [megabytes], aim,
        "; ".join(filter(None, [note, f"{feeding:.2f} µs of CPU to take in a sample"]))))
    if not timed:
        return None
    # The first pass of the Engine makes alerts pending and is not like the others.
    lines = [json.loads(line) for line in output.splitlines()][1:]
    measurement.figures.append(Figure(
        SLOPES, "ms CPU", timed[0], OURS, [line["cpu_ms"] for line in lines], *timed[1:]))
    return lines[0]["count"]


def load(measurement, bench, prometheus, options, end):
    told = remote_write.load(bench, prometheus, options)
    prometheus.settle()
    memory = prometheus.program.memory()
    stored = int(float(prometheus.query(COUNT, end)[0]["value"][1]))
    if stored != told["samples"]:
        raise Failed(f"prometheus stored {stored} of {told['samples']} samples")
    measurement.figures.append(Figure(
        MEMORY, "MiB", "Prometheus, 20 s after a collection", PEER, [memory.anonymous / 1024],
        note="older blocks lie on disk and are mapped: not counted"))


def query(measurement, prometheus, end, growing):
    spent = []
    for repetition in range(REPETITIONS):
        # A minute earlier each time: nothing may come from a cache.
        milliseconds, result = prometheus.timed_query(DERIV, end - repetition * STEP)
        spent.append(milliseconds)
        if repetition == 0 and len(result) != growing:
            raise Failed(f"prometheus finds {len(result)} growing series, LeakWatch {growing}")
    measurement.figures.append(Figure(SLOPES, "ms CPU", "Prometheus, instant query", PEER, spent))
    measurement.remarks.append(
        f"Both find the same number of growing series on the same samples: {growing:,}.")


def take_floor_slopes(measurement):
    output = workshop.run(
        [workshop.floor("slope_floor"), SERVICES, HOURS * 3600 // STEP, REPETITIONS])
    for line in map(json.loads, output.splitlines()):
        measurement.figures.append(Figure(
            SLOPES, "ms CPU", f"C: {line['case']}", FLOOR, line["cpu_ms"]))
