"""The arithmetic of scripts/detection-report: scoring, simple rules, perturbations, folds."""

import pathlib
import random
import statistics
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Benchmarks"))

from detection import (  # noqa: E402
    buckets, corpus, facts, folds, mistakes, perturbations, replay, rules, scoring, tables,
    thresholds)
from detection.alerts import AlertLife  # noqa: E402
from detection.corpus import Label  # noqa: E402
from detection.outcomes import Firing, Outcome  # noqa: E402
from detection.traces import Trace  # noqa: E402

HOUR = 3600.0
START = 1_767_225_600


def label(name="a", kind="leak", alerts=True, **more):
    return Label("set", pathlib.Path(f"{name}.csv.gz"), kind, alerts, **more)


def outcome(*moments, verdict="leak", slope=None):
    return Outcome(tuple(Firing(at, verdict, slope) for at in moments), verdict)


def trace(memory, step=60, **columns):
    cells = {"t_seconds": [str(START + row * step) for row in range(len(memory))],
             "mem_current": [str(value) for value in memory]}
    return Trace("a", cells | {name: [str(value) for value in values]
                               for name, values in columns.items()})


class Scoring(unittest.TestCase):
    def scored(self, *pairs, known=None):
        return scoring.score([each for each, _ in pairs],
                             {each.key: done for each, done in pairs}, known)

    def test_precision_counts_early_and_false_alarms_and_recall_the_misses(self):
        result = self.scored(
            (label("hit", onset=10), outcome(20)), (label("miss", onset=10), outcome()),
            (label("early", onset=10), outcome(5)),
            (label("false", "healthy", False), outcome(1)),
            (label("quiet", "healthy", False), outcome()))
        self.assertEqual((result.found, result.early, result.false_alarms), (1, 1, 1))
        self.assertAlmostEqual(result.precision, 1 / 3)
        self.assertAlmostEqual(result.recall, 1 / 3)
        self.assertAlmostEqual(result.f1, 1 / 3)
        self.assertAlmostEqual(result.false_alarm_rate, 1 / 2)

    def test_hard_traces_stand_apart(self):
        result = self.scored((label("a", is_hard=True), outcome(1)),
                             (label("b", is_hard=True), outcome()),
                             (label("c", "healthy", False, is_hard=True), outcome(1)))
        self.assertEqual((result.leaks, result.non_leaks), (0, 0))
        self.assertEqual((result.hard_recall, result.hard_false_alarms), (0.5, 1))
        self.assertIsNone(result.f1)

    def test_an_early_alarm_that_fires_again_counts_twice(self):
        result = self.scored((label(onset=10), outcome(5, 15)))
        self.assertEqual((result.found, result.early), (1, 1))
        self.assertEqual(result.precision, 0.5)

    def test_without_an_onset_any_moment_is_a_hit(self):
        self.assertEqual(self.scored((label(), outcome(0))).found, 1)

    def test_delay_by_the_first_hit_verdict_and_slope_by_the_last(self):
        done = Outcome((Firing(HOUR, "cache", 100), Firing(5 * HOUR, "leak", 150)), "leak")
        known = facts.Facts(level=200)
        one = label(onset=0.0, slope=100.0)
        result = self.scored((one, done), known={one.key: known})
        self.assertEqual((result.delays, result.fast_delays), ([1], [1]))
        self.assertEqual((result.verdicts, result.slope_errors), ([True], [0.5]))
        slow = scoring.score([one], {one.key: done}, {one.key: facts.Facts(level=201)})
        self.assertEqual(slow.fast_delays, [])

    def test_in_time_means_never_nearly_full_between_onset_and_alert(self):
        known = facts.Facts(1, ((5, 0.95), (15, 0.8), (25, 0.95)))
        one = label(onset=10.0)
        for at, expected in [(20, [True]), (30, [False]), (11, [])]:
            with self.subTest(at=at):
                result = self.scored((one, outcome(at)), known={one.key: known})
                self.assertEqual(result.in_time, expected)

    def test_what_was_not_replayed_is_told(self):
        self.assertEqual(scoring.score([label()], {}).not_replayed, 1)


