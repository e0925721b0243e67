"""The page listens within the unit's sandbox, on loopback and on a Unix socket, and to this host alone

No line of the unit is opened for it: its exposure stays at 1.3 at most, also where the kernel drops
every packet that leaves the host.
"""

import json
import re

from host import CONFIGURATION, configuration, expect

ADDRESS = "127.0.0.1:9788"
SOCKET = "/run/leakwatch/status.sock"


def works(host, command):
    return host.status(f"{command} >/dev/null 2>&1")[0] == 0


def run(host):
    host.fresh(configuration() + f'\n[status]\nlisten = "{ADDRESS}"\n')
    host.start("shown", "starting_service.py 5")
    fetch = f"curl --silent --fail --max-time 5 http://{ADDRESS}"
    host.wait("the page to be ready", lambda: works(host, f"{fetch}/readyz"), 60)
    host.wait("the service on the page",
              lambda: "acceptance-shown" in host.sh(f"{fetch}/"), 60)
    told = json.loads(host.sh(f"{fetch}/api/v1/services"))
    expect(any("shown" in s["service"] for s in told["services"]), f"not in the API: {told}")
    metrics = host.sh(f"{fetch}/metrics")
    expect("process_resident_anonymous_memory_bytes " in metrics and "process_open_fds " in metrics,
           "the sandbox hides LeakWatch's own figures from it")
    stranger = host.sh(f"curl --silent --output /dev/null --write-out '%{{http_code}}' "
                       f"--header 'Host: evil.example.com' http://{ADDRESS}/")
    expect(stranger == "421", f"a stranger's name is answered with {stranger}")

    exposure = host.sh("systemd-analyze security --no-pager leakwatch.service | tail -n 1")
    level = float(re.search(r"leakwatch.service: ([0-9.]+)", exposure).group(1))
    expect(level <= 1.3, f"systemd-analyze security: {exposure}")

    host.write(CONFIGURATION, configuration() + f'\n[status]\nlisten = "unix:{SOCKET}"\n')
    host.sh("systemctl reload leakwatch")
    # Everybody on the host may ask, as with the socket of `leakwatch status`.
    ask = f"runuser --user nobody -- curl --silent --fail --unix-socket {SOCKET} http://localhost/"
    host.wait("the page on its socket", lambda: works(host, ask), 60)
    expect(not works(host, f"{fetch}/healthz"), "the old address is still answered")
