"""Figures: a median with its spread, beside what it is compared with."""

import dataclasses
import statistics

OURS, PEER, FLOOR = "ours", "peer", "floor"


@dataclasses.dataclass
class Aim:
    relation: str  # "≤" or "≥"
    value: float
    # What is compared: the figure itself, or its ratio to the floor.
    of_ratio: bool = False

    def is_met(self, value):
        return value <= self.value if self.relation == "≤" else value >= self.value

    def __str__(self):
        return f"{self.relation} {number(self.value)}" + (" × floor" if self.of_ratio else "")


@dataclasses.dataclass
class Figure:
    """One quantity of one contender. Figures of the same `quantity` are compared."""
    quantity: str
    unit: str
    contender: str
    role: str
    values: list
    aim: Aim = None
    note: str = ""

    @property
    def median(self):
        return statistics.median(self.values)

    def as_json(self):
        record = {
            "quantity": self.quantity, "unit": self.unit, "contender": self.contender,
            "role": self.role, "median": self.median, "minimum": min(self.values),
            "maximum": max(self.values), "count": len(self.values)}
        if self.aim:
            record["aim"] = str(self.aim)
        if self.note:
            record["note"] = self.note
        return record


@dataclasses.dataclass
class Measurement:
    """What one measurement brought, or why it brought nothing."""
    name: str
    title: str
    how: str
    figures: list = dataclasses.field(default_factory=list)
    remarks: list = dataclasses.field(default_factory=list)
    failure: str = ""
    load_before: list = None
    load_after: list = None
    seconds: float = 0

    def rival_of(self, quantity, role):
        return next((figure for figure in self.figures
                     if figure.quantity == quantity and figure.role == role), None)

    def ratio(self, figure):
        """Ours by theirs, for a figure that is not ours; None where there is no counterpart."""
        ours = self.rival_of(figure.quantity, OURS)
        if figure.role == OURS or ours is None or figure.median == 0:
            return None
        return ours.median / figure.median

    def aimed_value(self, figure):
        """What the aim speaks of: the figure, or its ratio to the floor of the same run."""
        if not figure.aim.of_ratio:
            return figure.median
        floor = self.rival_of(figure.quantity, FLOOR)
        return figure.median / floor.median if floor and floor.median else None

    def records(self):
        """Every figure as JSON, those of one quantity together."""
        quantities = list(dict.fromkeys(figure.quantity for figure in self.figures))
        for figure in sorted(self.figures, key=lambda each: quantities.index(each.quantity)):
            yield {**figure.as_json(), "ours_by_theirs": self.ratio(figure),
                   "verdict": self.verdict(figure)}

    def verdict(self, figure):
        """reached / not reached / empty where nothing was aimed at."""
        value = self.aimed_value(figure) if figure.aim else None
        if value is None:
            return ""
        return "reached" if figure.aim.is_met(value) else "not reached"


def number(value):
    """Three significant digits, without an exponent."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if "e" in text else text


def rows(records):
    """Records of `Measurement.records` as lines of a table."""
    for record in records:
        spread = ""
        if record["count"] > 1:
            spread = f"{number(record['minimum'])} to {number(record['maximum'])}"
        ratio = record["ours_by_theirs"]
        aim = f"{record['aim']}: {record['verdict']}" if record.get("aim") else ""
        yield [
            record["quantity"], record["contender"],
            f"{number(record['median'])} {record['unit']}".strip(), spread,
            f"{number(ratio)} ×" if ratio is not None else "", aim]


HEADERS = ["quantity", "contender", "median", "spread", "ours is", "aim"]


def table(lines, headers=HEADERS):
    """A Markdown table whose columns also line up in a terminal."""
    lines = [list(line) for line in lines]
    widths = [max(len(row[column]) for row in [headers, *lines]) for column in range(len(headers))]
    render = lambda row: "| " + " | ".join(
        cell.ljust(width) for cell, width in zip(row, widths)) + " |"
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([render(headers), rule, *map(render, lines)])
