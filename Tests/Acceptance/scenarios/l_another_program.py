"""Of a unit without metrics its program tells a new build from a restart

systemd itself says what the unit runs. The same file is the same build, another one in its place another;
one that was replaced and not yet started says nothing of the process that runs.
"""

import json
import time

from host import expect

UNIT = "acceptance-shop"
PROGRAM = "/opt/shop/bin/shopd"


def run(host):
    # The bus lets no user in that exists only while a unit runs.
    host.sh("systemctl stop leakwatch; id leakwatch 2>/dev/null || "
            "useradd --system --user-group --no-create-home leakwatch")
    host.fresh()
    host.sh(f"mkdir -p /opt/shop/bin && cp /usr/bin/sleep {PROGRAM}")
    host.sh(f"systemd-run --quiet --unit={UNIT} {PROGRAM} infinity")
    try:
        host.wait("the service", lambda: "1 service" in host.status_sentence(), 30)
        # systemd has answered, and a sweep has told it.
        time.sleep(5)
        restart(host, 1)
        host.wait("the same build", lambda: builds(host) == [False], 40)
        host.sh(f"cp {PROGRAM} {PROGRAM}.new && printf x >> {PROGRAM}.new "
                f"&& mv {PROGRAM}.new {PROGRAM}")
        restart(host, 2)
        host.wait("another build", lambda: builds(host) == [False, True], 40)
        restart(host, 3)
        host.wait("no other build", lambda: builds(host) == [False, True, False], 40)
        expect(not host.alerts(), "a service at rest was reported")
    finally:
        host.status(f"systemctl stop {UNIT} leakwatch; rm -rf /opt/shop; userdel leakwatch")


def restart(host, count):
    host.sh(f"systemctl restart {UNIT}")
    host.wait(f"restart {count}", lambda: len(builds(host)) == count, 30)


def builds(host):
    """Whether each life but the first is a new build, the oldest first."""
    explained = json.loads(host.sh(f"leakwatch explain --json {UNIT}"))
    return [each["new_build"] for each in reversed(explained["incarnations"])]
