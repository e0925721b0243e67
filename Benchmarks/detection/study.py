"""The whole study: runs the parts and gathers their figures as what goes into the JSON file."""

import functools
import operator
import pathlib

from . import corpus, crew, examine, folds, mistakes, perturbations, rules, thresholds
from .scoring import score
from .tables import TOGETHER

SPREAD = 0.4
FACTORS = (0.7, 1.3)
# Small enough that workers end at about the same time.
PARTS = 40


def run(options, labels, example, scratch):
    settings = thresholds.settings(example)
    hold, keep = (thresholds.seconds(settings[key]) for key in ("for", "keep_firing_for"))
    jobs = [examine.PartJob(options.binary, part, scratch, hold, keep)
            for part in corpus.chunks(labels, PARTS)]
    answers = crew.each("Traces, simple rules, perturbations", examine.part, jobs, options.jobs)
    facts, ours = joined(answers, "facts"), joined(answers, "ours")
    simple = {rule: joined([each.simple for each in answers], rule) for rule in rules.NAMES}
    perturbed = {each.name: joined([answer.perturbed for answer in answers], each.name)
                 for each in perturbations.ALL}
    sets = by_set(labels)
    results = {
        "sets": {name: describe(members, name in options.unseen)
                 for name, members in by_set(labels, together=False).items()},
        "hold_seconds": hold, "keep_firing_seconds": keep,
        "ours": {name: score(members, ours, facts).as_json() for name, members in sets.items()},
        "simple_rules": {
            rules.NAMES[rule]: {name: score(members, outcomes, facts).as_json()
                                for name, members in sets.items()}
            for rule, outcomes in simple.items()},
        "robustness": [robustness(each, labels, ours, perturbed[each.name])
                       for each in perturbations.ALL],
        "mistakes": mistakes.all_of(labels, ours),
    }
    if not options.quick:
        results |= other_thresholds(options, labels, ours, example, scratch)
    return results


def joined(answers, name):
    get = operator.itemgetter(name) if isinstance(answers[0], dict) else operator.attrgetter(name)
    return functools.reduce(operator.or_, map(get, answers))


def by_set(labels, together=True):
    """Each set by its name, and all of them where there are several."""
    sets = {}
    for label in labels:
        sets.setdefault(label.set, []).append(label)
    if together and len(sets) > 1:
        sets[TOGETHER] = labels
    return sets


def describe(labels, is_unseen):
    classes = {}
    for label in labels:
        classes[label.kind] = classes.get(label.kind, 0) + 1
    return {"traces": len(labels), "classes": classes, "unseen": is_unseen}


def robustness(perturbation, labels, ours, perturbed):
    changed = mistakes.changes(labels, ours, perturbed)
    return {"name": perturbation.name, "title": perturbation.title,
            "removes_signal": perturbation.removes_signal,
            "score": score(labels, perturbed).as_json(), "changes": changed}


def other_thresholds(options, labels, ours, example, scratch):
    values, spans = thresholds.defaults(example), thresholds.durations(example)
    moved = [(key, factor, one) for factor in FACTORS
             for key, one in thresholds.moved(values, factor).items()]
    drawn = thresholds.drawn(values, options.candidates, SPREAD)
    jobs = []
    for number, chosen in enumerate([one for *_, one in moved] + drawn):
        path = pathlib.Path(scratch) / f"{number}.toml"
        path.write_text(thresholds.toml(chosen, spans), encoding="utf-8")
        jobs.append(examine.ThresholdJob(options.binary, labels, path))
    outcomes = crew.each("Other thresholds", examine.with_thresholds, jobs, options.jobs)
    rows = {}
    for (key, factor, chosen), outcome in zip(moved, outcomes):
        row = rows.setdefault(key, {"key": key, "default": values[key],
                                    "is_duration": key in spans, "moved": []})
        row["moved"].append({"factor": factor, "value": chosen[key],
                             "score": score(labels, outcome).as_json()})
    candidates = [ours, *outcomes[len(moved):]]
    return {"sensitivity": list(rows.values()),
            "cross_validation": cross_validation(options, candidates, labels)}


def cross_validation(options, candidates, labels):
    taken = list(folds.cross_validate(candidates, labels))
    subkinds = list(folds.hold_out_subkinds(candidates, labels))
    return {
        "candidates": options.candidates, "spread": SPREAD,
        "candidate_f1": [score(labels, each).f1 for each in candidates],
        "chosen_on_everything": folds.best(candidates, labels),
        "folds": [fold_json(fold) for fold in taken],
        "subkinds": [{"name": name} | fold_json(fold) for name, fold in subkinds]}


def fold_json(fold):
    return {"chosen": fold.chosen, "in_sample": fold.in_sample.as_json(),
            "held_out": fold.held_out.as_json(), "default": fold.default.as_json()}
