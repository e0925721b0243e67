"""The command line of scripts/bench: takes measurements one after the other and reports them."""

import argparse
import json
import os
import signal
import sys
import time

from . import catalog, document, figures, machine, workshop
from .processes import Failed, load_average, stop_all

RESULTS = workshop.OUT / "bench.json"


def main(arguments):
    options = parse(arguments)
    if options.list:
        for name, title, *_ in catalog.MEASUREMENTS:
            print(f"{name:12}{title}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    workshop.prepare()
    failed = False
    try:
        for measurement in wanted(options):
            take(measurement)
            store(measurement)
            report(measurement)
            failed |= bool(measurement.failure)
    except KeyboardInterrupt:
        return 130
    finally:
        stop_all()
    if options.write_docs:
        if not RESULTS.exists():
            raise SystemExit("nothing has been measured yet: run scripts/bench first")
        document.write(json.loads(RESULTS.read_text()))
        print(f"Written to {os.path.relpath(document.PATH, workshop.ROOT)}.")
    return 1 if failed else 0


def wanted(options):
    """All, or those named; none where only the page is to be written."""
    return catalog.chosen(options.names) if options.names or not options.write_docs else []


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench", description=catalog.DESCRIPTION)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(catalog.names()))
    parser.add_argument("--list", action="store_true", help="name the measurements and end")
    parser.add_argument("--write-docs", action="store_true", help="also write docs/benchmarks.md")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(catalog.names())
    if unknown:
        parser.error(f"no measurement {', '.join(sorted(unknown))}: there are "
                     f"{', '.join(catalog.names())}")
    return options


def take(measurement):
    """Fills the measurement; one that cannot be taken says why, and the others go on."""
    workshop.say(f"== {measurement.title}")
    started = time.monotonic()
    measurement.load_before = load_average()
    try:
        catalog.take(measurement)
    except (Failed, OSError) as error:
        measurement.failure = str(error)
    finally:
        stop_all()
    measurement.load_after = load_average()
    measurement.seconds = time.monotonic() - started


def report(measurement):
    print(f"\n{measurement.title}\n{measurement.how}\n")
    if measurement.figures:
        print(figures.table(figures.rows(measurement.records())))
    for remark in measurement.remarks:
        print(remark)
    if measurement.failure:
        print(f"NOT TAKEN: {measurement.failure}")
    before, after = measurement.load_before[0], measurement.load_after[0]
    print(f"{measurement.seconds:.0f} s; load {before} before, {after} after.", flush=True)


def store(measurement):
    """Merges one measurement into out/bench.json."""
    RESULTS.parent.mkdir(exist_ok=True)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"measurements": {}}
    results["measurements"][measurement.name] = {
        "title": measurement.title, "how": measurement.how, "taken": machine.now(),
        "machine": machine.description(), "load_before": measurement.load_before,
        "load_after": measurement.load_after, "seconds": round(measurement.seconds, 1),
        "figures": list(measurement.records()),
        "remarks": measurement.remarks, "failure": measurement.failure}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