class Mistakes(unittest.TestCase):
    def test_each_error_has_its_line_and_changes_are_named(self):
        labels = [label("a", onset=10), label("b", "healthy", False)]
        before = {labels[0].key: outcome(5), labels[1].key: outcome()}
        after = {labels[0].key: outcome(15), labels[1].key: outcome(1)}
        self.assertEqual([each["error"] for each in mistakes.all_of(labels, before)],
                         ["early alarm", "missed"])
        changed = mistakes.changes(labels, before, after)
        self.assertEqual([each["name"] for each in changed["better"]], ["set/a"])
        self.assertEqual([each["name"] for each in changed["worse"]], ["set/b"])


class Replay(unittest.TestCase):
    def test_only_firing_growth_counts(self):
        line = ('{{"type":"transition","at":{at},"service":"a","alert":"{alert}","to":"{to}",'
                '"verdict":"leak","flavour":null,"slope_bytes_per_day":1.0}}')
        read = replay.read([
            line.format(at=1, alert="memory_growth", to="pending"),
            line.format(at=2, alert="memory_growth", to="firing"),
            line.format(at=3, alert="oom_imminent", to="firing"),
            '{"type":"summary","service":"a","verdict":"steady"}'])
        self.assertEqual(read, {"a": Outcome((Firing(2, "leak", 1.0),), "steady")})


class SimpleRules(unittest.TestCase):
    def test_a_line_over_buckets_is_the_line_over_samples(self):
        chance = random.Random(1)
        values = [chance.uniform(1e8, 2e8) for _ in range(300)]
        times = [START + 60 * row for row in range(300)]
        sums = buckets.Sums(times, values, START, 20)
        ages = [(time - START) / HOUR for time in times[15:150]]
        slope, start = sums.line(1, 10)
        expected = statistics.linear_regression(ages, values[15:150])
        self.assertAlmostEqual(slope / expected.slope, 1, places=9)
        self.assertAlmostEqual(start / expected.intercept, 1, places=9)

    def test_sliding_pairs_are_those_of_the_window(self):
        chance, window = random.Random(2), buckets.RankedWindow()
        values = [chance.randrange(6) for _ in range(60)]
        for row, value in enumerate(values):
            window.add(value)
            if row >= 20:
                window.remove_oldest(values[row - 20])
            seen = values[max(0, row - 19):row + 1]
            pairs = [(a, b) for at, a in enumerate(seen) for b in seen[at + 1:]]
            self.assertEqual(window.rising, sum(b > a for a, b in pairs))
            self.assertEqual(window.falling, sum(b < a for a, b in pairs))

    def test_mann_kendall_by_hand(self):
        window = buckets.RankedWindow()
        for value in range(10):
            window.add(value)
        self.assertAlmostEqual(window.mann_kendall(), 44 / 125 ** 0.5)
        self.assertTrue(window.sen_is_positive())

    def test_ties_take_from_the_variance_and_a_flat_series_has_no_trend(self):
        window = buckets.RankedWindow()
        for value in [1, 1, 2]:
            window.add(value)
        self.assertAlmostEqual(window.mann_kendall(), 1 / (48 / 18) ** 0.5)
        flat = buckets.RankedWindow()
        for _ in range(5):
            flat.add(7)
        self.assertEqual((flat.mann_kendall(), flat.sen_is_positive()), (0, False))

    def test_an_alert_needs_its_hold_and_outlives_a_dip(self):
        life = AlertLife(hold=1800, keep=3 * HOUR)
        steps = [True, True, False, False, True, False, False, False, True, True]
        begins = [life.step(hour * HOUR, met) for hour, met in enumerate(steps)]
        self.assertEqual(begins, [False, True] + [False] * 7 + [True])

    def fired(self, **columns):
        found = rules.evaluate(trace(**columns), 1800, 3 * HOUR)
        return {name for name, done in found.items() if done.firings}

    def test_what_each_rule_makes_of_a_line(self):
        day = range(1440)
        slow = [10**9 + 10_000 * row for row in day]  # 14.4 MB a day.
        self.assertEqual(self.fired(memory=slow), {"deriv", "kendall", "halves"})
        limit = [10**9 + 30 * 10**6] * 1440
        self.assertIn("predict", self.fired(memory=slow, mem_max=limit))
        limit = [10**9 + 90 * 10**6] * 1440
        self.assertNotIn("predict", self.fired(memory=slow, mem_max=limit))
        fast = [10**9 + 400_000 * row for row in day]
        self.assertIn("deriv500", self.fired(memory=fast))
        pauses = [row * row / 1e4 for row in day]
        self.assertIn("deriv_gc", self.fired(memory=slow, gc_pause_seconds_total=pauses))
        self.assertEqual(self.fired(memory=[10**9 - row for row in day]), set())

    def test_idle_page_cache_is_not_in_use(self):
        cache = [row * 1000 for row in range(1440)]
        self.assertEqual(self.fired(memory=[10**9 + each for each in cache],
                                    mem_inactive_file=cache), set())

    def test_a_counter_that_restarts_counts_from_zero(self):
        self.assertEqual(rules.increments([0, 10, 20, 30], [5.0, 10.0, None, 2.0]),
                         ([10, 30], [0.5, 0.1]))


