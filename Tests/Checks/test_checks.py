"""The project's own checks, tried on good and bad trees: python3 -m unittest discover Tests/Checks"""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))
sys.dont_write_bytecode = True

from swift_source import code_only  # noqa: E402


def load(name):
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(SCRIPTS / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class Tree(unittest.TestCase):
    """A tree of sources in a temporary folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "Sources").mkdir()

    def write(self, place, text):
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_script(self, name):
        return subprocess.run([sys.executable, SCRIPTS / name, self.root], text=True,
                              capture_output=True, check=False)


class CodeOnly(unittest.TestCase):
    def test_keeps_code_and_blanks_the_rest(self):
        cases = [
            ("let a = 1 // unsafe", "let a = 1"),
            ("a /* x /* y */ z */ b", "a b"),
            ('"unsafe" b', "b"),
            (r'"a\"b" c', "c"),
            (r'"x \(unsafe f("y)")) z" c', "unsafe f( ) c"),
            (r'#"no \(code) "here"# c', "c"),
            (r'#"yes \#(code)"# c', "code c"),
            ('"""\nimport Foundation\n"quoted" \n"""\nc', "c"),
            ('"https://x" c', "c"),
            ('"unterminated\nc', "c"),
            ("/* unterminated", ""),
        ]
        for source, expected in cases:
            with self.subTest(source=source):
                code = code_only(source)
                self.assertEqual(code.split(), expected.split())
                self.assertEqual(len(code), len(source))
                for kept, written in zip(code, source):
                    self.assertIn(kept, (" ", written))


class Layers(Tree):
    def faults(self, place, text):
        self.write(place, text)
        target = self.root.joinpath(*pathlib.PurePath(place).parts[:2])
        return list(load("check-layers").faults_of(target, self.root))

    def test_good_imports_pass(self):
        cases = [
            ("Sources/Engine/A.swift", "package import TimeSeries\nimport Detectors\n"),
            ("Sources/Storage/A.swift", "internal import FoundationEssentials\n"),
            ("Sources/LinuxSystem/A.swift", "private import CLinux\nprivate import Glibc\n"),
            ("Sources/Formats/A.swift", "// Measured hot path: 4x.\nprivate import Glibc\n"),
            ("Sources/Detectors/B.swift", "internal import func Glibc.exp\n"),
            ("Sources/Formats/B.swift", "// import Foundation\nlet s = \"import Glibc\"\n"),
            ("Sources/Formats/C.swift", 'let s = """\nimport Foundation\n"""\n'),
            ("Sources/Detectors/A.swift", "x.random(in: 0..<1, using: &dice)\nlet awaited = 1\n"),
        ]
        for place, text in cases:
            with self.subTest(place=place):
                self.assertEqual(self.faults(place, text), [])

    def test_a_folder_without_swift_is_no_target(self):
        self.write("Sources/CLinux/shim.h", "#include <a.h>\n")
        self.assertEqual(load("check-layers").swift_targets(self.root), [])

    def test_bad_imports_are_placed_and_explained(self):
        cases = [
            ("Sources/TimeSeries/A.swift", "\nimport Glibc\n",
             "Sources/TimeSeries/A.swift:2: TimeSeries may not import Glibc: "
             "C lives behind a safe facade in LinuxSystem"),
            ("Sources/Detectors/A.swift", "internal import func Glibc.time",
             "Sources/Detectors/A.swift:1: Detectors may not import Glibc: "
             "C lives behind a safe facade in LinuxSystem"),
            ("Sources/Alerting/A.swift", "package import LinuxSystem",
             "Sources/Alerting/A.swift:1: Alerting may not import LinuxSystem: a pure target sees "
             "pure targets below it; move this to an edge, or pass a value in"),
            ("Sources/Alerting/B.swift", "import FoundationEssentials",
             "Sources/Alerting/B.swift:1: Alerting may not import FoundationEssentials: a pure "
             "target sees pure targets below it; move this to an edge, or pass a value in"),
            ("Sources/Delivery/A.swift", "@preconcurrency internal import struct Storage.Outbox",
             "Sources/Delivery/A.swift:1: Delivery may not import Storage: "
             "edges do not know each other; LeakWatchDaemon joins them"),
            ("Sources/Scrapers/A.swift", "private import CCurl",
             "Sources/Scrapers/A.swift:1: Scrapers may not import CCurl: "
             "C lives behind a safe facade in LinuxSystem"),
            ("Sources/LeakWatchDaemon/A.swift", "import TOMLKit",
             "Sources/LeakWatchDaemon/A.swift:1: LeakWatchDaemon may not import TOMLKit: a new "
             "dependency is a decision: add it to the table in scripts/check-layers"),
            ("Sources/LinuxSystem/A.swift", "import Engine",
             "Sources/LinuxSystem/A.swift:1: LinuxSystem may not import Engine: "
             "imports go downwards only; pass a value or a closure in from above"),
            ("Sources/LinuxSystem/B.swift", "#if canImport(Foundation)\n  import Foundation\n#endif",
             "Sources/LinuxSystem/B.swift:2: imports Foundation: it brings 40 MB of ICU; "
             "take FoundationEssentials or do without"),
            ("Sources/Storage/A.swift", "@_exported import TimeSeries",
             "Sources/Storage/A.swift:1: re-exports TimeSeries: every file imports what it uses"),
            ("Sources/Helpers/A.swift", "",
             "Sources/Helpers:1: unknown target Helpers: give it a line in scripts/check-layers"),
        ]
        for place, text, expected in cases:
            with self.subTest(place=place, text=text):
                self.assertIn(expected, self.faults(place, text))

    def test_effects_in_a_pure_target(self):
        cases = [
            ("let t = ContinuousClock.now", "'ContinuousClock' reads a clock"),
            ("Task { 1 }", "'Task' starts a task"),
            ("actor Owner {}", "'actor O' declares an actor"),
            ("await f()", "'await' waits"),
            ("print(1)", "'print' does input or output"),
            ("let d = Double.random(in: 0...1)", "'.random(in:' rolls dice"),
        ]
        for text, expected in cases:
            with self.subTest(text=text):
                self.assertTrue(any(expected in fault
                                    for fault in self.faults("Sources/Engine/A.swift", text)))
                self.assertEqual(self.faults("Sources/Storage/A.swift", text), [])

    def test_the_script_fails_on_a_bad_tree(self):
        self.write("Sources/Engine/A.swift", "import TimeSeries\n")
        self.assertEqual(self.run_script("check-layers").returncode, 0)
        self.write("Sources/Engine/B.swift", "import Dispatch\n")
        result = self.run_script("check-layers")
        self.assertEqual(result.returncode, 1)
        self.assertIn("Sources/Engine/B.swift:1: imports Dispatch", result.stderr)
        self.assertIn("check-layers: 1 broken", result.stderr)


class Unsafe(Tree):
    HOT = "// Measured hot path: 4,900 MB/s against 570 in Span.\n"

    def faults(self, hot_paths=None):
        return list(load("check-unsafe").faults_under(self.root, hot_paths or {}))

    def test_every_kind_is_found_with_its_line(self):
        for code in ["unsafe f()", "x: UnsafePointer<Int>", "x: UnsafeMutableRawBufferPointer",
                     "unsafeBitCast(x, to: Int.self)", "final class C: @unchecked Sendable {}",
                     "nonisolated(unsafe) var x = 1", "a.withUnsafeBytes { $0 }",
                     "a.withContiguousMutableStorageUnsafePointer { $0 }", "x: OpaquePointer",
                     "x: Unmanaged<C>", "UnsafeContinuation<Int, Never>", "@safe func f() {}",
                     'let s = "\\(unsafe f())"']:
            with self.subTest(code=code):
                self.write("Sources/Formats/A.swift", "\n" + code + "\n")
                faults = self.faults()
                self.assertTrue(faults)
                self.assertTrue(faults[0].startswith("Sources/Formats/A.swift:2: "), faults[0])

    def test_it_may_stand_in_its_room_and_in_comments(self):
        self.write("Sources/LinuxSystem/Deep/A.swift", "unsafe f()\n")
        self.write("Sources/Formats/A.swift", "// unsafe here\nlet unsafeCount = \"unsafe\"\n")
        self.assertEqual(self.faults(), [])

    def test_a_hot_path_is_marked_and_listed(self):
        place = "Sources/Formats/A.swift"
        self.write(place, self.HOT + "unsafe f()\n")
        self.assertEqual(self.faults({place: "8x"}), [])
        self.assertEqual(self.faults(), [
            f"{place}:1: a hot path that is not listed: add it, with figures, to scripts/check-unsafe"])
        self.write(place, "unsafe f()\n")
        self.assertEqual(len(self.faults({place: "8x"})), 2)

    def test_the_list_stays_true(self):
        place = "Sources/Formats/A.swift"
        self.write(place, self.HOT + "f()\n")
        self.assertEqual(self.faults(), [])
        self.assertEqual(self.faults({place: "8x"}), [
            f"{place}:1: listed as a hot path, without unsafe code: "
            "take it off scripts/check-unsafe"])
        self.assertEqual(self.faults({place: "8x", "Sources/Gone.swift": "2x"})[-1],
                         "Sources/Gone.swift:1: listed as a hot path and gone: "
                         "take it off scripts/check-unsafe")

    def test_the_script_fails_on_a_bad_tree(self):
        self.write("Sources/Engine/A.swift", "unsafe f()\n")
        result = self.run_script("check-unsafe")
        self.assertEqual(result.returncode, 1)
        self.assertIn("Sources/Engine/A.swift:1: 'unsafe' outside Sources/LinuxSystem",
                      result.stderr)


class TheProject(unittest.TestCase):
    def test_keeps_its_own_rules(self):
        for name in ["check-layers", "check-unsafe"]:
            with self.subTest(name=name):
                result = subprocess.run([sys.executable, SCRIPTS / name], text=True,
                                        capture_output=True, check=False)
                self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
