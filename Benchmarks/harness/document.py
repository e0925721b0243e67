"""docs/benchmarks.md, from the results."""


def write(results):
    pass
