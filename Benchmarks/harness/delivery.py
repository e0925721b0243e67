"""Ten thousand alerts at once to one webhook, one request each; ours are all on disk first."""

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.request

from . import workshop
from .figures import FLOOR, OURS, PEER, Aim, Figure
from .made_up_groups import MadeUpGroups
from .processes import Failed, Program, free_port, get

ALERTS, REPETITIONS, COURIERS, AT_ONCE = 10_000, 3, 3, 100
WITHIN, QUIET = 180, 10
CPU = "CPU time an alert, from its sender on"
WHOLE, ALL = "CPU time an alert, from the OOM kill on", "the same with what goes on anyway"
PEAK, TIME = "peak resident memory", "until the last has arrived"

CONFIGURATION = """\
[cgroups]
root = "{root}"
interval = "5s"
[windows]
max_memory = "1GiB"
[rules]
evaluation_interval = "5s"
[journal]
enabled = false
[[sink]]
name = "hook"
type = "webhook"
url = "{url}"
"""

ALERTMANAGER = """\
route:
  receiver: hook
  group_by: ['...']
  group_wait: 0s
  group_interval: 5m
  repeat_interval: 4h
receivers:
  - name: hook
    webhook_configs:
      - url: {url}
        send_resolved: false
"""


class Receiver:
    def __init__(self):
        port = free_port()
        self.port, self.base = port, f"http://127.0.0.1:{port}"
        self.hook = f"{self.base}/hook"
        self.program = Program([workshop.go("receiver"), "-port", port], workshop.log("receiver"))
        self.program.wait_until_ready(f"{self.base}/stats")

    def reset(self):
        get(f"{self.base}/reset")

    def stats(self):
        return json.loads(get(f"{self.base}/stats"))

    def wait_for(self, alerts, sender):
        """- Returns: when all of them were here, on the monotonic clock."""
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            if (found := self.stats())["distinct"] >= alerts:
                return time.monotonic()
            time.sleep(0.1)
        raise Failed(f"of {alerts} alerts {found['distinct']} arrived in {WITHIN} s: "
                     f"{sender.tail()}")


def measure(measurement, built):
    leakwatch, bench = built
    folder = workshop.SCRATCH / "delivery"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    receiver = Receiver()
    groups = MadeUpGroups(folder / "cgroup", ALERTS)
    ours, theirs = Tally(), Tally()
    courier = []
    for number in range(REPETITIONS):
        # One takes a second: more of them, for a steadier median.
        courier += [courier_run(bench, folder / f"courier{number}-{one}", receiver)
                    for one in range(COURIERS)]
        ours.take(receiver, leakwatch_run(leakwatch, folder, groups, receiver, number))
        size = len(body := get(f"{receiver.base}/body"))
        theirs.take(receiver, alertmanager_run(folder, receiver))
    floor = [post(receiver, body) for _ in range(REPETITIONS)]
    measurement.figures += [
        Figure(CPU, "ms", "LeakWatch", OURS, courier, Aim("≤", 0.08)),
        Figure(CPU, "ms", "Alertmanager", PEER, theirs.spent),
        Figure(CPU, "ms", "C: the same bodies over one connection", FLOOR, floor),
        Figure(WHOLE, "ms", "LeakWatch", OURS, ours.spent),
        Figure(ALL, "ms", "LeakWatch", OURS, ours.all),
        Figure(TIME, "s", "LeakWatch", OURS, ours.seconds),
        Figure(TIME, "s", "Alertmanager", PEER, theirs.seconds),
        Figure(PEAK, "MiB", "LeakWatch", OURS, ours.peak),
        Figure(PEAK, "MiB", "Alertmanager", PEER, theirs.peak)]
    measurement.remarks += [
        f"An alert is an OOM kill of a service, {size} bytes as posted. Alertmanager takes its "
        f"alerts through its API, {AT_ONCE} in a request, and keeps none of them on disk. In the "
        "first row the courier of LeakWatch is handed them by a program that does nothing else: they "
        "are written, worded, posted, and noted on disk as told.",
        "From the OOM kill on, the whole daemon is measured: kills are found, the rule decides, and "
        "each service, its alert and its history are on disk before the first attempt; none of that "
        "is Alertmanager's work. What the daemon spends on sweeps of "
        f"{ALERTS} services and on their rules is measured in a quiet time before, and taken off; "
        "the third row has it. Until the last has arrived, up to five seconds pass before the next "
        "sweep."]
    receiver.program.stop()
    shutil.rmtree(folder)