class Perturbations(unittest.TestCase):
    def setUp(self):
        self.trace = trace([1000 + row for row in range(1440)], mem_max=[5000] * 1440,
                           heap_live_bytes=[""] * 720 + [100] * 720,
                           requests_total=range(1440), start_time_seconds=[START] * 1440)

    def perturbed(self, name):
        return next(each for each in perturbations.ALL if each.name == name).of(self.trace)

    def test_the_same_every_time_and_never_in_place(self):
        before = {name: list(cells) for name, cells in self.trace.columns.items()}
        for each in perturbations.ALL:
            with self.subTest(each.name):
                self.assertEqual(each.of(self.trace).columns, each.of(self.trace).columns)
                self.assertEqual(self.trace.columns, before)
                self.assertEqual({len(cells) for cells in each.of(self.trace).columns.values()},
                                 {len(each.of(self.trace).times)})
                times = each.of(self.trace).times
                self.assertEqual(times, sorted(times))

    def test_scaling_takes_the_limit_along_and_leaves_counters(self):
        seven = self.perturbed("sevenfold").columns
        self.assertEqual((seven["mem_current"][1], seven["mem_max"][1]), ("7007", "35000"))
        self.assertEqual((seven["heap_live_bytes"][0], seven["heap_live_bytes"][-1]), ("", "700"))
        self.assertEqual(seven["requests_total"], self.trace.columns["requests_total"])

    def test_shifting_moves_starts_as_well(self):
        later = self.perturbed("hours_later")
        self.assertEqual(later.times[0], START + 19_020)
        self.assertEqual(later.numbers("start_time_seconds")[0], START + 19_020)

    def test_outcomes_come_back_in_the_labels_units(self):
        each = perturbations.Perturbation("x", "x", None, shift=100, scale=7)
        self.assertEqual(Outcome((Firing(110, "leak", 14.0),)).in_units_of(each),
                         Outcome((Firing(10, "leak", 2.0),)))

    def test_noise_has_its_size_and_spares_the_limit(self):
        flat = trace([10**8] * 5000, mem_max=[10**9] * 5000)
        noisy = perturbations.noisy(0.01)(flat, random.Random(3))
        spread = statistics.pstdev(noisy.numbers("mem_current")) / 1e8
        self.assertAlmostEqual(spread, 0.01, delta=0.001)
        self.assertEqual(noisy.columns["mem_max"], flat.columns["mem_max"])

    def test_losing_samples(self):
        self.assertAlmostEqual(len(self.perturbed("drop_30").times) / 1440, 0.7, delta=0.05)
        times = self.perturbed("gap").times
        steps = [after - before for before, after in zip(times, times[1:])]
        self.assertAlmostEqual(max(steps), 3 * HOUR, delta=120)
        self.assertEqual(sum(step > 60 for step in steps), 1)
        self.assertEqual(len(self.perturbed("every_5min").times), 288)

    def test_finer_samples_lie_on_the_line_and_in_no_gap(self):
        holed = self.trace.keeping([*range(100), *range(200, 300)])
        fine = next(each for each in perturbations.ALL if each.name == "every_15s").of(holed)
        self.assertEqual(len(fine.times), 200 + 3 * 198)
        self.assertEqual(fine.columns["start_time_seconds"], [str(START)] * len(fine.times))
        for time, value in zip(fine.times, fine.numbers("mem_current")):
            self.assertAlmostEqual(value, 1000 + (time - START) / 60, delta=0.51)

    def test_nothing_is_put_across_a_restart(self):
        restarted = trace([1, 2, 3, 4], requests_total=[10, 11, 0, 1])
        fine = next(each for each in perturbations.ALL if each.name == "every_15s").of(restarted)
        self.assertEqual(len(fine.times), 4 + 3 * 2)

    def test_metrics_go(self):
        self.assertNotIn("requests_total", self.perturbed("no_requests").columns)
        self.assertNotIn("heap_live_bytes", self.perturbed("no_heap").columns)
        self.assertIn("mem_current", self.perturbed("no_heap").columns)


