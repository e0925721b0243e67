"""Labelled sets of traces, as docs/labelled-traces.md describes them."""

import csv
import dataclasses
import pathlib
import re

from .traces import stem

REQUIRED = ["file", "class", "should_alert"]


class Unusable(Exception):
    """A set that cannot be judged, with the reason for a person."""


@dataclasses.dataclass(frozen=True)
class Label:
    """What is known of one trace."""
    set: str
    path: pathlib.Path
    kind: str
    should_alert: bool
    is_hard: bool = False
    slope: float = None
    onset: float = None
    runtime: str = ""
    notes: str = ""

    @property
    def name(self):
        return stem(self.path.name)

    @property
    def key(self):
        return (self.set, self.name)

    @property
    def subkind(self):
        """What holding out takes away at once: `sub=` of the notes, or else the class."""
        found = re.search(r"\bsub=([\w-]+)", self.notes)
        return f"{self.kind}: {found[1]}" if found else self.kind


def read(folders):
    """The labels of all sets, in the order of the folders."""
    labels = []
    for folder in map(pathlib.Path, folders):
        labels += read_set(folder)
    for one in labels:
        if sum(other.key == one.key for other in labels) > 1:
            raise Unusable(f"{one.set}/{one.name} is there twice: sets go by their folder's name")
    return labels


def read_set(folder):
    table = folder / "labels.csv"
    name = folder.resolve().name
    try:
        with table.open(newline="", encoding="utf-8") as lines:
            records = list(csv.DictReader(lines))
    except OSError as error:
        raise Unusable(f"{table}: {error.strerror}") from error
    if not records:
        raise Unusable(f"{table} holds no label")
    missing = [column for column in REQUIRED if column not in records[0]]
    if missing:
        raise Unusable(f"{table} lacks the column {', '.join(missing)}")
    return [label(name, folder, record) for record in records]


def label(name, folder, record):
    text = {column: (value or "").strip() for column, value in record.items() if column}
    path = folder / text["file"]
    if not path.exists():
        raise Unusable(f"{path} is labelled and not there")
    if text["should_alert"] not in ("yes", "no"):
        raise Unusable(f"{path}: should_alert is yes or no, not \"{text['should_alert']}\"")
    return Label(
        name, path, text["class"], text["should_alert"] == "yes", text.get("tier") == "hard",
        optional(text.get("true_slope_bytes_per_day")), optional(text.get("onset_t")),
        text.get("runtime", ""), text.get("notes", ""))


def optional(text):
    return float(text) if text else None


def chunks(labels, count):
    """About `count` parts of one set each, of similar size on disk, for workers to share."""
    share = sum(label.path.stat().st_size for label in labels) / count
    part, size = [], 0
    for one in labels:
        if part and (one.set != part[0].set or size >= share):
            yield part
            part, size = [], 0
        part.append(one)
        size += one.path.stat().st_size
    if part:
        yield part
