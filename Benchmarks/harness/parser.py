"""The exposition parser on the bodies of many targets."""

import json
import shutil

from . import workshop
from .figures import FLOOR, OURS, PEER, Aim, Figure

TARGETS, SERIES, REPETITIONS = 50, 2_000, 15
KEPT = ["container_memory_working_set_bytes", "container_memory_rss", "jvm_memory_used_bytes",
        "jvm_gc_pause_seconds_sum", "process_resident_memory_bytes"]

REPEATED = "series in the order of the scrape before"
REORDERED = "known series in another order"
FIRST = "first scrape of a target"

# Situation, aim when everything is kept, its counterpart in C.
OURS_BY_CASE = [("repeated", REPEATED, Aim("≥", 4000)), ("reordered", REORDERED, Aim("≥", 600)),
                ("first", FIRST, None)]
FLOORS = {
    "by position": (REPEATED, "every series", "C: compares with the scrape before, reads numbers"),
    "every series": (REORDERED, "every series", "C: splits, hashes, looks up, reads numbers"),
    "five names": (REORDERED, "five names", "C: skips lines by name, the rest as above"),
    "newlines": ("finding the ends of lines", "every series", "C: memchr"),
}


def measure(measurement, bench):
    folder = workshop.SCRATCH / "bodies"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    workshop.run([workshop.go("exporter"), "-targets", TARGETS, "-series", SERIES, "-write", folder])
    arguments = [folder, TARGETS, REPETITIONS]
    keep = [part for name in KEPT for part in ("--keep", name)]
    take_ours(measurement, [bench, "parse-bodies", *arguments], "every series")
    take_ours(measurement, [bench, "parse-bodies", *arguments, *keep], "five names")
    for case, speeds in speeds_by_case([workshop.floor("parse_floor"), *arguments]).items():
        situation, kept, name = FLOORS[case]
        measurement.figures.append(Figure(quantity(situation, kept), "MB/s", name, FLOOR, speeds))
    peer = speeds_by_case([workshop.go("expfmt"), *arguments])["expfmt"]
    measurement.figures.append(Figure(
        quantity(FIRST, "every series"), "MB/s", "Prometheus' Go library, expfmt", PEER, peer))
    measurement.remarks.append(
        "Debian packages no Go library with the parser of the Prometheus server itself; expfmt is "
        "the project's library for everyone else, and builds a tree of families.")
    shutil.rmtree(folder)


def take_ours(measurement, command, kept):
    speeds = speeds_by_case(command)
    for case, situation, aim in OURS_BY_CASE:
        measurement.figures.append(Figure(
            quantity(situation, kept), "MB/s", "LeakWatch", OURS, speeds[case],
            aim if kept == "every series" else None))


def quantity(situation, kept):
    return f"{situation}, {kept} kept"


def speeds_by_case(command):
    """- Returns: megabytes a second of CPU time, by case."""
    speeds = {}
    for line in map(json.loads, workshop.run(command).splitlines()):
        speeds.setdefault(line["case"], []).append(line["bytes"] / 1e6 / line["cpu_s"])
    return speeds
