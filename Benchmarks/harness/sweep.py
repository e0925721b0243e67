"""A sweep over the memory account of real cgroups."""

import json

from . import control_groups, workshop
from .figures import FLOOR, OURS, Aim, Figure
from .processes import Failed

CGROUPS, SWEEPS, REPETITIONS = 200, 25, 11
QUANTITY = "reading 1,000 cgroups"


def measure(measurement, bench):
    ours, floor = [], []
    with control_groups.populated(CGROUPS) as (root, folder, version):
        for _ in range(REPETITIONS):
            told = run([bench, "sweep-cgroups", root, f"{folder.name}/*", SWEEPS])
            ours.append(told["cpu_ms_per_1000"])
            floor.append(run([workshop.floor("sweep_floor"), folder, CGROUPS, SWEEPS])
                         ["cpu_ms_per_1000"])
    if told["cgroups"] != CGROUPS:
        raise Failed(f"LeakWatch found {told['cgroups']} of {CGROUPS} cgroups")
    measurement.figures.append(Figure(
        QUANTITY, "ms CPU", "LeakWatch", OURS, ours, Aim("≤", 1.3, of_ratio=True),
        f"discovery included; {told['readings']} readings of each"))
    measurement.figures.append(Figure(
        QUANTITY, "ms CPU", "C: usage and memory.stat from kept descriptors", FLOOR, floor))
    measurement.remarks.append(
        f"cgroup v{version}. Nearly all of the time is the kernel's, which writes memory.stat anew "
        "for every reader.")


def run(command):
    return json.loads(workshop.run(command))
