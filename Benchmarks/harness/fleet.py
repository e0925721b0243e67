"""Ten thousand services through one server: a day read back, then minute after minute."""

import contextlib
import os
import shutil
import socket
import time

from . import remote_write, workshop
from .figures import OURS, PEER, Figure
from .processes import Failed, Program
from .prometheus import Prometheus

SERVICES, HOURS, STEP = 10_000, 24, 60
AHEAD_MINUTES, SETTLE, MINUTES = 45, 60, 4
READY_WITHIN = 900
BACKFILL, RUNNING, MEMORY = "a day read back", "CPU time a minute", "resident memory"


def measure(measurement, programs):
    leakwatch, bench = programs
    folder = workshop.SCRATCH / "fleet"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = Prometheus()
    try:
        # The history reaches into the time to come: there is a sample for every minute to be asked.
        end = int(time.time()) // STEP * STEP + AHEAD_MINUTES * 60
        remote_write.load(bench, server, [
            "--end", end, "--services", SERVICES, "--collectors", 0, "--step", STEP,
            "--hours", HOURS])
        server.settle()
        for share, name in ((None, "LeakWatch"), ("1/4", "LeakWatch, one of four that share them")):
            take(measurement, server, leakwatch, folder, name, share)
    finally:
        server.program.stop()
        shutil.rmtree(workshop.SCRATCH / "prometheus", ignore_errors=True)
    shutil.rmtree(folder)
    measurement.remarks.append(
        "A minute holds a query of every service's memory, the rules, a fifteenth of the verdicts "
        "and the state's way to disk.")


def take(measurement, server, leakwatch, folder, name, share):
    state = folder / name
    config = folder / "config.toml"
    config.write_text(
        (f'shard = "{share}"\n' if share else "") +
        "[cgroups]\nenabled = false\n[journal]\nenabled = false\n"
        f'[[prometheus]]\nurl = "http://127.0.0.1:{server.port}"\nbackfill = "1d"\n'
        f'memory = "container_memory_working_set_bytes"\ninterval = "{STEP}s"\n')
    state.mkdir()
    notified = folder / "notify.sock"
    environment = {
        **os.environ, "STATE_DIRECTORY": str(state), "NOTIFY_SOCKET": str(notified)}
    log = workshop.log(f"fleet-{'share' if share else 'all'}")
    before = server.program.cpu_seconds()
    with service_manager(notified) as heard, Program(
            [leakwatch, "run", "--config", config], log, environment=environment) as program:
        began = time.monotonic()
        wait_until_ready(program, heard)
        note = lambda *figure, role=OURS, who=name: measurement.figures.append(
            Figure(figure[0], figure[1], who, role, figure[2]))
        note(f"{BACKFILL}: time", "s", [time.monotonic() - began])
        note(f"{BACKFILL}: CPU time", "s", [program.cpu_seconds()])
        note(f"{BACKFILL}: the server's CPU time", "s", [server.program.cpu_seconds() - before])
        time.sleep(SETTLE)
        spent, servers = [], []
        for _ in range(MINUTES):
            mine, theirs = program.cpu_seconds(), server.program.cpu_seconds()
            time.sleep(60)
            spent.append((program.cpu_seconds() - mine) * 1000)
            servers.append((server.program.cpu_seconds() - theirs) * 1000)
        note(RUNNING, "ms", spent)
        note(f"the server's {RUNNING}", "ms", servers)
        memory = program.memory()
        note(MEMORY, "MiB", [memory.rss / 1024])
        note(f"peak {MEMORY}", "MiB", [memory.peak_rss / 1024])
    notified.unlink()
    if not share:
        memory = server.program.memory()
        note(MEMORY, "MiB", [memory.rss / 1024], role=PEER, who="the Prometheus that holds the day")


@contextlib.contextmanager
def service_manager(path):
    """Takes the place of systemd. - Yields: a socket that hears what a service notifies."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(path))
        heard.settimeout(5)
        yield heard


def wait_until_ready(program, heard):
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if program.child.poll() is not None:
            raise Failed(f"leakwatch ended early: {program.tail()}")
        try:
            if b"READY=1" in heard.recv(65536):
                return
        except TimeoutError:
            continue
    raise Failed(f"the history is not read after {READY_WITHIN} s: {program.tail()}")
