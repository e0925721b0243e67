"""A back-test of the growth rule, beside vmalert's replay of it on the same server."""

import datetime
import resource
import shutil
import subprocess
import time

from . import remote_write, workshop
from .figures import OURS, PEER, Figure
from .processes import Failed, free_port
from .victoria_metrics import VictoriaMetrics

SERVICES, DAYS, STEP = 100, 7, 60
REPETITIONS = 3
MEMORY = "container_memory_working_set_bytes"
ALONE = "service-days for a CPU second"
TOGETHER = "service-days for a CPU second, the server's included"

RULES = f"""groups:
  - name: article
    interval: {STEP}s
    rules:
      - alert: growth_rule
        expr: deriv({MEMORY}[24h]) > 0
"""


def measure(measurement, programs):
    leakwatch, bench = programs
    end = int(time.time()) // STEP * STEP
    folder = workshop.SCRATCH / "backtest"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = VictoriaMetrics()
    try:
        remote_write.load(bench, server, [
            "--end", end, "--services", SERVICES, "--collectors", 0, "--step", STEP,
            "--hours", DAYS * 24])
        take(measurement, server, "LeakWatch, the growth rule alone", OURS,
             ours(leakwatch, server, folder, end, "plain",
                  "[rules.growth_rule]\nenabled = true\n[rules.memory_growth]\nenabled = false\n"))
        take(measurement, server, "vmalert -replay, the growth rule", PEER,
             theirs(server, folder, end))
        take(measurement, server, "LeakWatch, every rule and the verdict", OURS,
             ours(leakwatch, server, folder, end, "all", "[rules.growth_rule]\nenabled = true\n"))
    finally:
        server.remove()
    shutil.rmtree(folder)
    measurement.remarks.append(
        "vmalert leaves the rule's arithmetic to the server; LeakWatch reads each sample once and "
        "does it itself. vmalert writes its alerts back to the server, which is a part of its work.")


def ours(leakwatch, server, folder, end, name, rules):
    config = folder / f"{name}.toml"
    config.write_text(
        f"[cgroups]\nenabled = false\n{rules}[[prometheus]]\nurl = \"{server.url}\"\n"
        f"memory = '{MEMORY}'\ninterval = \"{STEP}s\"\n")
    return [leakwatch, "backtest", "--config", config, "--since", end - DAYS * 86400,
            "--until", end]


def theirs(server, folder, end):
    rules = folder / "rules.yml"
    rules.write_text(RULES)
    moment = lambda seconds: datetime.datetime.fromtimestamp(
        seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ["vmalert", f"-rule={rules}", f"-datasource.url={server.url}",
            f"-remoteWrite.url={server.url}", f"-remoteRead.url={server.url}",
            f"-replay.timeFrom={moment(end - DAYS * 86400)}", f"-replay.timeTo={moment(end)}",
            "-replay.maxDatapointsPerQuery=10000", "-replay.disableProgressBar",
            f"-httpListenAddr=127.0.0.1:{free_port()}", "-loggerLevel=WARN"]


def take(measurement, server, name, role, command):
    alone, together = [], []
    for _ in range(REPETITIONS):
        server_before, before = server.program.cpu_seconds(), children_cpu_seconds()
        complete(command)
        spent = children_cpu_seconds() - before
        alone.append(SERVICES * DAYS / spent)
        together.append(
            SERVICES * DAYS / (spent + server.program.cpu_seconds() - server_before))
    for quantity, values in ((ALONE, alone), (TOGETHER, together)):
        measurement.figures.append(Figure(quantity, "", name, role, values))


def complete(command):
    done = subprocess.run(
        [str(argument) for argument in command], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{command[0]} failed: {done.stderr[-1000:]}")


def children_cpu_seconds():
    """Of those that ended and were waited for; the server goes on running."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
