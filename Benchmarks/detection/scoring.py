"""How outcomes count.

A trace that should alert is found when the alert begins to fire at or after the growth's onset,
and missed otherwise. Firing before the onset is an early alarm, and an error beside the miss or the
hit. A trace that should not alert is a false alarm when the alert ever fires. Precision is what was
found among everything that fired on core traces: found, early and false. Hard traces, which nobody
would be blamed for, are counted apart.
"""

import dataclasses
import statistics

HOUR, DAY = 3600.0, 86_400.0
FAST_PER_DAY = 0.5
NEARLY_FULL = 0.9


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What one outcome amounts to beside its label."""
    early: tuple
    hits: tuple

    @property
    def is_found(self):
        return bool(self.hits)


def judge(label, outcome):
    onset = label.onset if label.should_alert else None
    early = tuple(each for each in outcome.firings if onset is not None and each.at < onset)
    return Judgement(early, outcome.firings[len(early):])


@dataclasses.dataclass
class Score:
    leaks: int = 0
    found: int = 0
    early: int = 0
    non_leaks: int = 0
    false_alarms: int = 0
    hard_leaks: int = 0
    hard_found: int = 0
    hard_early: int = 0
    hard_non_leaks: int = 0
    hard_false_alarms: int = 0
    not_replayed: int = 0
    # Of core traces that were found.
    verdicts: list = dataclasses.field(default_factory=list)
    delays: list = dataclasses.field(default_factory=list)
    fast_delays: list = dataclasses.field(default_factory=list)
    slope_errors: list = dataclasses.field(default_factory=list)
    in_time: list = dataclasses.field(default_factory=list)

    @property
    def precision(self):
        return share(self.found, self.found + self.early + self.false_alarms)

    @property
    def recall(self):
        return share(self.found, self.leaks)

    @property
    def f1(self):
        """0 where leaks were there and none was found; None where none was there."""
        if not self.leaks:
            return None
        precision, recall = self.precision or 0.0, self.recall
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def false_alarm_rate(self):
        return share(self.false_alarms, self.non_leaks)

    @property
    def hard_recall(self):
        return share(self.hard_found, self.hard_leaks)

    def as_json(self):
        record = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)
                  if field.type is int}
        for name in ("precision", "recall", "f1", "false_alarm_rate", "hard_recall"):
            record[name] = getattr(self, name)
        for name in ("delays", "fast_delays", "slope_errors"):
            record[f"median_{name}"] = median(getattr(self, name))
        return record | {"verdict_right": share(sum(self.verdicts), len(self.verdicts)),
                         "in_time": share(sum(self.in_time), len(self.in_time))}


def share(part, whole):
    return part / whole if whole else None


def median(values):
    return statistics.median(values) if values else None


def score(labels, outcomes, facts=None):
    """Outcomes and facts go by the label's key; without facts some figures are left out."""
    total = Score()
    for label in labels:
        outcome = outcomes.get(label.key)
        if outcome is None:
            total.not_replayed += 1
            continue
        judgement = judge(label, outcome)
        count(total, label, judgement)
        if label.should_alert and not label.is_hard and judgement.is_found:
            look_closer(total, label, judgement, (facts or {}).get(label.key))
    return total


def count(total, label, judgement):
    fired = judgement.is_found
    match label.should_alert, label.is_hard:
        case True, False:
            total.leaks += 1
            total.found += fired
            total.early += bool(judgement.early)
        case True, True:
            total.hard_leaks += 1
            total.hard_found += fired
            total.hard_early += bool(judgement.early)
        case False, False:
            total.non_leaks += 1
            total.false_alarms += fired
        case False, True:
            total.hard_non_leaks += 1
            total.hard_false_alarms += fired


def look_closer(total, label, judgement, facts):
    """Delay and limit by the first hit; verdict and slope by the last, which knows most."""
    first, last = judgement.hits[0], judgement.hits[-1]
    if last.verdict:
        total.verdicts.append(last.verdict == label.kind)
    if label.slope and last.slope is not None:
        total.slope_errors.append(abs(last.slope - label.slope) / label.slope)
    if label.onset is not None:
        delay = (first.at - label.onset) / HOUR
        total.delays.append(delay)
        if facts and facts.level and (label.slope or 0) >= FAST_PER_DAY * facts.level:
            total.fast_delays.append(delay)
    if facts:
        fullest = facts.greatest_share(label.onset or float("-inf"), first.at)
        if fullest is not None:
            total.in_time.append(fullest < NEARLY_FULL)
