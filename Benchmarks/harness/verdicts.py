"""The verdict on many services: a round of them, as it is made every quarter of an hour."""

import json

from . import workshop
from .figures import OURS, Aim, Figure
from .processes import Failed

SERVICES, ROUNDS = 10_000, 5
ROUND = "the verdict on 10,000 services"


def measure(measurement, bench):
    output = workshop.run([bench, "judge-services", "--services", SERVICES, "--rounds", ROUNDS])
    *lines, kept = [json.loads(line) for line in output.splitlines()]
    if len(lines) != ROUNDS:
        raise Failed(f"{len(lines)} rounds were told instead of {ROUNDS}")
    measurement.figures += [
        Figure(ROUND, "s CPU", "LeakWatch", OURS, [line["cpu_s"] for line in lines],
               Aim("≤", 2), f"{lines[-1]['growing']:,} of them are found to grow"),
        Figure("state of a series", "KiB", "LeakWatch, buckets and floors", OURS,
               [lines[0]["bytes_per_series"] / 1024], Aim("≤", 8)),
        Figure("records of all of them as bytes", "s CPU", "LeakWatch", OURS,
               [kept["record_write_cpu_s"]], None,
               f"{kept['record_bytes'] / 2**20:,.0f} MiB, once a quarter of an hour"),
        Figure("records read back at the start", "s CPU", "LeakWatch", OURS,
               [kept["record_read_cpu_s"]])]
    measurement.remarks.append(
        "Four series of memory and a request counter each, over a week. No peer makes verdicts; "
        "the plain rule over as many series is measured under history.")