class Thresholds(unittest.TestCase):
    EXAMPLE = ('[rules]\n#x = 1\n[rules.memory_growth]\n# Prose = nothing.\n#enabled = true\n'
               '#for = "30m"\n#warm_up = "1d12h"\n#day_growth = 0.035\n#day_agreement = 0.9\n'
               '[rules.gc_pause]\n#threshold = 0.05\n')

    def test_read_from_the_example(self):
        self.assertEqual(thresholds.defaults(self.EXAMPLE),
                         {"warm_up": 129_600, "day_growth": 0.035, "day_agreement": 0.9})

    def test_a_missing_section_is_no_empty_one(self):
        with self.assertRaises(thresholds.Unknown):
            thresholds.settings("[rules]\n")

    def test_moved_alone_and_within_range(self):
        moved = thresholds.moved(thresholds.defaults(self.EXAMPLE), 1.3)
        self.assertEqual(moved["day_agreement"], {"day_agreement": 1.0})
        self.assertAlmostEqual(moved["day_growth"]["day_growth"], 0.0455)

    def test_drawn_within_the_spread_and_the_same_again(self):
        values = thresholds.defaults(self.EXAMPLE)
        drawn = thresholds.drawn(values, 20, 0.4)
        self.assertEqual(drawn, thresholds.drawn(values, 20, 0.4))
        for one in drawn:
            self.assertLessEqual(abs(one["day_growth"] / 0.035 - 1), 0.4)

    def test_written_as_configuration(self):
        self.assertEqual(thresholds.toml({"warm_up": 90.4, "day_growth": 0.0455}, {"warm_up"}),
                         '[rules.memory_growth]\nwarm_up = "90s"\nday_growth = 0.0455\n')

    def test_the_example_of_the_project_lists_them(self):
        example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
        self.assertTrue(thresholds.defaults(example))
        self.assertIn("for", thresholds.settings(example))


