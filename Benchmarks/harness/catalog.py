"""The measurements: name, title, how it is taken, and the code that takes it."""

from . import (
    backtest, delivery, exposition, fleet, heap_dumps, history, idle, parser, profiles, sweep,
    verdicts, workshop)
from .figures import Measurement

DESCRIPTION = "Measures LeakWatch's speed and size beside its peers, in one run."

# Name, title, how it is taken, what has to be built for it, the code that takes it.
MEASUREMENTS = [
    ("exposition", "Scraping 50 targets with 2,000 series each, once a second",
     "0.5 MB a body, values change from scrape to scrape; LeakWatch keeps the leak signals, the "
     "others five names. CPU time by samples served.", workshop.daemon, exposition.measure),
    ("parser", "Parsing exposition text",
     "50 targets with 2,000 series each, 0.5 MB a body, on one core; values differ from scrape to "
     "scrape. MB/s of CPU time.", workshop.bench, parser.measure),
    ("cgroups", "Sweeping cgroups",
     "200 real cgroups with a process in each that touches memory every second; sweeps back to "
     "back, ours and the floor's in turn.", workshop.bench, sweep.measure),
    ("history", "A day of 11,000 series: memory, and the growth rule",
     "10,000 series of memory and 1,000 GC counters, a sample a minute; the same samples go to "
     "Prometheus by remote write.", workshop.bench, history.measure),
    ("verdicts", "A round of verdicts",
     "10,000 services with a week behind them, one in ten leaking; rounds a quarter of an hour "
     "apart.", workshop.bench, verdicts.measure),
    ("backtest", "A week of 100 services replayed",
     "A sample a minute in a VictoriaMetrics, an evaluation a minute; the server's CPU time beside "
     "the client's.", lambda: (workshop.daemon(), workshop.bench()), backtest.measure),
    ("fleet", "Ten thousand services through one Prometheus",
     "A series of memory each, a sample a minute; a day of history is read back at the start.",
     lambda: (workshop.daemon(), workshop.bench()), fleet.measure),
    ("delivery", "Ten thousand alerts at once to one webhook",
     "A request for each alert; ours are all on disk before the first attempt.",
     lambda: (workshop.daemon(), workshop.bench()), delivery.measure),
    ("profiles", "Two pprof profiles compared",
     "Plain files, one comparison after the other.", workshop.daemon, profiles.measure),
    ("heap-dumps", "A heap dump of a gigabyte",
     "As jcmd GC.heap_dump writes it.", workshop.daemon, heap_dumps.measure),
    ("idle", "Idle with 100 services, read once a minute",
     "Both programs side by side for three minutes.", workshop.daemon, idle.measure),
]


def names():
    return [name for name, *_ in MEASUREMENTS]


def chosen(wanted):
    return [Measurement(name, title, how) for name, title, how, *_ in MEASUREMENTS
            if not wanted or name in wanted]


def take(measurement):
    for name, _, _, build, action in MEASUREMENTS:
        if name == measurement.name:
            action(measurement, build())
