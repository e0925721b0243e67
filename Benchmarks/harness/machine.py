"""Where and when figures were taken, and with which peers."""

import os
import pathlib
import platform
import re
import subprocess
import time

PEERS = ["prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "victoria-metrics",
         "golang-github-prometheus-common-dev", "gcc", "golang-go"]


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def description():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    total = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())
    return {
        "cpu": cpu[1] if cpu else "unknown", "cores": os.cpu_count(),
        "memory_gib": round(int(total[1]) / 2**20, 1), "kernel": platform.release(),
        "system": system[1] if system else "unknown", "versions": versions()}


def versions():
    """Of the Debian packages that are measured or that built a floor; absent ones are left out."""
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PEERS], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    pairs = (line.split() for line in query.stdout.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
