"""A Prometheus that holds the history, as a rule evaluation would find it."""

import http.client
import json
import pathlib
import shutil
import time
import urllib.parse

from . import workshop
from .processes import Failed, Program, free_port, get

REMOTE_WRITE = {
    "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0"}


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
        """Posts the requests that lie in `folder`, oldest first, and removes them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        for path in sorted(pathlib.Path(folder).iterdir()):
            connection.request("POST", "/api/v1/write", path.read_bytes(), REMOTE_WRITE)
            response = connection.getresponse()
            body = response.read()
            if response.status >= 300:
                raise Failed(f"prometheus refused {path.name}: {response.status} {body[:300]}")
            path.unlink()
        connection.close()

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
