"""Scraping many large targets once a second, of which a few series are wanted."""

import contextlib
import json
import shutil
import time

from . import workshop
from .figures import FLOOR, OURS, PEER, Aim, Figure
from .parser import KEPT
from .processes import Failed, Program, free_port, free_ports, get

TARGETS, SERIES = 50, 2_000
WARM_UP, WINDOW, WINDOWS = 12, 8, 6
CPU = "CPU for a million samples served"
PEAK = "peak resident memory"


def measure(measurement, leakwatch):
    for take in (take_leakwatch, take_vmagent, take_floor):
        folder = workshop.SCRATCH / "exposition"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with exporter() as (first_port, control):
            take(measurement, control, folder, first_port, leakwatch)
        shutil.rmtree(folder)
    measurement.remarks.append(
        "Peak resident memory of LeakWatch includes the libraries behind libcurl, whose pages are "
        "shared with every other program that uses them.")


@contextlib.contextmanager
def exporter():
    """- Yields: the first target's port and the address of what was served."""
    first, control = free_ports(TARGETS), free_port()
    command = [workshop.go("exporter"), "-targets", TARGETS, "-series", SERIES, "-first-port", first,
               "-control-port", control]
    with Program(command, workshop.log("exporter")) as program:
        program.wait_until_ready(f"http://127.0.0.1:{control}/stats")
        yield first, f"http://127.0.0.1:{control}"


def take_leakwatch(measurement, control, folder, first_port, leakwatch):
    sections = ["[cgroups]\nenabled = false\n[journal]\nenabled = false\n"]
    for number in range(TARGETS):
        sections.append(
            f'[[exporter]]\nservice = "node-{number}"\ninterval = "1s"\ntimeout = "1s"\n'
            f'url = "http://127.0.0.1:{first_port + number}/metrics"\n')
    path = folder / "config.toml"
    path.write_text("".join(sections))
    observe(measurement, control, [leakwatch, "run", "--config", path], "LeakWatch", OURS,
            Aim("≤", 0.20), Aim("≤", 30))


def take_vmagent(measurement, control, folder, first_port, _):
    targets = json.dumps([f"127.0.0.1:{first_port + number}" for number in range(TARGETS)])
    path = folder / "scrape.yml"
    path.write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        "scrape_configs:\n"
        f"  - job_name: nodes\n    static_configs: [{{targets: {targets}}}]\n"
        "    metric_relabel_configs:\n"
        f"      - {{source_labels: [__name__], regex: {'|'.join(KEPT)}, action: keep}}\n")
    command = ["vmagent", f"-promscrape.config={path}", f"-remoteWrite.url={control}/sink",
               f"-remoteWrite.tmpDataPath={folder}/queue", "-loggerLevel=WARN",
               f"-httpListenAddr=127.0.0.1:{free_port()}"]
    observe(measurement, control, command, "vmagent, which forwards what it keeps", PEER)


def take_floor(measurement, control, _folder, first_port, _leakwatch):
    command = [workshop.floor("scrape_floor"), first_port, TARGETS]
    observe(measurement, control, command, "C: one thread, skips lines by name", FLOOR)


def observe(measurement, control, command, name, role, cpu_aim=None, peak_aim=None):
    """CPU by what was served, so that all share one denominator."""
    with Program(command, workshop.log("exposition-" + role)) as program:
        time.sleep(WARM_UP)
        wanted = TARGETS * SERIES * WINDOW
        spent, completeness = [], []
        for _ in range(WINDOWS):
            samples, cpu = served(control), program.cpu_seconds()
            time.sleep(WINDOW)
            scraped = served(control) - samples
            if scraped == 0:
                raise Failed(f"{name} scrapes nothing: {program.tail()}")
            spent.append((program.cpu_seconds() - cpu) / scraped * 1e6)
            completeness.append(scraped / wanted)
        peak = program.memory().peak_rss / 1024
    share = sorted(completeness)[len(completeness) // 2]
    measurement.figures += [
        Figure(CPU, "s", name, role, spent, cpu_aim, f"{share:.0%} of the scrapes took place"),
        Figure(PEAK, "MiB", name, role, [peak], peak_aim)]


def served(control):
    return json.loads(get(f"{control}/stats"))["samples"]
