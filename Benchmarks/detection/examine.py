"""What workers do: jobs go to another process and come back as outcomes."""

import dataclasses
import itertools
import pathlib
import tempfile

from . import facts, perturbations, replay, rules
from .traces import Trace


@dataclasses.dataclass(frozen=True)
class PartJob:
    """Some traces of one set: as they are, under the simple rules, and perturbed."""
    binary: pathlib.Path
    labels: list
    scratch: str
    hold: float
    keep: float


@dataclasses.dataclass
class PartAnswer:
    facts: dict
    ours: dict
    # By rule and by perturbation.
    simple: dict
    perturbed: dict


def part(job):
    keys = {label.name: label.key for label in job.labels}
    traces = {label.key: Trace.load(label.path) for label in job.labels}
    judged = {key: rules.evaluate(trace, job.hold, job.keep) for key, trace in traces.items()
              if trace.times}
    return PartAnswer(
        {label.key: facts.of(traces[label.key], label.onset) for label in job.labels
         if label.key in judged},
        keyed(replay.run(job.binary, [label.path for label in job.labels]), keys),
        {rule: {key: found[rule] for key, found in judged.items()} for rule in rules.NAMES},
        {each.name: keyed(perturbed(job, each, [traces[key] for key in judged]), keys)
         for each in perturbations.ALL})


def perturbed(job, perturbation, traces):
    """Perturbed traces are there only while they are replayed."""
    with tempfile.TemporaryDirectory(dir=job.scratch) as folder:
        paths = [perturbation.of(trace).write(folder) for trace in traces]
        outcomes = replay.run(job.binary, paths)
    return {name: outcome.in_units_of(perturbation) for name, outcome in outcomes.items()}


def keyed(outcomes, keys):
    return {keys[name]: outcome for name, outcome in outcomes.items()}


@dataclasses.dataclass(frozen=True)
class ThresholdJob:
    """All traces with one set of thresholds."""
    binary: pathlib.Path
    labels: list
    configuration: pathlib.Path


def with_thresholds(job):
    outcomes = {}
    # By set: the names of traces are unique only within one.
    for _, labels in itertools.groupby(job.labels, lambda label: label.set):
        labels = list(labels)
        found = replay.run(job.binary, [label.path for label in labels], job.configuration)
        outcomes |= keyed(found, {label.name: label.key for label in labels})
    return outcomes
