"""A heap dump of a gigabyte: what it takes to count its classes and to find what holds it."""

import json
import shutil
import subprocess

from . import commands, workshop
from .figures import OURS, Aim, Figure
from .processes import Failed, Program

ENTRIES = 2_600_000
TIME, PEAK = "CPU", "peak resident memory"


def measure(measurement, leakwatch):
    folder = workshop.SCRATCH / "heap-dumps"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    dump = folder / "heap.hprof"
    take(folder, dump)
    counted = commands.Outcome([leakwatch, "diff", "--json", dump, dump], "heap-dumps-diff")
    found = commands.Outcome([leakwatch, "suspects", "--json", dump], "heap-dumps-suspects")
    held = json.loads(found.text)
    first = held["suspects"][0]
    if not any(step["name"] == "class ManyObjects" for step in first["path"]):
        raise Failed(f"the first suspect is {first['path']}")
    for name, run in (("classes, of two dumps", counted), ("what holds it", found)):
        measurement.figures += [
            Figure(f"{TIME}, {name}", "s", "LeakWatch", OURS, [run.cpu_seconds]),
            Figure(f"{PEAK}, {name}", "MiB", "LeakWatch", OURS, [run.peak_mebibytes],
                   Aim("≤", 512))]
    measurement.remarks.append(
        f"{dump.stat().st_size / 1e6:.0f} MB and {held['objects'] / 1e6:.1f} million objects, of a "
        "JVM that keeps sessions with names and lists in a map.")
    shutil.rmtree(folder)


def take(folder, dump):
    """Has a JVM fill its heap and dump it."""
    source = workshop.SOURCES / "heaps/ManyObjects.java"
    workshop.run(["javac", "-d", folder, source])
    program = Program(
        ["java", "-Xmx3g", "-XX:+UseSerialGC", "-cp", folder, "ManyObjects", ENTRIES],
        workshop.log("heap-dumps-java"), capture=True)
    with program:
        program.line()
        done = subprocess.run(
            ["jcmd", str(program.pid), "GC.heap_dump", str(dump)], capture_output=True, text=True,
            check=False)
        if not dump.exists():
            raise Failed(f"jcmd made no heap dump: {done.stdout[-300:]}{done.stderr[-300:]}")
