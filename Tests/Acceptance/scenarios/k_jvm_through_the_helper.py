"""A JVM of another user is counted by the helper, and the alert names its class

The helper's socket is off after the installation; enabled, it answers the daemon and root alone. A JVM
with a /tmp of its own leaks: the alert is told again with the class, the JVM lives on, never printed its
threads, and each question is in the journal. A unit that is no JVM is refused and lives on.
"""

import pathlib
import re
import subprocess
import tempfile

from host import PROJECT, configuration, expect

SOCKET = "/run/leakwatch-helper.sock"
CLASSES = "/opt/jvm-classes"
EXPOSURE = 1.5

PROFILES = """
[profiles]
helper = true
warm_up = "5s"
interval = "15s"
min_room = "0B"
"""

# Standard input must stay open, or the service ends.
COMMAND = ("tail -f /dev/null | /opt/jvm/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx700m "
           f"-cp {CLASSES} LeakyService")

ASK = """\
import socket, sys
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect(sys.argv[1])
    peer.sendall(("leakwatch-helper/1 " + sys.argv[2] + "\\n").encode())
    while piece := peer.recv(65536):
        sys.stdout.write(piece.decode())
"""

GET = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=30)"


def bring_a_jvm(host):
    """A Java runtime with what the service needs, and its classes."""
    with tempfile.TemporaryDirectory() as folder:
        runtime, classes = f"{folder}/jvm", f"{folder}/jvm-classes"
        subprocess.run(["jlink", "--add-modules", "java.base,java.management,jdk.httpserver",
                        "--strip-debug", "--no-header-files", "--no-man-pages", "--output", runtime],
                       check=True)
        subprocess.run(["javac", "-d", classes, str(PROJECT / "Tests/Services/LeakyService.java")],
                       check=True)
        pathlib.Path(classes).chmod(0o755)
        host.guest.push(runtime, "/opt/")
        host.guest.push(classes, "/opt/")


def install_helper(host):
    """As the package does it; with one, it has."""
    if not host.packages:
        host.sh("id leakwatch >/dev/null 2>&1 || useradd --system leakwatch")
        for unit in ("leakwatch-helper.socket", "leakwatch-helper@.service"):
            host.guest.push(PROJECT / "deploy/systemd" / unit, f"/usr/lib/systemd/system/{unit}")
        host.sh("systemctl daemon-reload")
    expect(host.status("systemctl is-enabled leakwatch-helper.socket")[1].strip() == "disabled",
           "the helper is enabled without having been asked for")
    expect(host.show("ActiveState", "leakwatch-helper.socket") == "inactive", "the helper listens")


def ask(host, question, user="root"):
    return host.status(f"runuser -u {user} -- python3 /run/ask.py {SOCKET} '{question}'")


def processes(host, unit):
    """pid, start and runtime of each process of a unit."""
    answer = ask(host, f"processes cgroup=/system.slice/{unit}.service")[1]
    return re.findall(r"pid=(\d+) start=(\d+) .* runtime=(\w+)", answer)


def run(host):
    bring_a_jvm(host)
    install_helper(host)
    host.write("/run/ask.py", ASK)
    host.write("/run/get.py", GET)
    host.sh("systemctl enable --now leakwatch-helper.socket")
    try:
        refuses_strangers(host)
        names_the_class(host)
    finally:
        host.sh("systemctl disable --now leakwatch-helper.socket; systemctl stop visitor 'acceptance-*'; true")


def refuses_strangers(host):
    expect("PermissionError" in ask(host, "processes cgroup=/a", user="nobody")[1],
           "anybody may connect to the helper")
    host.sh("systemd-run --quiet --unit=acceptance-sleeper sleep 1000")
    (pid, start, runtime), = processes(host, "acceptance-sleeper")
    expect(runtime == "none", f"sleep is taken for {runtime}")
    answer = ask(host, f"class-histogram pid={pid} start={start} objects=live "
                       "cgroup=/system.slice/acceptance-sleeper.service")[1]
    expect("refused" in answer and "is no JVM" in answer, f"no refusal: {answer}")
    expect(host.show("ActiveState", "acceptance-sleeper") == "active", "sleep did not survive")
    exposure = host.sh("systemd-analyze security --no-pager leakwatch-helper@x.service | tail -n 1")
    level = float(re.search(r": ([0-9.]+) ", exposure).group(1))
    expect(level <= EXPOSURE, f"exposure {level}")


def names_the_class(host):
    host.fresh(configuration() + PROFILES)
    host.sh("systemd-run --quiet --unit=acceptance-jvm --property=User=nobody --property=PrivateTmp=yes "
            f"--property=MemoryMax=1G --property=MemorySwapMax=0 /bin/sh -c '{COMMAND}'")
    log = "journalctl --quiet --output=cat --unit=acceptance-jvm"
    port = host.wait("the JVM's port", lambda: re.search(r"port (\d+)", host.status(log)[1]), 120)
    host.sh("systemd-run --quiet --unit=visitor /bin/sh -c "
            f"'while python3 /run/get.py http://127.0.0.1:{port.group(1)}/leak?3000; do sleep 0.5; done'")
    before = host.wait("the JVM in its cgroup", lambda: [
        each for each in processes(host, "acceptance-jvm") if each[2] == "hotspot"], 30)
    evidence = host.wait("evidence", lambda: next(
        (data["evidence"] for data in host.alerts("jvm") if data.get("evidence")), None), 240)
    expect(evidence["kind"] == "jvm_histogram", f"evidence of kind {evidence['kind']}")
    expect("LeakyService$Session grew most" in evidence["conclusion"], evidence["conclusion"])
    after = [each for each in processes(host, "acceptance-jvm") if each[2] == "hotspot"]
    expect(after == before, f"the JVM is another one: {before}, {after}")
    expect("Full thread dump" not in host.status(log)[1], "the JVM printed its threads")
    journal = host.sh("journalctl --quiet --output=cat --unit='leakwatch-helper@*'")
    expect("asks: leakwatch-helper/1 class-histogram pid=" in journal, "the question is not in the journal")
    expect(host.status("systemctl --failed --plain --no-legend | grep leakwatch")[0] != 0,
           "a unit of LeakWatch failed")
