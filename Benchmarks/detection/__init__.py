"""Judges LeakWatch's verdicts on labelled traces; scripts/detection-report is the command."""
