"""The study's figures as Markdown tables, for the terminal and for docs/detection-results.md."""

import datetime
import statistics

from harness.figures import table

OURS = "LeakWatch"
TOGETHER = "all sets together"


def percent(value):
    return "–" if value is None else f"{value * 100:.1f} %"


def ratio(value):
    return "–" if value is None else f"{value:.3f}"


def hours(value):
    return "–" if value is None else f"{value:.1f} h"


def of(part, whole):
    return f"{part} of {whole}" if whole else "–"


def change(value, before, render=str):
    """A signed difference, or nothing where there is none."""
    if value is None or before is None or value == before:
        return ""
    difference = value - before
    return f"{'+' if difference > 0 else '−'}{render(abs(difference))}"


def with_change(text, difference):
    return f"{text} ({difference})" if difference else text


def sections(results):
    yield from beside_simple_rules(results)
    yield from closer(results)
    yield from robustness(results)
    if "sensitivity" in results:
        yield from sensitivity(results)
        yield from cross_validation(results["cross_validation"])


def title_of(name, results):
    """In-sample figures are called so: they are what the thresholds were chosen to give."""
    if name == TOGETHER:
        return f"All {len(results['sets'])} sets together"
    told = results["sets"][name]
    return f"{name}, {told['traces']} traces ({'unseen' if told['unseen'] else 'in-sample'})"


def beside_simple_rules(results):
    yield "## Beside simple rules\n"
    for name in results["ours"]:
        yield f"### {title_of(name, results)}\n"
        rows = [rule_row(OURS, results["ours"][name])]
        rows += [rule_row(rule, by_set[name]) for rule, by_set in results["simple_rules"].items()]
        yield table(rows, ["rule", "precision", "recall", "F1", "false alarms", "early alarms",
                           "hard recall", "hard false alarms", "median delay"]) + "\n"


def rule_row(name, score):
    judged = score["leaks"] > 0  # Where nothing leaks, precision is 0 or nothing.
    return [name, percent(score["precision"] if judged else None), percent(score["recall"]),
            ratio(score["f1"]), of(score["false_alarms"], score["non_leaks"]),
            of(score["early"], score["leaks"]), of(score["hard_found"], score["hard_leaks"]),
            of(score["hard_false_alarms"], score["hard_non_leaks"]), hours(score["median_delays"])]


def closer(results):
    yield "## LeakWatch, more closely\n"
    rows = [[name, percent(score["verdict_right"]), hours(score["median_delays"]),
             hours(score["median_fast_delays"]), percent(score["median_slope_errors"]),
             percent(score["in_time"])]
            for name, score in results["ours"].items() if score["found"]]
    yield table(rows, ["set", "verdict right", "median delay", "of ≥ 50 %/day",
                       "median slope error", "before 90 % of the limit"]) + "\n"


def last_of(results):
    """The figures of everything: robustness and thresholds are judged on all traces."""
    return list(results["ours"].values())[-1]


def robustness(results):
    yield "## Robustness\n"
    base = last_of(results)
    rows = [robustness_row("as recorded", base, base, None)]
    rows += [robustness_row(each["title"], each["score"], base, each["changes"])
             for each in results["robustness"]]
    yield table(rows, ["trace", "F1", "false alarms", "hard recall", "hard false alarms",
                       "judged worse", "better"]) + "\n"
    yield harmless(results["robustness"], base) + "\n"


def harmless(rows, base):
    """The range over changes that mean nothing: nearer to what a new trace would get."""
    scores = [each["score"] for each in rows if not each["removes_signal"]]
    f1 = [each["f1"] for each in scores if each["f1"] is not None]
    alarms = [each["false_alarms"] for each in scores]
    text = (f"Where nothing is taken away, there are {min(alarms)} to {max(alarms)} false alarms, "
            f"{statistics.mean(alarms):.1f} on average, beside {base['false_alarms']} on the "
            "traces as recorded")
    if f1:
        text += (f"; F1 is {ratio(min(f1))} to {ratio(max(f1))}, {ratio(statistics.mean(f1))} on "
                 f"average, beside {ratio(base['f1'])}")
    return text + ". What lies between is what was fitted to these very samples."


def robustness_row(title, score, base, changes):
    return [title, with_change(ratio(score["f1"]), change(score["f1"], base["f1"], ratio)),
            with_change(str(score["false_alarms"]),
                        change(score["false_alarms"], base["false_alarms"])),
            with_change(percent(score["hard_recall"]),
                        change(score["hard_recall"], base["hard_recall"], percent)),
            str(score["hard_false_alarms"]),
            *([str(len(changes["worse"])), str(len(changes["better"]))] if changes else ["", ""])]


