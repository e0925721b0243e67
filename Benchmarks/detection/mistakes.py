"""Which traces were judged wrongly, by name."""

from .scoring import judge


def all_of(labels, outcomes):
    """One record for each error, worst sort first."""
    found = [record for label in labels if label.key in outcomes
             for record in of(label, outcomes[label.key])]
    order = ["false alarm", "early alarm", "missed"]
    return sorted(found, key=lambda each: (order.index(each["error"]), each["tier"]))


def of(label, outcome):
    judgement = judge(label, outcome)
    if not label.should_alert and judgement.is_found:
        yield record("false alarm", label, outcome, judgement.hits[0])
    if judgement.early:
        yield record("early alarm", label, outcome, judgement.early[0])
    if label.should_alert and not judgement.is_found:
        yield record("missed", label, outcome, None)


def record(error, label, outcome, firing):
    return {
        "error": error, "set": label.set, "name": label.name, "class": label.kind,
        "tier": "hard" if label.is_hard else "core", "runtime": label.runtime,
        "at": firing.at if firing else None,
        "verdict": firing.verdict if firing else outcome.last_verdict,
        "slope_bytes_per_day": firing.slope if firing else None, "notes": label.notes}


def changes(labels, before, after):
    """Traces of which the one run says right what the other says wrong."""
    changed = {"worse": [], "better": []}
    for label in labels:
        if label.key not in before or label.key not in after:
            continue
        was, becomes = (any(of(label, run[label.key])) for run in (before, after))
        if was != becomes:
            name = f"{label.set}/{label.name}"
            detail = "core" if not label.is_hard else "hard"
            changed["worse" if becomes else "better"].append(
                {"name": name, "class": label.kind, "tier": detail,
                 "verdict": after[label.key].last_verdict})
    return changed
