"""A hundred services once a minute: what LeakWatch costs when nothing happens."""

import shutil
import time

from . import control_groups, workshop
from .figures import OURS, PEER, Aim, Figure
from .processes import Program, free_port

SERVICES = 100
WARM_UP, WINDOW, WINDOWS = 15, 60, 3
SWITCHES = "voluntary context switches a second"
RESIDENT = "resident memory"


def measure(measurement, leakwatch):
    folder = workshop.SCRATCH / "idle"
    folder.mkdir(exist_ok=True)
    configuration = folder / "config.toml"
    port = free_port()
    with control_groups.populated(SERVICES) as (root, groups, version):
        configuration.write_text(
            f'[cgroups]\nroot = "{root}"\ninclude = ["{groups.name}/*"]\n'
            "[journal]\nenabled = false\n")
        ours = Program([leakwatch, "run", "--config", configuration], workshop.log("idle-leakwatch"))
        peer = Program(["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}",
                        "--log.level=error"], workshop.log("idle-node-exporter"))
        with ours, peer:
            peer.wait_until_ready(f"http://127.0.0.1:{port}/metrics")
            time.sleep(WARM_UP)
            switches, cpu = observe([ours, peer])
            note(measurement, ours, "LeakWatch", OURS, switches[0], cpu[0], Aim("≤", 2),
                 Aim("≤", 20))
            note(measurement, peer, "node_exporter, which nobody scrapes", PEER, switches[1], cpu[1])
    measurement.remarks.append(
        f"{SERVICES} real cgroups (v{version}) with a process in each, read once a minute.")
    shutil.rmtree(folder)


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
