"""Cross-validation: thresholds are chosen on some traces and scored on others."""

import collections
import dataclasses
import random

from .scoring import score

FOLDS = 5
SEED = 5


def stratified(labels, count=FOLDS):
    """Parts with the same mix of sets, classes and tiers."""
    strata = collections.defaultdict(list)
    for label in labels:
        strata[label.set, label.kind, label.is_hard].append(label)
    chance, parts, next_part = random.Random(SEED), [[] for _ in range(count)], 0
    for stratum in sorted(strata):
        members = sorted(strata[stratum], key=lambda label: label.name)
        chance.shuffle(members)
        for label in members:
            parts[next_part].append(label)
            # Goes on where the last stratum ended: small strata would all fill the first part.
            next_part = (next_part + 1) % count
    return parts


def best(candidates, labels):
    """The number of the set with the best F1 on these; of equals the one that disturbs less."""
    def merit(number):
        result = score(labels, candidates[number])
        return (result.f1 or 0.0, -result.false_alarms, result.hard_found, -number)
    return max(range(len(candidates)), key=merit)


@dataclasses.dataclass
class Fold:
    chosen: int
    in_sample: object
    held_out: object
    default: object


def cross_validate(candidates, labels):
    """- Parameter candidates: outcomes by key for each set of thresholds, the default first."""
    parts = stratified(labels)
    for held in parts:
        held_keys = {label.key for label in held}
        yield weigh(candidates, [label for label in labels if label.key not in held_keys], held)


def hold_out_subkinds(candidates, labels):
    """- Yields: each sub-kind of what should alert, and how it fares when chosen without it."""
    for subkind in sorted({label.subkind for label in labels if label.should_alert}):
        held = [label for label in labels if label.should_alert and label.subkind == subkind]
        rest = [label for label in labels if label not in held]
        yield subkind, weigh(candidates, rest, held)


def weigh(candidates, others, held):
    chosen = best(candidates, others)
    return Fold(chosen, score(others, candidates[chosen]), score(held, candidates[chosen]),
                score(held, candidates[0]))
