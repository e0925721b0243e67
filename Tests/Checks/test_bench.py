"""What scripts/bench says of figures; the figures themselves are nobody's test."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

from harness import document  # noqa: E402
from harness.figures import (  # noqa: E402
    FLOOR, OURS, PEER, Aim, Figure, Measurement, number, rows, table)


def measurement(*figures):
    return Measurement("sweep", "Sweeping", "How.", list(figures))


class Numbers(unittest.TestCase):
    def test_three_digits_and_no_exponent(self):
        for value, text in [(0, "0"), (0.000747, "0.000747"), (0.00000123, "0.000001"),
                            (0.0979, "0.0979"), (1.345, "1.34"), (39.43, "39.4"), (184.2, "184"),
                            (12477, "12,477")]:
            with self.subTest(value=value):
                self.assertEqual(number(value), text)


class Comparisons(unittest.TestCase):
    def setUp(self):
        self.ours = Figure("time", "ms", "LeakWatch", OURS, [2, 1, 9], Aim("≤", 3))
        self.peer = Figure("time", "ms", "Peer", PEER, [8])
        self.floor = Figure("time", "ms", "C", FLOOR, [1])

    def test_the_ratio_is_ours_by_theirs_at_the_medians(self):
        taken = measurement(self.ours, self.peer)
        self.assertEqual(taken.ratio(self.peer), 0.25)
        self.assertIsNone(taken.ratio(self.ours))

    def test_there_is_no_ratio_without_a_counterpart(self):
        other = Figure("memory", "MiB", "Peer", PEER, [8])
        self.assertIsNone(measurement(self.ours, other).ratio(other))

    def test_verdicts(self):
        taken = measurement(self.ours, self.peer, self.floor)
        for aim, verdict in [(Aim("≤", 2), "reached"), (Aim("≤", 1.9), "not reached"),
                             (Aim("≥", 2), "reached"), (Aim("≥", 2.1), "not reached"),
                             (Aim("≤", 2, of_ratio=True), "reached"),
                             (Aim("≤", 1.3, of_ratio=True), "not reached"), (None, "")]:
            with self.subTest(aim=str(aim)):
                self.ours.aim = aim
                self.assertEqual(taken.verdict(self.ours), verdict)

    def test_an_aim_at_a_floor_that_was_not_measured_has_no_verdict(self):
        self.ours.aim = Aim("≤", 1.3, of_ratio=True)
        self.assertEqual(measurement(self.ours).verdict(self.ours), "")


class Reports(unittest.TestCase):
    def test_figures_of_one_quantity_stand_together(self):
        taken = measurement(
            Figure("time", "ms", "LeakWatch", OURS, [2, 1, 9], Aim("≤", 3)),
            Figure("memory", "MiB", "LeakWatch", OURS, [20]),
            Figure("time", "ms", "Peer", PEER, [8]))
        self.assertEqual(list(rows(taken.records())), [
            ["time", "LeakWatch", "2 ms", "1 to 9", "", "≤ 3: reached"],
            ["time", "Peer", "8 ms", "", "0.25 ×", ""],
            ["memory", "LeakWatch", "20 MiB", "", "", ""]])

    def test_table_lines_up(self):
        self.assertEqual(table([["x", "1"]], ["name", "n"]), "\n".join(
            ["| name | n |", "|------|---|", "| x    | 1 |"]))

    def test_shortfalls_are_named(self):
        missed = measurement(
            Figure("time", "ms", "LeakWatch", OURS, [3], Aim("≤", 1.3, of_ratio=True)),
            Figure("time", "ms", "C", FLOOR, [2]))
        record = {"title": "Sweeping", "figures": list(missed.records())}
        self.assertIn(
            "- Sweeping: time, LeakWatch: 3 ms, aimed at ≤ 1.3 × floor, which it takes 1.5 times.",
            document.shortfalls([record]))

    def test_nothing_missed(self):
        self.assertIn("Every aim was reached.", document.shortfalls([]))


if __name__ == "__main__":
    unittest.main()
