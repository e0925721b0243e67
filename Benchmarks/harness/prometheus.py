"""A Prometheus that holds the history, as a rule evaluation would find it."""

import json
import shutil
import time
import urllib.parse

from . import workshop
from .processes import Program, free_port, get
from .remote_write import post


class Prometheus:
    def __init__(self):
        folder = workshop.SCRATCH / "prometheus"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "prometheus.yml").write_text("global: {}\n")
        self.port = free_port()
        self.program = Program(
            ["prometheus", f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/data", "--storage.tsdb.retention.time=100y",
             f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-remote-write-receiver",
             "--query.timeout=5m", "--log.level=warn"], workshop.log("prometheus"))
        self.program.wait_until_ready(f"http://127.0.0.1:{self.port}/-/ready")

    def load(self, folder):
        post(self.port, folder, "prometheus")

    def query(self, expression, moment):
        query = urllib.parse.urlencode({"query": expression, "time": moment})
        answer = json.loads(get(f"http://127.0.0.1:{self.port}/api/v1/query?{query}"))
        return answer["data"]["result"]

    def timed_query(self, expression, moment):
        """- Returns: CPU milliseconds of the whole process, and the result."""
        before = self.program.cpu_seconds()
        result = self.query(expression, moment)
        return (self.program.cpu_seconds() - before) * 1000, result

    def settle(self):
        """Collects the garbage of the load, which is the load's doing, and lets it be returned."""
        get(f"http://127.0.0.1:{self.port}/debug/pprof/heap?gc=1")
        time.sleep(20)
