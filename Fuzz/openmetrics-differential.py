#!/usr/bin/python3
"""Compares the OpenMetrics validator with the reference parser of Debian's python3-prometheus-client.

Usage: Fuzz/openmetrics-differential.py PROGRAM [DOCUMENTS] [SEED]

PROGRAM is what scripts/fuzz openmetrics-differential prints. Valid and mutated documents are
generated; every document that one side accepts and the other rejects is printed, unless the
specification is known to decide for the validator (see STRICTER and LAXER). The exit status is 1 if any is left.
"""
import random
import re
import subprocess
import sys
import tempfile

try:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
except ImportError:
    sys.exit("openmetrics-differential: install Debian's python3-prometheus-client")

# Where the specification forbids what the reference lets pass: (part of the validator's message, what
# the document must contain for that to be the reason, the reason).
EMPTY = r'=""'
STRICTER = [
    ("is not in its bucket", "", "Histogram: an exemplar's value is within its bucket"),
    ("the sample is given twice", "", "Metric: without timestamps it has one point"),
    ("has no \"_total\"", "", "Counter: a point has a Total"),
    ("reserved: it begins with '_'", "", "Label, Name: must not be used"),
    ("out of the range", "", "Numbers: must fit a 64-bit floating point value"),
    ("must not have label", "", "Histogram, Summary: le and quantile on buckets and quantiles alone"),
    ("must be a time in seconds", "", "Counter: Created is a timestamp"),
    ("must be # TYPE", r"(?m)^#[^ ]", "ABNF: HASH SP"),
    ("expected a space before the value", r"}[^ ]", "ABNF: SP number"),
    ("is no valid value of label", r'"([^"]*[_ ][^"]*|nan)"', "le is a number, by the ABNF"),
    ("a sample of type stateset needs label", EMPTY, "Label: empty is the same as absent"),
    ("must stand together", EMPTY, "Label: empty is the same as absent"),
    ("must stand together", "_info", "MetricFamily: every metric has a label set of its own"),
    ("timestamps of a metric must rise", "_info", "Metric: points have increasing timestamps"),
    ("is not a number of seconds", "  ", "ABNF: one SP"),
    ("expected a timestamp, found a space", "  ", "ABNF: one SP"),
    ("expected the end of the line", "# {", "ABNF: exemplar"),
    ("has no closing quote", r'\\"}', "ABNF: an escaped quote does not close"),
    ("some samples of this metric", EMPTY, "Label: empty is the same as absent"),
    ("timestamps of a metric must rise", EMPTY, "Label: empty is the same as absent"),
]
# Where the reference rejects what the specification allows: (its message, why).
LAXER = [
    (r"Mix of timestamp presence.*_info", "each line of an info family may be a metric of its own"),
    (r"(Attribute|Type)Error", "it crashes on timestamps with an exponent or without a whole part"),
    (r"went backwards.* [\d.]+( #.*)?$", "it compares nanoseconds even where the seconds differ"),
    (r"Invalid line: .*{.*}.*}", "it looks for the last brace of an exemplar, also within a value"),
]

NUMBERS = ["0", "1", "2", "3", "1.0", "-1", "NaN", "+Inf", "-Inf", "0.5", "1e3", "5.", ".5", "nan",
           "infinity", "007", "1e400", "1_0", "0x1", "", " ", "+1", "--1", "1e", "e1"]
LABELS = ["", "{}", '{a="1"}', '{a="2"}', '{a="1",b="2"}', '{b="2",a="1"}', '{a="\\n\\"\\\\"}',
          '{a="x\\y"}', '{a="}"}', '{a=" # "}', '{a=""}', '{a="é"}', '{_a="1"}', '{a="1",}', "{a}"]
TYPES = ["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset",
         "unknown", "untyped", "meh"]
NAMES = ["a", "b", "a_s", "c"]


def family(r, name):
    """A family that mostly keeps the rules."""
    kind = r.choice(TYPES[:8])
    lines = [f"# TYPE {name} {kind}"]
    if r.random() < .4:
        lines.append(f"# HELP {name} " + r.choice(["", "help", "a \\n b", 'say "x"', "end\\\\"]))
    if name.endswith("_s") and r.random() < .5:
        lines.insert(r.randrange(len(lines) + 1), f"# UNIT {name} s")
    for metric in r.sample(["", 'x="1"', 'x="2"', 'x="1",y="é"'], r.randint(0, 3)):
        # The reference drops samples of a histogram's second point, and crashes on "1e3".
        many = [] if "histogram" in kind else [[" 1", " 2.5"], [" -1", " 1000"]]
        for moment in r.choice([[""], [""], [" 1"]] + many):
            lines += point(r, name, kind, metric, moment)
    return lines