def courier_run(bench, state, receiver):
    """- Returns: CPU milliseconds of one alert."""
    state.mkdir()
    receiver.reset()
    figures = workshop.run(
        [bench, "deliver-alerts", "--alerts", ALERTS, "--state", state, receiver.hook])
    check(receiver, "the courier")
    return json.loads(figures)["cpu_ms_per_alert"]


def check(receiver, sender):
    posts = receiver.stats()["posts"]
    if posts != ALERTS:
        raise Failed(f"{sender} made {posts} requests for {ALERTS} alerts")


class Tally:
    """Of one program as a whole."""

    def __init__(self):
        self.spent, self.all, self.peak, self.seconds = [], [], [], []

    def take(self, receiver, run):
        receiver.reset()
        with run as (program, fire):
            quiet = program.cpu_seconds()
            time.sleep(QUIET)
            before, began = program.cpu_seconds(), time.monotonic()
            fire()
            self.seconds.append(receiver.wait_for(ALERTS, program) - began)
            spent = program.cpu_seconds() - before
            anyway = (before - quiet) / QUIET * (time.monotonic() - began)
            self.all.append(spent / ALERTS * 1000)
            self.spent.append((spent - anyway) / ALERTS * 1000)
            self.peak.append(program.memory().peak_rss / 1024)
        check(receiver, program.child.args[0])


@contextlib.contextmanager
def leakwatch_run(leakwatch, folder, groups, receiver, number):
    """- Yields: the daemon, which knows every service, and what makes the kernel kill in each."""
    state, runtime = folder / f"state{number}", folder / f"run{number}"
    state.mkdir()
    runtime.mkdir()
    config = folder / "config.toml"
    config.write_text(CONFIGURATION.format(root=groups.root, url=receiver.hook))
    environment = {
        **os.environ, "STATE_DIRECTORY": str(state), "RUNTIME_DIRECTORY": str(runtime)}
    with Program([leakwatch, "run", "--config", config], workshop.log("delivery-leakwatch"),
                 environment=environment) as program:
        deadline = time.monotonic() + 60
        while known(leakwatch, runtime) < ALERTS:
            if time.monotonic() > deadline:
                raise Failed(f"it does not find {ALERTS} services: {program.tail()}")
            time.sleep(1)
        yield program, groups.kill_everywhere


def known(leakwatch, runtime):
    """How many services the daemon knows."""
    answer = subprocess.run(
        [leakwatch, "status", "--json", "--socket", runtime / "leakwatch.sock"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return len(json.loads(answer.stdout)["services"]) if answer.returncode == 0 else 0


@contextlib.contextmanager
def alertmanager_run(folder, receiver):
    """- Yields: Alertmanager, and what hands it the alerts."""
    config, port = folder / "alertmanager.yml", free_port()
    config.write_text(ALERTMANAGER.format(url=receiver.hook))
    data = folder / "alertmanager"
    command = ["prometheus-alertmanager", f"--config.file={config}", f"--storage.path={data}",
               f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
               "--log.level=error"]
    with Program(command, workshop.log("delivery-alertmanager")) as program:
        program.wait_until_ready(f"http://127.0.0.1:{port}/-/ready")
        yield program, lambda: submit(f"http://127.0.0.1:{port}/api/v2/alerts")
    shutil.rmtree(data)


def submit(url):
    moment = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    begin, end = moment(time.time()), moment(time.time() + 7200)
    for first in range(0, ALERTS, AT_ONCE):
        alerts = [{
            "labels": {"alertname": "oom_kill", "service": f"service-{number}", "severity": "page"},
            "annotations": {"summary": f"the kernel killed a process of service-{number}"},
            "startsAt": begin, "endsAt": end} for number in range(first, first + AT_ONCE)]
        request = urllib.request.Request(
            url, json.dumps(alerts).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()


def post(receiver, body):
    """- Returns: CPU milliseconds of one post."""
    receiver.reset()
    done = subprocess.run(
        [workshop.floor("post_floor"), str(receiver.port), str(ALERTS)], input=body,
        stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise Failed("post_floor: the receiver did not take what it posted")
    return float(done.stdout)
