"""The measurements: name, title, how it is taken, and the code that takes it."""

from . import history, parser, workshop
from .figures import Measurement

DESCRIPTION = "Measures LeakWatch's speed and size beside its peers, in one run."


def take_history(measurement):
    history.measure(measurement, workshop.swift("leakwatch-bench"))


def take_parser(measurement):
    parser.measure(measurement, workshop.swift("leakwatch-bench"))


MEASUREMENTS = [
    ("parser", "Parsing exposition text",
     "50 targets with 2,000 series each, 0.5 MB a body, on one core; values differ from scrape to "
     "scrape. MB/s of CPU time.", take_parser),
    ("history", "A day of 11,000 series: memory, and the growth rule",
     "10,000 series of memory and 1,000 GC counters, a sample a minute; the same samples go to "
     "Prometheus by remote write.", take_history),
]


def names():
    return [name for name, *_ in MEASUREMENTS]


def chosen(wanted):
    return [Measurement(name, title, how) for name, title, how, _ in MEASUREMENTS
            if not wanted or name in wanted]


def take(measurement):
    next(action for name, _, _, action in MEASUREMENTS if name == measurement.name)(measurement)
