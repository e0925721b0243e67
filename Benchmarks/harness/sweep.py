"""A sweep over the memory account of real cgroups."""

import json

from . import control_groups, workshop
from .figures import FLOOR, OURS, Aim, Figure
from .processes import Failed

CGROUPS, SWEEPS, REPETITIONS = 200, 25, 11
QUANTITY = "reading 1,000 cgroups"

# By cgroup version: what the floor reads, and what LeakWatch reads in every sweep beyond that.
USAGE_AND_STAT = {1: ["memory.usage_in_bytes", "memory.stat"], 2: ["memory.current", "memory.stat"]}
BEYOND = {1: ["memory.kmem.usage_in_bytes"], 2: ["memory.swap.current"]}


def measure(measurement, bench):
    with control_groups.populated(CGROUPS) as (root, folder, version):
        floor = [workshop.floor("sweep_floor"), folder, CGROUPS, SWEEPS, *USAGE_AND_STAT[version]]
        beyond = [name for name in BEYOND[version] if (folder / "0.service" / name).exists()]
        commands = {
            "ours": [bench, "sweep-cgroups", root, f"{folder.name}/*", SWEEPS],
            "floor": floor, "wider floor": [*floor, *beyond]}
        taken = {name: [] for name in commands}
        # In turn, so that all see the same load of the machine.
        for _ in range(REPETITIONS):
            for name, command in commands.items():
                taken[name].append(json.loads(workshop.run(command)))
    told = taken["ours"][0]
    if told["cgroups"] != CGROUPS:
        raise Failed(f"LeakWatch found {told['cgroups']} of {CGROUPS} cgroups")
    times = {name: [each["cpu_ms_per_1000"] for each in runs] for name, runs in taken.items()}
    measurement.figures += [
        Figure(QUANTITY, "ms CPU", "LeakWatch", OURS, times["ours"], Aim("≤", 1.3, of_ratio=True),
               f"with the search for new cgroups, after the first 18 sweeps; {told['readings']} readings of each"),
        Figure(QUANTITY, "ms CPU", "C: usage and memory.stat, kept descriptors", FLOOR,
               times["floor"]),
        Figure(QUANTITY, "ms CPU", f"C: {' and '.join(beyond) or 'the same'} as well", FLOOR,
               times["wider floor"], note="the files that LeakWatch reads in every sweep")]
    measurement.remarks.append(
        f"cgroup v{version}. Most of the time is the kernel's, which writes memory.stat anew for "
        "every reader.")
