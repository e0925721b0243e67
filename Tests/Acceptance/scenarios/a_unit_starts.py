"""The unit starts, says READY and what it does, and stays within its sandbox

`systemctl start` returns only after READY=1; the status is a sentence with figures; the process is
no root; `systemd-analyze security` gives 1.3 at most.
"""

import re

from host import expect


def run(host):
    host.fresh()
    host.start("quiet", "starting_service.py 5")
    expect(host.show("Type") == "notify", "Type= is not notify")
    expect(host.show("ActiveState") == "active", f"not active: {host.show('ActiveState')}")

    sentence = host.wait("a status that counts the service",
                         lambda: re.search(r"\b1 service\b.*", host.status_sentence()), 20)
    shown = host.sh("systemctl status leakwatch --no-pager --lines=0")
    expect(sentence.group() in shown, f"`systemctl status` does not show the sentence: {shown}")

    pid = host.show("MainPID")
    expect(host.sh(f"stat --format=%u /proc/{pid}") != "0", "it runs as root")
    exposure = host.sh("systemd-analyze security --no-pager leakwatch.service | tail -n 1")
    level = float(re.search(r"leakwatch.service: ([0-9.]+)", exposure).group(1))
    expect(level <= 1.3, f"systemd-analyze security: {exposure}")
    expect(host.show("NRestarts") == "0", "it was restarted")
    expect(not host.alerts(), "a service at rest was reported")