def sensitivity(results):
    base = last_of(results)
    yield "## Sensitivity to each threshold\n"
    yield worst_threshold(results["sensitivity"], base) + "\n"
    rows = []
    for row in results["sensitivity"]:
        cells = [f"`{row['key']}`", threshold(row["default"], row)]
        for moved in row["moved"]:
            score = moved["score"]
            cells += [with_change(ratio(score["f1"]), change(score["f1"], base["f1"], ratio)),
                      with_change(str(score["false_alarms"]),
                                  change(score["false_alarms"], base["false_alarms"]))]
        rows.append(cells)
    headers = ["threshold", "default"]
    for moved in results["sensitivity"][0]["moved"]:
        headers += [f"F1 at × {moved['factor']}", "false alarms"]
    yield table(rows, headers) + "\n"


def threshold(value, row):
    return f"{value / 3600:g} h" if row["is_duration"] else f"{value:g}"


def worst_threshold(rows, base):
    def loss(entry):
        return (base["f1"] or 0) - (entry[1]["score"]["f1"] or 0)

    def alarms(entry):
        return entry[1]["score"]["false_alarms"] - base["false_alarms"]

    moved = [(row, each) for row in rows for each in row["moved"]]
    sentences = []
    row, each = max(moved, key=loss)
    if loss((row, each)) > 0:
        sentences.append(
            f"The worst change of F1: `{row['key']}` × {each['factor']} takes it from "
            f"{ratio(base['f1'])} to {ratio(each['score']['f1'])}.")
    row, each = max(moved, key=alarms)
    if alarms((row, each)) > 0:
        sentences.append(
            f"The most false alarms: `{row['key']}` × {each['factor']} makes "
            f"{each['score']['false_alarms']} of {base['false_alarms']}.")
    return " ".join(sentences) or "No threshold moved by this much makes anything worse."


def mean(values):
    known = [value for value in values if value is not None]
    return statistics.mean(known) if known else None


def cross_validation(study):
    yield "## Cross-validation\n"
    held, default, fitted = ([fold[part] for fold in study["folds"]]
                             for part in ("held_out", "default", "in_sample"))
    rows = [[title, ratio(mean([each["f1"] for each in scores])),
             percent(mean([each["false_alarm_rate"] for each in scores])),
             percent(mean([each["hard_recall"] for each in scores]))]
            for title, scores in [("chosen on four folds, scored on them", fitted),
                                  ("chosen on four folds, scored on the fifth", held),
                                  ("the defaults on the same fifths", default)]]
    yield table(rows, ["thresholds", "mean F1", "mean false alarm rate", "mean hard recall"]) + "\n"
    yield spread_of_candidates(study) + "\n"
    yield "### Chosen without one kind of growth\n"
    rows = [[each["name"], *recalls(each["held_out"]), *recalls(each["default"])]
            for each in study["subkinds"]]
    yield table(rows, ["held out", "core found", "hard found", "core, defaults",
                       "hard, defaults"]) + "\n"


def recalls(score):
    return [of(score["found"], score["leaks"]), of(score["hard_found"], score["hard_leaks"])]


def spread_of_candidates(study):
    drawn = study["candidate_f1"][1:]
    kept = sum(fold["chosen"] == 0 for fold in study["folds"])
    return (f"The {len(drawn)} random sets reach F1 {ratio(min(drawn))} to {ratio(max(drawn))} on "
            f"all traces, {ratio(statistics.median(drawn))} in the middle; the defaults "
            f"{ratio(study['candidate_f1'][0])}. The defaults took part in the choice and were "
            f"chosen in {kept} of {len(study['folds'])} folds.")


def by_name(results):
    """For the terminal alone: labels' notes are of interest to who made them."""
    yield f"## Judged wrongly: {len(results['mistakes'])}\n"
    for each in results["mistakes"]:
        yield mistake(each)
    yield "\n## Judged otherwise when perturbed\n"
    for row in results["robustness"]:
        for sort in ("worse", "better"):
            names = ", ".join(f"{each['name']} ({each['verdict']})"
                              for each in row["changes"][sort])
            if names:
                yield f"{row['title']}, {sort}: {names}"


def mistake(each):
    at = ""
    if each["at"] is not None:
        moment = datetime.datetime.fromtimestamp(each["at"], datetime.timezone.utc)
        at = f" at {moment:%Y-%m-%d %H:%M}"
    return (f"- {each['error']}{at}: {each['set']}/{each['name']}, {each['class']}, "
            f"{each['tier']}, said {each['verdict']}; {each['notes']}")
