"""leakwatch_heap, as a Python service uses it: what is served, when memory is traced, what is refused."""

import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = PROJECT / "deploy/python"


def python(*arguments, **variables):
    """What the interpreter prints that can import the module; its standard error where it fails."""
    result = subprocess.run(
        [sys.executable, *arguments], text=True, capture_output=True, check=False, timeout=60,
        env={"PYTHONPATH": str(FOLDER), **variables})
    return result.stdout if result.returncode == 0 else result.stderr


PRELUDE = textwrap.dedent("""
    import gzip, json, os, time, tracemalloc, urllib.error, urllib.request
    import leakwatch_heap
    def get(port, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
    def profile(port, path="/heap"):
        return json.loads(gzip.decompress(get(port, path)[1]))
""")


def run(body, **variables):
    return python("-c", PRELUDE + textwrap.dedent(body), **variables)


class Module(unittest.TestCase):
    def test_lines_are_those_that_tracemalloc_names(self):
        output = run("""
            port = leakwatch_heap.serve("127.0.0.1:0")
            first = profile(port)
            kept = [bytes(1000) for _ in range(500)]
            second = profile(port)
            frames, files = second["frames"], second["files"]
            top = max(second["tracebacks"])
            ours = sum(len(places) == 1 for _, _, places in second["tracebacks"])
            print(first["tracebacks"] == [], files[frames[top[2][0]][0]], top[1] >= 500, top[0] >= 500 * 1000,
                  ours == len(second["tracebacks"]),
                  first["tracemalloc"]["since_ms"] == second["tracemalloc"]["since_ms"])
        """)
        self.assertEqual(output, "True <string> True True True True\n")

    def test_memory_is_traced_from_the_first_question_to_the_last(self):
        output = run("""
            port = leakwatch_heap.serve("127.0.0.1:0")
            seen = [tracemalloc.is_tracing()]
            for path in ("/heap", "/heap?keep=0", "/heap?keep=1"):
                get(port, path)
                time.sleep(0.1)
                seen.append(tracemalloc.is_tracing())
            deadline = time.monotonic() + 20
            while tracemalloc.is_tracing() and time.monotonic() < deadline:
                time.sleep(0.05)
            print(seen, tracemalloc.is_tracing())
        """)
        self.assertEqual(output, "[False, True, False, True] False\n")

    def test_tracing_that_the_program_began_is_left_on(self):
        output = run("""
            port = leakwatch_heap.serve("127.0.0.1:0")
            get(port, "/heap?keep=0")
            print(tracemalloc.is_tracing())
        """, PYTHONTRACEMALLOC="1")
        self.assertEqual(output, "True\n")

    def test_what_is_refused(self):
        output = run("""
            for address in ("0.0.0.0:9191", "example.com:9191", "9191", "127.0.0.1:x", "127.0.0.1:99999"):
                try:
                    leakwatch_heap.serve(address)
                except ValueError as error:
                    print(str(error).split(":")[0], end=" ")
            port = leakwatch_heap.serve("127.0.0.1:0")
            page = urllib.request.Request(
                f"http://127.0.0.1:{port}/heap", headers={"Sec-Fetch-Site": "cross-site"})
            try:
                urllib.request.urlopen(page, timeout=20)
            except urllib.error.HTTPError as error:
                print(error.code, end=" ")
            print(get(port, "/")[0], tracemalloc.is_tracing())
            try:
                leakwatch_heap.serve("127.0.0.1:0")
            except RuntimeError as error:
                print(error)
        """)
        self.assertEqual(
            output, "leakwatch_heap " * 5 + "403 404 False\nleakwatch_heap serves already\n")

    def test_more_tracebacks_than_are_listed_are_one_sum(self):
        output = run("""
            leakwatch_heap.MOST_TRACEBACKS = 2
            tracemalloc.start()
            kept = [bytes(5000)]
            more = [bytes(4000)]
            rest = [bytes(3000)]
            value = leakwatch_heap.profile(0)
            print(len(value["tracebacks"]), value["tracebacks"][-1][2], value["tracebacks"][-1][0] >= 3000)
        """)
        self.assertEqual(output, "3 [] True\n")

    def test_a_port_that_is_taken_stops_no_service(self):
        output = run("""
            import socket
            taken = socket.create_server(("127.0.0.1", 0))
            os.environ["LEAKWATCH_HEAP"] = f"127.0.0.1:{taken.getsockname()[1]}"
            import importlib
            importlib.reload(leakwatch_heap)
            print("the service runs")
        """)
        self.assertEqual(output, "the service runs\n")

    def test_a_child_does_not_hold_the_port(self):
        output = run("""
            port = leakwatch_heap.serve("127.0.0.1:0")
            child = os.fork()
            if child == 0:
                os._exit(0 if leakwatch_heap._server is None else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), get(port, "/heap")[0])
        """)
        self.assertEqual(output, "0 200\n")

    def test_a_program_is_run_unchanged(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "app.py")
            program.write_text("import sys, leakwatch_heap\n"
                               "print(__name__, sys.argv[1:], leakwatch_heap._server is not None)\n",
                               encoding="utf-8")
            output = python("-m", "leakwatch_heap", str(program), "argument", LEAKWATCH_HEAP="127.0.0.1:0")
        self.assertEqual(output, "__main__ ['argument'] True\n")


if __name__ == "__main__":
    unittest.main()
