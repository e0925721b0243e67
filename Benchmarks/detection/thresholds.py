"""The thresholds of [rules.memory_growth], from config.example.toml, and sets around them."""

import random
import re

SECTION = "[rules.memory_growth]"
# They say when and how loudly a verdict is told, and what becomes of it after a fix; they take no part
# in it.
TELLING = {"for", "keep_firing_for", "page_within", "warn_within", "fix_watch", "fixed_below",
           "leaking_above"}
# Shares and rank correlations end at 1: what would go beyond asks for exactly that.
AT_MOST_ONE = ("_agreement", "late_share")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SEED = 20_261_125


class Unknown(Exception):
    """The example file does not say what the thresholds are."""


def settings(example):
    """Every key of the section with the text of its default; lines may be commented out."""
    found, is_inside = {}, False
    for line in example.splitlines():
        line = line.removeprefix("#")
        if line.startswith("["):
            is_inside = line.strip() == SECTION
        elif is_inside and (match := re.fullmatch(r"([a-z0-9_]+) = (.+)", line)):
            found[match[1]] = match[2]
    if not found:
        raise Unknown(f"config.example.toml lists no key of {SECTION}")
    return found


def seconds(text):
    """Of a duration such as "1h30m"."""
    return sum(int(number) * SECONDS[unit]
               for number, unit in re.findall(r"(\d+)([smhdw])", text.strip('"')))


def is_duration(text):
    return re.fullmatch(r'"(\d+[smhdw])+"', text) is not None


def defaults(example):
    """Thresholds by key: numbers, and durations in seconds with their key in `durations`."""
    return {key: float(seconds(text)) if is_duration(text) else float(text)
            for key, text in settings(example).items()
            if key not in TELLING and (is_duration(text) or re.fullmatch(r"-?[\d.]+", text))}


def durations(example):
    return {key for key, text in settings(example).items() if is_duration(text)}


def bounded(key, value):
    return min(value, 1.0) if key.endswith(AT_MOST_ONE) else value


def moved(values, factor):
    """For each key the set with that one threshold multiplied."""
    return {key: {key: bounded(key, value * factor)} for key, value in values.items()}


def drawn(values, count, spread):
    """Sets with every threshold multiplied by a factor of its own, 1 ± spread; seeded."""
    chance = random.Random(SEED)
    return [{key: bounded(key, value * chance.uniform(1 - spread, 1 + spread))
             for key, value in values.items()} for _ in range(count)]


def toml(values, spans):
    """A configuration with these thresholds and every other default."""
    lines = [f'{key} = "{round(value)}s"' if key in spans else f"{key} = {value:.6g}"
             for key, value in values.items()]
    return "\n".join([SECTION, *lines]) + "\n"
