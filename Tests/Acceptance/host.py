"""The host under test: a guest with LeakWatch installed by its package, or as that would do it."""

import contextlib
import json
import pathlib
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
CONFIGURATION = "/etc/leakwatch/config.toml"
SERVICES = "/opt/services"
RECEIVER_PORT = 9900
RECEIVER_LOG = "/run/receiver.jsonl"
RECEIVER_MODE = "/run/receiver.mode"
SECRET = "/etc/leakwatch/receiver-secret"

# Short windows; only services whose unit begins with acceptance- are watched.
BASE_CONFIGURATION = """\
[host]
name = "{host}"

[cgroups]
interval = "{interval}"
include = ["system.slice/acceptance-*.service"]

[windows]
span = "5m"
buckets = 60

[rules]
evaluation_interval = "1s"

[rules.growth_rule]
enabled = true
window = "30s"
threshold = "45GB/day"
for = "20s"
keep_firing_for = "10s"

[rules.oom_imminent]
for = "5s"

[[sink]]
name = "receiver"
type = "webhook"
url = "http://127.0.0.1:9900/alerts"
secret_file = "/run/credentials/leakwatch.service/receiver-secret"
timeout = "10s"
"""

DROP_IN = """\
[Service]
LoadCredential=receiver-secret:/etc/leakwatch/receiver-secret
WatchdogSec=10s
"""


class Failed(Exception):
    """A scenario saw something else than it should; the text says what."""


def configuration(host="guest", interval="1s"):
    return BASE_CONFIGURATION.format(host=host, interval=interval)


class Host:
    def __init__(self, guest, product, packages=()):
        """`packages`: none, or two .deb files of which the second is the newer one."""
        self.guest, self.product, self.packages = guest, product, packages

    # ------------------------------------------------------------ commands

    def sh(self, script, timeout=60):
        """What a shell script in the guest wrote; Failed unless it ends with 0."""
        status, output = self.status(script, timeout)
        if status:
            raise Failed(f"`{script}` ended with {status}: {output.strip()}")
        return output.strip()

    def status(self, script, timeout=60):
        return self.guest.output("sh", "-c", script, timeout=timeout)

    def write(self, path, text, mode="644"):
        status = self.guest.exec(
            ["sh", "-c", f'mkdir -p "$(dirname {path})" && cat > {path} && chmod {mode} {path}'],
            stdin=text.encode(), timeout=60)
        if status:
            raise Failed(f"cannot write {path}")

    # ------------------------------------------------------------ set-up

    def install(self):
        if self.packages:
            self.install_package(self.packages[0])
        else:
            self.install_by_hand()
        self.guest.push(PROJECT / "Demo/webhook_receiver.py", f"{SERVICES}/")
        self.guest.push(PROJECT / "Demo/leaking_service.py", f"{SERVICES}/")
        for script in sorted((PROJECT / "Tests/Acceptance/services").glob("*.py")):
            self.guest.push(script, f"{SERVICES}/")
        self.write(SECRET, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=\n", mode="600")
        self.write("/etc/systemd/system/leakwatch.service.d/acceptance.conf", DROP_IN)
        self.sh("systemctl daemon-reload && systemctl --quiet enable leakwatch")
        self.sh("systemctl --quiet is-active receiver || "
                "systemd-run --quiet --unit=receiver --property=Restart=always "
                f"python3 {SERVICES}/webhook_receiver.py --port {RECEIVER_PORT} "
                f"--secret-file {SECRET} --log {RECEIVER_LOG} --mode-file {RECEIVER_MODE}")

    def install_by_hand(self):
        units = PROJECT / "deploy/systemd"
        self.guest.push(self.product, "/usr/bin/leakwatch")
        self.guest.push(units / "leakwatch.service", "/usr/lib/systemd/system/leakwatch.service")
        catalog = units / "leakwatch.catalog"
        self.guest.push(catalog, "/usr/lib/systemd/catalog/leakwatch.catalog")
        self.sh("journalctl --update-catalog")

    def install_package(self, package):
        """By apt, without a network: everything that the package needs is in the guest."""
        self.guest.push(package, "/root/")
        self.apt(f"install /root/{pathlib.Path(package).name}")

    def apt(self, words):
        return self.sh("DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet "
                       f"-o Dpkg::Use-Pty=0 {words} 2>&1", timeout=300)

    def fresh(self, text=None):
        """LeakWatch started anew: nothing remembered, nothing received, no service running."""
        self.sh("systemctl stop leakwatch 'acceptance-*'; "
                "systemctl reset-failed leakwatch 'acceptance-*' 2>/dev/null; "
                "rm -rf /var/lib/private/leakwatch /var/lib/leakwatch; "
                f"rm -f {RECEIVER_LOG} {RECEIVER_MODE}; true")
        self.write(CONFIGURATION, text or configuration())
        self.sh("systemctl start leakwatch")

    # ------------------------------------------------------------ services under watch

    def start(self, name, command, *properties):
        """Starts the service acceptance-NAME; a command begins with a script of services/."""
        words = " ".join(f"--property={each}" for each in properties)
        self.sh(f"systemd-run --quiet --unit=acceptance-{name} {words} "
                f"--property=MemorySwapMax=0 python3 {SERVICES}/{command}")

    def stop(self, name):
        self.sh(f"systemctl stop acceptance-{name}")

    # ------------------------------------------------------------ what can be seen

    def show(self, name, unit="leakwatch"):
        return self.sh(f"systemctl show --property={name} --value {unit}")

    def status_sentence(self):
        return self.show("StatusText")

    def received(self):
        """Everything that the receiver got, oldest first."""
        _, text = self.status(f"cat {RECEIVER_LOG} 2>/dev/null")
        return [json.loads(line) for line in text.splitlines()]

    def alerts(self, name=None, alert=None, status="firing"):
        """The data of the requests that tell of service acceptance-NAME, signature verified."""
        requests = self.received()
        forged = [each["problem"] for each in requests if not each["verified"]]
        if forged:
            raise Failed(f"a request could not be trusted: {forged[0]}")
        found = [each["body"]["data"] for each in requests]
        return [data for data in found
                if (name is None or data["service"] == f"acceptance-{name}")
                and (alert is None or data["alert"] == alert) and data["status"] == status]

    def journal(self, event):
        """LeakWatch's records of one event, newest last: their messages."""
        _, text = self.status(
            f"journalctl --quiet --output=json LEAKWATCH_EVENT={event} --boot | tail -n 50")
        return [json.loads(line) for line in text.splitlines()]

    def log(self, lines=40):
        return self.status(f"journalctl --quiet --unit=leakwatch --boot -n {lines}")[1]

    # ------------------------------------------------------------ waiting

    def wait(self, what, condition, seconds):
        """The first true answer of `condition`; Failed after `seconds`."""
        end = time.monotonic() + seconds
        while True:
            answer = condition()
            if answer:
                return answer
            if time.monotonic() > end:
                raise Failed(f"{what}: not within {seconds} s")
            time.sleep(0.5)

    def wait_for_alert(self, name, alert, seconds=90):
        return self.wait(f"alert {alert} of acceptance-{name}",
                         lambda: self.alerts(name, alert), seconds)[-1]

    @contextlib.contextmanager
    def receiver_mode(self, mode):
        self.write(RECEIVER_MODE, mode)
        try:
            yield
        finally:
            # A receiver that hangs holds its connections: a new one answers.
            self.sh(f"rm -f {RECEIVER_MODE}; systemctl restart receiver")


def expect(condition, message):
    if not condition:
        raise Failed(message)
