"""docs/detection-results.md, from one run's results."""

import pathlib

from . import tables

PATH = pathlib.Path(__file__).resolve().parents[2] / "docs" / "detection-results.md"
COMMAND = "scripts/detection-report CORPUS_DIR… --write-docs"

INTRODUCTION = """\
# Detection results

What `[rules.memory_growth]` says of labelled traces, and how much of that hangs on their details.
The traces are no part of the project ([format](labelled-traces.md)); this page is written by

    {command}

**In-sample** means that the thresholds were chosen with that set in view. Such figures say what was
fitted, not what to expect of a service that nobody has seen yet; *cross-validation* below says how
much of them is the choice of thresholds, and nothing here says how much is the choice of shapes.

## How it is counted

- `leakwatch replay --every 3600 --jsonl`, with the built-in settings. A trace that should alert is
  found when `memory_growth` begins to fire at or after the growth's onset; firing before the onset
  is an early alarm. A trace that should not is a false alarm when the alert ever fires.
- Precision, recall and F1 are of the core tier; precision counts found, early and false alarms.
  *Hard* are traces that nobody would be blamed for: growth so small beside the noise, or ordinary
  memory that nothing in the recorded time tells from growth.
- The delay is from the onset to the first alert; verdict and slope are those of the last alert of a
  found core trace; growth of *≥ 50 %/day* is of memory in use at the onset. *Before 90 % of the
  limit*: at no time from the onset to the alert was more in use. Page cache that can be dropped at
  once (`mem_inactive_file`) does not count as in use.
- The simple rules are evaluated at the same hours on the trailing 24 h of memory in use, from 3 h
  of history on, with LeakWatch's hold ({hold:g} min) and time to keep firing ({keep:g} h), and
  counted alike. They work on sums over 15 minutes: exact for lines and means; Mann–Kendall sees
  15-minute means, and takes them for independent, as it is commonly used.
"""

ROBUSTNESS = """\
Each trace of every set is changed and judged again; brackets hold the difference from the traces as
recorded. *Judged worse*: traces that were right and are now wrong, in either tier. Noise is drawn
for each sample and memory column by itself, as a share of its value; samples put in between lie on
straight lines with the trace's own jitter, never across a gap or a restart. Seeds are fixed.
"""

SENSITIVITY = """\
One threshold at a time, in-sample, all sets together. Shares and rank correlations are moved to 1
at most.
"""

CROSS_VALIDATION = """\
Around the defaults {candidates} sets of thresholds are drawn, each threshold within
± {spread:.0f} %, and the defaults join them. Five folds with the same mix of sets, classes and
tiers: the set with the best F1 on four is scored on the fifth. The defaults were chosen with all
five in view, so their row is in-sample, and so is the other wherever the defaults were chosen.
"""


def write(results):
    PATH.write_text("\n".join(page(results)), encoding="utf-8")


def page(results):
    yield INTRODUCTION.format(command=COMMAND, hold=results["hold_seconds"] / 60,
                              keep=results["keep_firing_seconds"] / 3600)
    yield taken(results)
    notes = {"## Robustness": ROBUSTNESS, "## Sensitivity": SENSITIVITY}
    if "cross_validation" in results:
        study = results["cross_validation"]
        notes["## Cross-validation"] = CROSS_VALIDATION.format(
            candidates=study["candidates"], spread=study["spread"] * 100)
    for text in tables.sections(results):
        yield text
        for heading, note in notes.items():
            if text.startswith(heading):
                yield note
    yield from wrong(results)


def taken(results):
    lines = [f"## Taken on {results['taken'][:10]}, in {results['seconds'] / 60:.0f} minutes\n"]
    for name, told in results["sets"].items():
        classes = ", ".join(f"{count} {kind}" for kind, count in sorted(told["classes"].items()))
        lines.append(f"- {name}: {told['traces']} traces ({classes}), "
                     f"{'unseen' if told['unseen'] else 'in-sample'}.")
    return "\n".join(lines) + "\n"


def wrong(results):
    """Counts by class; of production each false alarm: there each has cost somebody sleep."""
    counts = {}
    for each in results["mistakes"]:
        key = (each["set"], each["error"], each["tier"], each["class"])
        counts[key] = counts.get(key, 0) + 1
    yield "## What was judged wrongly\n"
    yield tables.table([[*key, str(count)] for key, count in sorted(counts.items())],
                       ["set", "error", "tier", "class", "traces"]) + "\n"
    alarms = [tables.mistake(each) for each in results["mistakes"]
              if each["set"] == "production" and each["error"] == "false alarm"]
    if "production" in results["sets"]:
        yield "False alarms in production:\n" if alarms else "No false alarm in production.\n"
        yield "\n".join(alarms) + "\n" if alarms else ""
