"""The package: installed, active, explained; upgraded with its state; removed without it; purged

`apt-get install` starts and enables the unit with a configuration that changes nothing; a wrong one is
refused and mended by a reload; an upgrade keeps the administrator's file and an alert that fires;
`remove` leaves the state, `purge` does not.
"""

import pathlib
import re

from host import CONFIGURATION, PROJECT, configuration, expect

NEEDS_PACKAGES = True

STATE = "/var/lib/private/leakwatch/leakwatch.db"
LINK = "/var/lib/leakwatch"
WANTED = "/etc/systemd/system/multi-user.target.wants/leakwatch.service"
CATALOG_TEXT = "Subject: LeakWatch has started"


def run(host):
    try:
        leave_nothing(host)
        installs(host)
        is_explained(host)
        refuses_and_takes_a_configuration(host)
        leave_nothing(host)
    finally:
        host.install()
    upgrades_with_its_state(host)
    removes_and_purges(host)
    host.install()


def exists(host, path):
    return host.status(f"test -e {path} || test -L {path}")[0] == 0


def leave_nothing(host):
    host.sh("systemctl stop 'acceptance-*'; rm -rf /etc/systemd/system/leakwatch.service.d")
    host.apt("purge leakwatch")
    host.sh("systemctl daemon-reload")


def installs(host):
    host.install_package(host.packages[0])
    expect(host.show("ActiveState") == "active", f"not active: {host.show('ActiveState')}")
    expect(host.sh("systemctl is-enabled leakwatch") == "enabled", "not enabled")
    changed = host.sh("dpkg --verify leakwatch")
    # A guest's image may leave documents out, as many containers' do.
    changed = [line for line in changed.splitlines() if "/usr/share/doc/" not in line]
    expect(not changed, f"not as in the package: {changed}")

    shipped = (PROJECT / "config.example.toml").read_text(encoding="utf-8").strip()
    expect(host.sh(f"cat {CONFIGURATION}") == shipped, "another configuration than the example")
    expect(host.status("leakwatch check-config")[0] == 0, "check-config refuses what is installed")
    host.wait("`leakwatch status` as an ordinary user",
              lambda: "SERVICE" in host.status("runuser -u nobody -- leakwatch status")[1], 90)
    exposure = host.sh("systemd-analyze security --no-pager leakwatch.service | tail -n 1")
    level = float(re.search(r"leakwatch.service: ([0-9.]+)", exposure).group(1))
    expect(level <= 1.3, f"systemd-analyze security: {exposure}")


def is_explained(host):
    for page, words in (("8 leakwatch", "leakwatch explain"), ("5 leakwatch.toml", "max_memory")):
        expect(words in host.sh(f"man {page} | col -b"), f"man {page} lacks {words!r}")
    host.wait("the catalog's text in `journalctl -x`",
              lambda: CATALOG_TEXT in host.sh("journalctl -x -u leakwatch --no-pager"), 60)
    completed = host.sh("bash -c '. /usr/share/bash-completion/completions/leakwatch; "
                        "complete -p leakwatch'")
    expect("leakwatch" in completed, f"no completion: {completed}")


def refuses_and_takes_a_configuration(host):
    pid = host.show("MainPID")
    good = host.sh(f"cat {CONFIGURATION}") + "\n"
    host.write(CONFIGURATION, good.replace("#span = ", "spam = ", 1))
    before = len(host.journal("configuration_rejected"))
    host.status("systemctl reload leakwatch")
    host.wait("a record of the refusal",
              lambda: len(host.journal("configuration_rejected")) > before, 60)
    status, told = host.status("leakwatch check-config 2>&1")
    expect(status == 1 and "span" in told, f"check-config: {status}, {told}")
    host.write(CONFIGURATION, good.replace("#span = ", "span = ", 1))
    before = len(host.journal("configuration_reloaded"))
    host.sh("systemctl reload leakwatch")
    host.wait("a record of the reload",
              lambda: len(host.journal("configuration_reloaded")) > before, 60)
    expect(host.show("MainPID") == pid, "it did not live through the reloads")


def upgrades_with_its_state(host):
    text = configuration()
    host.fresh(text)
    host.start("leaky", "leaking_service.py 3")
    begun = host.wait_for_alert("leaky", "growth_rule")
    pid = host.show("MainPID")
    host.install_package(host.packages[1])
    version = host.sh("dpkg-query --show --showformat='${Version}' leakwatch")
    expect(f"_{version}_" in pathlib.Path(host.packages[1]).name, f"still version {version}")
    expect(host.sh(f"cat {CONFIGURATION}") == text.strip(), "the upgrade changed the configuration")
    expect(host.show("ActiveState") == "active", "not active after the upgrade")
    expect(host.show("MainPID") != pid, "the old process still runs")

    host.stop("leaky")
    ended = host.wait("the end of the alert, told by the new version",
                      lambda: host.alerts("leaky", "growth_rule", "resolved"), 90)[-1]
    expect(ended["episode"] == begun["episode"], "the upgrade began another episode")


def removes_and_purges(host):
    host.apt("remove leakwatch")
    expect(exists(host, STATE), "`remove` took the state")
    expect(exists(host, CONFIGURATION), "`remove` took the configuration")
    expect(not exists(host, "/usr/bin/leakwatch"), "`remove` left the executable")
    expect(host.status("systemctl is-active leakwatch")[0] != 0, "it runs without its package")
    expect(CATALOG_TEXT not in host.sh("journalctl -x -u leakwatch --no-pager"),
           "`remove` left the catalog")
    host.install_package(host.packages[1])
    expect(host.show("ActiveState") == "active", "not active when it is installed again")
    expect(host.sh("systemctl is-enabled leakwatch") == "enabled", "not enabled again")
    host.apt("purge leakwatch")
    for path in (STATE, "/var/lib/private/leakwatch", LINK, CONFIGURATION, WANTED):
        expect(not exists(host, path), f"`purge` left {path}")
