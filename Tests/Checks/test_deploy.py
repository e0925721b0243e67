"""What is shipped for the stack around LeakWatch, tried by the tools that will read it."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
DEPLOY = PROJECT / "deploy"
RULES = DEPLOY / "prometheus/leakwatch.rules.yml"
METRICS = PROJECT / "Sources/LeakWatchDaemon/Metrics"
METRIC = re.compile(r"\b(?:leakwatch|process)_[a-z_]+\b")


def text_of(place):
    return (PROJECT / place).read_text(encoding="utf-8")


def run(*command, cwd=PROJECT):
    return subprocess.run(command, cwd=cwd, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


def headings(markdown):
    """The anchors of a document, as a forge makes them."""
    return {re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
            for line in markdown.splitlines() if line.startswith("#")}


def exported_metrics():
    """Names of the families that the code writes."""
    names = {name for path in METRICS.glob("*.swift")
             for name in re.findall(r'"((?:leakwatch|process)_[a-z_]+)"', path.read_text("utf-8"))}
    return names | {name + suffix for name in names for suffix in ("_sum", "_count")}


class PrometheusRules(unittest.TestCase):
    def alerts(self):
        return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]
                for rule in group["rules"]]

    def test_promtool_accepts_them(self):
        result = run("promtool", "check", "rules", str(RULES))
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_they_ring_where_they_should(self):
        result = run("promtool", "test", "rules", "leakwatch.rules.test.yml", cwd=RULES.parent)
        self.assertEqual(result.returncode, 0, result.stdout)
        tried = text_of("deploy/prometheus/leakwatch.rules.test.yml")
        for alert in self.alerts():
            with self.subTest(alert=alert["alert"]):
                self.assertIn(f"alertname: {alert['alert']}\n        exp_alerts:\n          -", tried)

    def test_each_leads_to_a_section_of_the_runbook(self):
        anchors = headings(text_of("docs/runbook.md"))
        for alert in self.alerts():
            with self.subTest(alert=alert["alert"]):
                page, _, anchor = alert["annotations"]["runbook"].partition("#")
                self.assertEqual(page, "docs/runbook.md")
                self.assertIn(anchor, anchors)


class Runbook(unittest.TestCase):
    def setUp(self):
        enumeration = text_of("Sources/Alerting/Alert.swift").split("\n}\n")[0]
        self.alerts = set(re.findall(r'case \w+ = "(\w+)"', enumeration))
        self.assertIn("memory_growth", self.alerts)

    def test_the_manual_page_has_every_alert(self):
        page = text_of("deploy/manual/leakwatch.8.in")
        for alert in self.alerts:
            self.assertIn(f"\n\\fB{alert}\\fR\n", page)

    def test_it_has_every_alert_with_every_part(self):
        runbook = text_of("docs/runbook.md")
        for alert in self.alerts:
            section = runbook.partition(f"\n## {alert}\n")[2].partition("\n## ")[0]
            for part in ("What it means.", "First five minutes.", "How to tell a false one.",
                         "How to end it."):
                with self.subTest(alert=alert, part=part):
                    self.assertIn(f"**{part}", section)

    def test_links_between_documents_lead_somewhere(self):
        pages = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").glob("*.md")]
        for page in pages:
            for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
                if "://" in target:
                    continue
                with self.subTest(page=page.name, target=target):
                    path, _, anchor = target.partition("#")
                    file = (page.parent / path).resolve() if path else page
                    self.assertTrue(file.exists())
                    if anchor and file.suffix == ".md":
                        self.assertIn(anchor, headings(file.read_text("utf-8")))


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.dashboard = json.loads(text_of("deploy/grafana/leakwatch.json"))
        self.panels = self.dashboard["panels"]
        self.expressions = [target["expr"] for panel in self.panels
                            for target in panel.get("targets", [])]

    def test_it_is_one_that_grafana_can_show(self):
        self.assertEqual((self.dashboard["uid"], self.dashboard["title"]), ("leakwatch", "LeakWatch"))
        self.assertGreaterEqual(self.dashboard["schemaVersion"], 36)
        self.assertNotIn("__inputs", self.dashboard)
        ids = [panel["id"] for panel in self.panels]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in self.panels:
            with self.subTest(panel=panel["title"]):
                place = panel["gridPos"]
                self.assertLessEqual(place["x"] + place["w"], 24)
                cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                         for y in range(place["y"], place["y"] + place["h"])}
                self.assertFalse(cells & taken, "it lies over another panel")
                taken |= cells
                if panel["type"] == "row":
                    continue
                self.assertTrue(panel["description"])
                self.assertEqual(panel["datasource"]["uid"], "${datasource}")
                letters = [target["refId"] for target in panel["targets"]]
                self.assertEqual(len(letters), len(set(letters)))

    def test_prometheus_can_read_every_query(self):
        rules = [{"record": f"panel:{index}", "expr": expression.replace("$__rate_interval", "5m")}
                 for index, expression in enumerate(self.expressions)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            result = run("promtool", "check", "rules", file.name)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertGreater(len(rules), 10)

    def test_variables_are_declared(self):
        declared = {each["name"] for each in self.dashboard["templating"]["list"]}
        used = set(re.findall(r"\$(\w+)", " ".join(self.expressions))) - {"__rate_interval"}
        self.assertTrue(used)
        self.assertLessEqual(used, declared)


class Metrics(unittest.TestCase):
    def test_what_is_queried_is_exported(self):
        exported = exported_metrics()
        self.assertIn("leakwatch_build_info", exported)
        dashboard = json.loads(text_of("deploy/grafana/leakwatch.json"))
        queries = {"leakwatch.json": [
            *(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])),
            *(each.get("definition", "") for each in dashboard["templating"]["list"])]}
        for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
            queries[f"group {group['name']}"] = [rule["expr"] for rule in group["rules"]]
        for place, expressions in queries.items():
            for name in sorted({name for each in expressions for name in METRIC.findall(each)}):
                with self.subTest(place=place):
                    self.assertIn(name, exported)


class Alertmanager(unittest.TestCase):
    CONFIGURATION = str(DEPLOY / "alertmanager/route.example.yml")

    def test_amtool_accepts_the_routes(self):
        result = run("amtool", "check-config", self.CONFIGURATION)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_severities_go_where_they_should(self):
        for severity, receiver in (("page", "on-call"), ("warning", "team"), ("ticket", "tickets")):
            with self.subTest(severity=severity):
                result = run("amtool", "config", "routes", "test",
                             f"--config.file={self.CONFIGURATION}", f"--verify.receivers={receiver}",
                             "alertname=LeakWatchMemoryGrowth", "service=api", f"severity={severity}")
                self.assertEqual(result.returncode, 0, result.stdout)

    def test_every_name_is_one_that_is_sent(self):
        routes = text_of("deploy/alertmanager/route.example.yml")
        sent = set(re.findall(r"LeakWatch\w+", text_of("docs/alertmanager.md") + RULES.read_text("utf-8")))
        named = set(re.findall(r"LeakWatch[A-Z]\w+", routes))
        self.assertTrue(named)
        self.assertLessEqual(named, sent)


class Kubernetes(unittest.TestCase):
    def setUp(self):
        documents = yaml.safe_load_all(text_of("deploy/kubernetes/daemonset.yml"))
        self.documents = {each["kind"]: each for each in documents}
        self.pod = self.documents["DaemonSet"]["spec"]["template"]["spec"]
        self.containers = self.pod["initContainers"] + self.pod["containers"]

    def test_it_has_no_right_beyond_reading(self):
        for forbidden in ("hostPID", "hostNetwork", "hostIPC", "serviceAccountName"):
            self.assertNotIn(forbidden, self.pod)
        self.assertIs(self.pod["automountServiceAccountToken"], False)
        self.assertIs(self.pod["securityContext"]["runAsNonRoot"], True)
        for container in self.containers:
            with self.subTest(container=container["name"]):
                context = container["securityContext"]
                self.assertNotIn("privileged", context)
                self.assertIs(context["allowPrivilegeEscalation"], False)
                self.assertIs(context["readOnlyRootFilesystem"], True)
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]})

    def test_paths_of_the_node_are_read_only(self):
        of_the_node = {volume["name"] for volume in self.pod["volumes"] if "hostPath" in volume}
        self.assertTrue(of_the_node)
        for container in self.containers:
            for mount in container["volumeMounts"]:
                if mount["name"] in of_the_node:
                    self.assertIs(mount["readOnly"], True, mount["name"])

    def test_parts_refer_to_each_other(self):
        spec = self.documents["DaemonSet"]["spec"]
        labels = spec["template"]["metadata"]["labels"]
        self.assertEqual(spec["selector"]["matchLabels"], labels)
        volumes = {volume["name"] for volume in self.pod["volumes"]}
        used = {mount["name"] for container in self.containers for mount in container["volumeMounts"]}
        self.assertEqual(used, volumes)
        self.assertEqual(len({container["image"] for container in self.containers}), 1)
        namespace = self.documents["Namespace"]["metadata"]["name"]
        for kind in ("ConfigMap", "DaemonSet"):
            self.assertEqual(self.documents[kind]["metadata"]["namespace"], namespace)
        configuration = self.documents["ConfigMap"]["data"]["config.toml"]
        root = re.search(r'^root = "(.+)"$', configuration, re.MULTILINE).group(1)
        self.assertIn(root, {mount["mountPath"] for mount in self.containers[-1]["volumeMounts"]})


class DebianPackage(unittest.TestCase):
    def test_it_carries_the_version_of_the_code(self):
        code = re.search(r'static let version = "(.+)"',
                         text_of("Sources/LeakWatchDaemon/LeakWatch.swift")).group(1)
        package = re.match(r"leakwatch \((.+?)\)", text_of("debian/changelog")).group(1)
        self.assertEqual(package, code)
        for place in ("deploy/kubernetes/daemonset.yml", "deploy/kubernetes/Containerfile"):
            self.assertIn(f"leakwatch:{code}", text_of(place))

    def test_it_is_built_with_what_the_project_is_built_with(self):
        control = text_of("debian/control")
        depends = set(re.findall(r"^ ([a-z0-9+.-]+)", control.partition("Build-Depends:")[2]
                                 .partition("Standards-Version")[0], re.MULTILINE))
        wanted = {line.split()[1] for line in text_of("scripts/packages.list").splitlines()
                  if line.startswith("build ")}
        self.assertEqual(depends - {"debhelper-compat"}, wanted)


if __name__ == "__main__":
    unittest.main()