def braces(*pairs):
    pairs = [pair for pair in pairs if pair]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def point(r, name, kind, metric, moment):
    exemplar = r.choice(["", "", ' # {t="1"} 0.5', ' # {} 0.25 1.5'])
    one = f"{name}{braces(metric)} {r.choice(['1', '2.5', 'NaN', '-3', '+Inf'])}{moment}"
    if kind in ("gauge", "unknown"):
        return [one]
    if kind == "counter":
        lines = [f"{name}_total{braces(metric)} {r.randint(0, 9)}{moment}{exemplar}"]
        if r.random() < .3:
            lines.append(f"{name}_created{braces(metric)} 1500{moment}")
        return lines
    if kind == "info":
        return [f"{name}_info{braces(metric, 'v=' + chr(34) + str(r.randint(0, 9)) + chr(34))} 1{moment}"]
    if kind == "stateset":
        return [f'{name}{braces(metric, name + "=" + chr(34) + s + chr(34))} {r.randint(0, 1)}{moment}'
                for s in ("on", "off")]
    if kind == "summary":
        lines = [f'{name}{braces(metric, "quantile=" + chr(34) + q + chr(34))} {r.choice(["1", "NaN"])}{moment}'
                 for q in r.sample(["0", "0.5", "1", "0.99"], r.randint(0, 3))]
        lines += [f"{name}_count{braces(metric)} {r.randint(0, 9)}{moment}",
                  f"{name}_sum{braces(metric)} {r.random():.3f}{moment}"]
        r.shuffle(lines)
        return lines
    count, lines = 0, []
    bounds = r.choice([["1", "2.5", "+Inf"], ["+Inf"], ["-1", "0", "+Inf"], ["1e-05", "1.0", "+Inf"]])
    for bound in bounds:
        count += r.randint(0, 3)
        label = f'le="{bound}"'
        lines.append(f"{name}_bucket{braces(metric, label)} {count}{moment}{exemplar}")
    if r.random() < .6 and "-1" not in bounds:
        c, s = ("_count", "_sum") if kind == "histogram" else ("_gcount", "_gsum")
        lines += [f"{name}{c}{braces(metric)} {count}{moment}", f"{name}{s}{braces(metric)} 4.5{moment}"]
    return lines


def mutate(r, lines):
    """One change somewhere."""
    index = r.randrange(len(lines))
    line, what = lines[index], r.randrange(12)
    if what == 0:
        del lines[index]
    elif what == 1:
        lines.insert(index, line)
    elif what == 2:
        other = r.randrange(len(lines))
        lines[index], lines[other] = lines[other], lines[index]
    elif what == 3:
        lines[index] = re.sub(r" [^ ]*$", lambda _: " " + r.choice(NUMBERS), line)
    elif what == 4:
        lines[index] = line + r.choice([" ", " 1", " x", ' # {a="1"} 1', " #", "\t", "  2", ' # {a="' + "y" * 128 + '"} 1'])
    elif what == 5:
        lines[index] = re.sub(r"\{.*?\}", lambda _: r.choice(LABELS), line, count=1)
    elif what == 6:
        lines[index] = re.sub(r"_(total|sum|count|bucket|gsum|gcount|info|created)",
                              lambda _: r.choice(["_total", "_sum", "_count", "_bucket", "_gsum", "_gcount", "_info", "_created", ""]), line, count=1)
    elif what == 7:
        lines[index] = re.sub(r'"[^"]*"', lambda _: '"' + r.choice(NUMBERS + ["+INF", "1e0"]) + '"', line, count=1)
    elif what == 8:
        lines.insert(index, r.choice(["", "# TYPE a gauge", "# HELP b x", "# UNIT a_s s", "# UNIT a ", "# EOF", "# FOO a b",
                                      "#", "# HELP a", "# TYPE c meh", "a 1", "b_total 1", "c_bucket{le=\"1\"} 1"]))
    elif what == 9:
        at = r.randrange(len(line) + 1)
        lines[index] = line[:at] + r.choice(list('{}",= #\\\n_1aé\0') ) + line[at:]
    elif what == 10 and line:
        at = r.randrange(len(line))
        lines[index] = line[:at] + line[at + 1:]
    else:
        lines[index] = line.replace(" " + line.split(" ")[-1], " " + r.choice(TYPES)) if line.startswith("# TYPE") else line


def document(r):
    lines = []
    for name in r.sample(NAMES, r.randint(1, 3)):
        lines += family(r, name)
    lines.append("# EOF")
    for _ in range(r.choice([0, 0, 1, 1, 1, 2])):
        if lines:
            mutate(r, lines)
    return "\n".join(lines) + r.choice(["\n", "\n", "\n", ""])


def reference(text):
    try:
        for _ in text_string_to_metric_families(text):
            pass
        return "ok"
    except (ValueError, KeyError, IndexError, TypeError, UnboundLocalError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    r = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    documents = [document(r) for _ in range(count)]
    with tempfile.NamedTemporaryFile() as file:
        for text in documents:
            file.write(b"%d\n%s" % (len(text.encode()), text.encode()))
        file.flush()
        output = subprocess.run([program, file.name], capture_output=True, check=True).stdout
    ours = output.decode().split("\n")[:-1]
    assert len(ours) == count, f"{len(ours)} verdicts for {count} documents"
    both = agreed = known = 0
    left = []
    for text, verdict in zip(documents, ours):
        theirs = reference(text)
        if (verdict == "ok") == (theirs == "ok"):
            agreed += 1
            both += verdict == "ok"
        elif any(part in verdict and re.search(sign, text) for part, sign, _ in STRICTER):
            known += 1
        elif verdict == "ok" and any(re.search(part, theirs) for part, _ in LAXER):
            known += 1
        else:
            left.append((text, verdict, theirs))
    print(f"{count} documents: {agreed} agreed ({both} valid), {known} differ for a known reason, "
          f"{len(left)} to look at")
    for text, verdict, theirs in left[:20]:
        print("-" * 60, text, f"validator: {verdict}\nreference: {theirs}", sep="\n")
    sys.exit(1 if left else 0)


main()
