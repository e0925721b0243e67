"""docs/benchmarks.md, from out/bench.json."""

from . import catalog, figures, workshop

PATH = workshop.ROOT / "docs" / "benchmarks.md"

INTRODUCTION = """\
# Benchmarks

`make bench` takes these measurements in one run of about a quarter of an hour and prints them;
`scripts/bench NAME…` takes some of them, `scripts/bench --write-docs` writes this page from the
last results. Every figure stands beside a peer doing the same work in the same run, or beside a
floor: a C program that does only what cannot be left out. Figures move with the machine and its
load; ratios move less. Nothing here is a test: no figure makes a build fail.

*Ours is* says what LeakWatch takes (or reaches) as a multiple of that line. CPU time is the whole
process's, user and system, from its CPU clock. Memory is what the kernel says of the process, in
MiB of 1,048,576 bytes. Medians; the spread is from the least to the greatest.
"""


def write(results):
    taken = [(name, results["measurements"][name]) for name in catalog.names()
             if name in results["measurements"]]
    sections = [INTRODUCTION, *conditions(taken), *(section(each) for _, each in taken),
                shortfalls([each for _, each in taken])]
    PATH.write_text("\n".join(sections))


def conditions(taken):
    """The machine of each measurement; nearly always the same one."""
    machines = []
    for _, measurement in taken:
        if measurement["machine"] not in machines:
            machines.append(measurement["machine"])
    dates = sorted({measurement["taken"][:10] for _, measurement in taken})
    yield f"## Taken on {' and '.join(dates)}\n"
    for machine in machines:
        versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
        yield (f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB; "
               f"{machine['system']}, Linux {machine['kernel']}.\nPackages: {versions}.\n")


def section(measurement):
    lines = [f"## {measurement['title']}", "", measurement["how"], ""]
    if measurement["failure"]:
        lines += [f"Not taken: {measurement['failure']}", ""]
    if measurement["figures"]:
        lines += [figures.table(figures.rows(measurement["figures"])), ""]
    notes = [f"- {figure['contender']}: {figure['note']}."
             for figure in measurement["figures"] if figure.get("note")]
    lines += notes + [""] if notes else []
    lines += [*measurement["remarks"], ""] if measurement["remarks"] else []
    load = f"{measurement['load_before'][0]} before and {measurement['load_after'][0]} after"
    return "\n".join([*lines, f"Load average {load}.", ""])


def shortfalls(measurements):
    missed = [(measurement, figure) for measurement in measurements
              for figure in measurement["figures"] if figure["verdict"] == "not reached"]
    lines = ["## What was not reached", ""]
    for measurement, figure in missed:
        lines.append(
            f"- {measurement['title']}: {figure['quantity']}, {figure['contender']}: "
            f"{figures.number(figure['median'])} {figure['unit']}, aimed at {figure['aim']}"
            f"{by_the_floor(measurement, figure)}.")
    if not missed:
        lines.append("Every aim was reached.")
    return "\n".join([*lines, ""])


def by_the_floor(measurement, figure):
    """The ratio that a relative aim speaks of."""
    floor = next((each for each in measurement["figures"] if each["role"] == figures.FLOOR
                  and each["quantity"] == figure["quantity"]), None)
    if "floor" not in figure["aim"] or floor is None:
        return ""
    return f", which it takes {figures.number(floor['ours_by_theirs'])} times"
