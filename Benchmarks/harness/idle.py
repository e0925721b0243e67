"""A hundred services once a minute: what LeakWatch costs when nothing happens."""

import shutil
import time

from . import workshop
from .figures import OURS, PEER, Aim, Figure
from .processes import Program, free_port

SERVICES = 100
WARM_UP, WINDOW, WINDOWS = 15, 60, 3
SWITCHES = "voluntary context switches a second"
RESIDENT = "resident memory"

STAT = """anon 104857600
file 52428800
kernel 4194304
kernel_stack 327680
pagetables 655360
sock 16384
shmem 4096
file_mapped 20971520
file_dirty 8192
inactive_anon 102760448
active_anon 2097152
inactive_file 31457280
active_file 20971520
slab_reclaimable 1048576
slab_unreclaimable 786432
slab 1835008
pgfault 182734
pgmajfault 12
"""
FILES = {"memory.current": "163577856\n", "memory.max": "max\n", "memory.high": "max\n",
         "memory.swap.current": "0\n", "memory.swap.max": "max\n", "memory.stat": STAT,
         "memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n",
         "cgroup.controllers": "cpu io memory pids\n", "cgroup.procs": ""}


def measure(measurement, leakwatch):
    folder = workshop.SCRATCH / "idle"
    shutil.rmtree(folder, ignore_errors=True)
    make_tree(folder / "cgroup")
    configuration = folder / "config.toml"
    configuration.write_text(
        f'[cgroups]\nroot = "{folder}/cgroup"\n[journal]\nenabled = false\n')
    ours = Program([leakwatch, "run", "--config", configuration], workshop.log("idle-leakwatch"))
    port = free_port()
    peer = Program(["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}",
                    "--log.level=error"], workshop.log("idle-node-exporter"))
    with ours, peer:
        peer.wait_until_ready(f"http://127.0.0.1:{port}/metrics")
        time.sleep(WARM_UP)
        switches, cpu = observe([ours, peer])
        note(measurement, ours, "LeakWatch", OURS, switches[0], cpu[0], Aim("≤", 2), Aim("≤", 20))
        note(measurement, peer, "node_exporter, which nobody scrapes", PEER, switches[1], cpu[1])
    measurement.remarks.append(
        f"{SERVICES} services in a tree of cgroup v2 files of our own, read once a minute.")
    shutil.rmtree(folder)


def make_tree(root):
    for folder in [root, root / "system.slice",
                   *(root / f"system.slice/service-{number}.service" for number in range(SERVICES))]:
        folder.mkdir(parents=True)
        for name, text in FILES.items():
            (folder / name).write_text(text)


def observe(programs):
    """- Returns: switches a second and CPU milliseconds a second, by program and window."""
    switches, cpu = [[] for _ in programs], [[] for _ in programs]
    for _ in range(WINDOWS):
        before = [(each.voluntary_switches(), each.cpu_seconds()) for each in programs]
        time.sleep(WINDOW)
        for number, each in enumerate(programs):
            switches[number].append((each.voluntary_switches() - before[number][0]) / WINDOW)
            cpu[number].append((each.cpu_seconds() - before[number][1]) / WINDOW * 1000)
    return switches, cpu


def note(measurement, program, name, role, switches, cpu, switches_aim=None, resident_aim=None):
    memory = program.memory()
    measurement.figures += [
        Figure(SWITCHES, "", name, role, switches, switches_aim),
        Figure("CPU time a second", "ms", name, role, cpu),
        Figure(RESIDENT, "MiB", name, role, [memory.rss / 1024], resident_aim),
        Figure("proportional memory (PSS)", "MiB", name, role, [memory.proportional / 1024]),
        Figure("anonymous memory", "MiB", name, role, [memory.anonymous / 1024])]
