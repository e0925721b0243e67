"""Answers for the statistics' tests, from SciPy: reference_statistics.py QUESTIONS

QUESTIONS is a JSON file. What each of its lists asks for is in the function of the same name
below; the answers go to standard output under the same names. What is not a finite number is null.

The Hamed-Rao test is in no Debian package (pymannkendall is on PyPI only), so `trends` holds an
implementation of its own, from the formulas of Hamed and Rao 1998 with pymannkendall's choices:
Sen's slope is taken out, correlations are of the ranks, and only significant lags count.
"""

import json
import math
import sys

try:
    import numpy as np
    from scipy import special, stats
except ModuleNotFoundError as error:
    sys.exit(f"{error}: apt-get install python3-scipy")


def lines(question):
    x, y = question["x"], question["y"]
    sen = stats.theilslopes(y, x, question["confidence"], method="separate")
    least = stats.linregress(x, y)
    return {
        "sen_slope": sen.slope, "sen_intercept": sen.intercept,
        "sen_low": sen.low_slope, "sen_high": sen.high_slope,
        "slope": least.slope, "intercept": least.intercept,
        "slope_error": least.stderr, "intercept_error": least.intercept_stderr,
    }


def trends(question):
    values = np.array(question["values"])
    n = len(values)
    order = np.arange(n, dtype=float)
    kendall = stats.kendalltau(order, values, method="asymptotic")
    s = np.sign(values[None, :] - values[:, None])[np.triu_indices(n, 1)].sum()
    # kendalltau's p has no correction for continuity, so it gives the variance away.
    deviate = stats.norm.isf(kendall.pvalue / 2)
    variance = (s / deviate) ** 2 if s else None
    factor = hamed_rao_factor(order, values, question["significance"], question["lags"])
    return {
        "s": s, "tau_b": kendall.statistic, "variance": variance, "factor": factor,
        **{f"{name}_{side}": value
           for name, scale in (("plain", 1.0), ("modified", factor))
           for side, value in probabilities(s, variance, scale).items()},
    }


def probabilities(s, variance, scale):
    if variance is None or scale <= 0:
        return {"z": None, "two": None, "rising": None, "falling": None}
    z = np.sign(s) * (abs(s) - 1) / math.sqrt(variance * scale)
    return {"z": z, "two": 2 * stats.norm.sf(abs(z)),
            "rising": stats.norm.sf(z), "falling": stats.norm.cdf(z)}


def hamed_rao_factor(order, values, significance, most_lags):
    n = len(values)
    slope = stats.theilslopes(values, order).slope
    ranks = stats.rankdata(values - (order + 1) * slope)
    centred = ranks - ranks.mean()
    lags = np.arange(1, n if most_lags is None else min(most_lags + 1, n))
    correlation = np.array([np.dot(centred[k:], centred[:-k]) for k in lags])
    correlation = correlation / np.dot(centred, centred)
    significant = np.abs(correlation) > stats.norm.isf(significance / 2) / math.sqrt(n)
    weights = (n - lags) * (n - lags - 1.0) * (n - lags - 2.0)
    return 1 + 2 / (n * (n - 1) * (n - 2)) * np.sum((weights * correlation)[significant])


def normal(question):
    x, p = question["x"], question["p"]
    return {"cdf": stats.norm.cdf(x), "sf": stats.norm.sf(x), "pdf": stats.norm.pdf(x),
            "ppf": stats.norm.ppf(p)}


def student(question):
    x, p, degrees = question["x"], question["p"], question["degrees"]
    # SciPy's density subtracts two large ln Γ: beyond this it has no nine digits.
    density = stats.t.pdf(x, degrees) if degrees < 1e5 else None
    return {"cdf": stats.t.cdf(x, degrees), "sf": stats.t.sf(x, degrees), "pdf": density,
            "ppf": student_quantile(p, degrees)}


def student_quantile(p, degrees):
    """SciPy 1.10's t.ppf has eight digits and sometimes none; bisection on its cdf has all."""
    beyond = min(p, 1 - p)
    low, high = 0.0, 1.0
    while special.stdtr(degrees, -high) > beyond:
        low, high = high, high * 4
    for _ in range(100):
        middle = (low + high) / 2
        if special.stdtr(degrees, -middle) > beyond:
            low = middle
        else:
            high = middle
    return low if p > 0.5 else -low


def plain(value):
    if isinstance(value, dict):
        return {key: plain(element) for key, element in value.items()}
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def main(path):
    with open(path, encoding="utf-8") as file:
        questions = json.load(file)
    answers = {name: [plain(globals()[name](question)) for question in asked]
               for name, asked in questions.items()}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
