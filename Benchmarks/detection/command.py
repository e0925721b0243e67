"""The command line of scripts/detection-report."""

import argparse
import json
import pathlib
import signal
import sys
import tempfile
import time

from harness.machine import now

from . import corpus, document, replay, study, tables, thresholds

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "out" / "detection-report.json"

DESCRIPTION = "Judges the verdict of rules.memory_growth on traces whose truth is known."


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/detection-report", description=DESCRIPTION)
    parser.add_argument("folders", nargs="+", metavar="CORPUS_DIR",
                        help="a folder with labels.csv and its traces")
    parser.add_argument("--quick", action="store_true",
                        help="leave out what tries other thresholds: sensitivity, cross-validation")
    parser.add_argument("--write-docs", action="store_true",
                        help="also write docs/detection-results.md")
    parser.add_argument("--unseen", action="append", default=[], metavar="NAME",
                        help="a set that no threshold was chosen with; all others are called "
                             "in-sample")
    parser.add_argument("--candidates", type=int, default=24, metavar="N",
                        help="random threshold sets that cross-validation chooses from (24)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (one for each core)")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/leakwatch",
                        help="the leakwatch to judge (.build/leakwatch)")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not options.binary.exists():
        sys.exit(f"{options.binary} is not there: run make build, or name one with --binary")
    options.binary = options.binary.resolve()
    started = time.monotonic()
    try:
        labels = corpus.read(options.folders)
        unknown = set(options.unseen) - {label.set for label in labels}
        if unknown:
            raise corpus.Unusable(f"--unseen names no set: {', '.join(sorted(unknown))}")
        example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="leakwatch-detection-") as scratch:
            results = study.run(options, labels, example, scratch)
    except (corpus.Unusable, replay.ReplayFailed, thresholds.Unknown) as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        return 130
    results |= {"taken": now(), "seconds": round(time.monotonic() - started)}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join([*tables.sections(results), *tables.by_name(results)]))
    if options.write_docs:
        document.write(results)
        print(f"Written to {document.PATH.relative_to(ROOT)}.")
    return 1 if any(row["not_replayed"] for row in results["ours"].values()) else 0