class Folds(unittest.TestCase):
    def setUp(self):
        self.labels = [label(f"l{number}") for number in range(10)]
        self.labels += [label(f"h{number}", "healthy", False) for number in range(15)]

    def test_every_trace_once_and_classes_even(self):
        parts = folds.stratified(self.labels)
        self.assertEqual(sorted(each.name for part in parts for each in part),
                         sorted(each.name for each in self.labels))
        for part in parts:
            self.assertEqual(sum(each.should_alert for each in part), 2)
            self.assertEqual(len(part), 5)

    def test_what_is_held_out_takes_no_part_in_the_choice(self):
        default = {each.key: outcome() for each in self.labels}
        finds = default | {each.key: outcome(1) for each in self.labels if each.should_alert}
        for fold in folds.cross_validate([default, finds], self.labels):
            self.assertEqual((fold.chosen, fold.held_out.f1, fold.default.f1), (1, 1, 0))
        # One that finds a single leak is worth choosing only where that leak is seen.
        lucky = default | {self.labels[0].key: outcome(1)}
        chosen = [fold.chosen for fold in folds.cross_validate([default, lucky], self.labels)]
        self.assertEqual(sorted(chosen), [0, 1, 1, 1, 1])

    def test_subkinds_are_held_out_as_one(self):
        labels = [label("a", notes="x; sub=req slope"), label("b", notes="sub=time"),
                  label("c", "cache"), label("d", "healthy", False)]
        done = {each.key: outcome() for each in labels}
        held = [name for name, _ in folds.hold_out_subkinds([done], labels)]
        self.assertEqual(held, ["cache", "leak: req", "leak: time"])


class Sets(unittest.TestCase):
    def test_a_set_is_read_and_a_lacking_trace_is_told(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            header = "file,class,should_alert,tier,true_slope_bytes_per_day,onset_t,notes\n"
            (folder / "labels.csv").write_text(header + "a.csv,leak,yes,hard,5,,\"x, y\"\n")
            with self.assertRaisesRegex(corpus.Unusable, "not there"):
                corpus.read([folder])
            trace([1, 2]).write(folder)
            read, = corpus.read([folder])
            self.assertEqual((read.name, read.is_hard, read.slope, read.onset, read.notes),
                             ("a", True, 5.0, None, "x, y"))
            self.assertEqual(Trace.load(read.path).numbers("mem_current"), [1.0, 2.0])

    def test_fullness_and_level(self):
        known = facts.of(trace([10, 20, 30], 900, mem_max=[100, 100, ""]), START + 900)
        self.assertEqual(known.level, 25)
        self.assertEqual(known.fullness, ((START + 900, 0.1), (START + 1800, 0.2)))


class Tables(unittest.TestCase):
    def test_changes_are_signed_and_silence_means_none(self):
        self.assertEqual(tables.change(3, 3), "")
        self.assertEqual(tables.change(5, 3), "+2")
        self.assertEqual(tables.change(0.8, 0.9, tables.ratio), "−0.100")
        self.assertEqual(tables.percent(None), "–")

    def test_what_takes_nothing_away_has_its_range(self):
        rows = [{"removes_signal": gone, "score": {"f1": f1, "false_alarms": alarms}}
                for gone, f1, alarms in [(False, 0.9, 4), (False, 0.8, 7), (True, 0.1, 50)]]
        text = tables.harmless(rows, {"f1": 0.95, "false_alarms": 3})
        self.assertIn("4 to 7 false alarms, 5.5 on average, beside 3", text)
        self.assertIn("0.800 to 0.900, 0.850 on average, beside 0.950", text)

    def test_the_worst_threshold_is_named(self):
        moved = [{"factor": factor, "score": {"f1": f1, "false_alarms": alarms}}
                 for factor, f1, alarms in [(0.7, 0.8, 9), (1.3, 0.6, 1)]]
        text = tables.worst_threshold([{"key": "day_growth", "moved": moved}],
                                      {"f1": 0.9, "false_alarms": 2})
        self.assertIn("`day_growth` × 1.3 takes it from 0.900 to 0.600", text)
        self.assertIn("`day_growth` × 0.7 makes 9 of 2", text)


if __name__ == "__main__":
    unittest.main()
