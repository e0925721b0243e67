"""Units are restarted by policy: one after another within the window, and no others

Five units of one service over their age restart within the window, each once, never two at a time, though
the daemon is killed three times meanwhile. A unit that does not come back stops the roll over its service.
A policy that runs dry touches nothing. polkit refuses a unit that its rule does not name.
"""

import time

from host import SERVICES, configuration, expect

LOG = "/run/rolls.log"
ROLL = [f"acceptance-roll-{number}" for number in range(1, 6)]
BAD = ["acceptance-bad-1", "acceptance-bad-2"]
DRY = "acceptance-dry-1"
OTHER = "acceptance-other-1"
AGE = 170

# A unit of BAD starts once and never again.
UNIT = """\
[Service]
ExecStartPre=/bin/sh -c '{check} && echo $(date +%%s.%%N) start {name} >> {log} && sleep 1'
ExecStart=/usr/bin/python3 {services}/starting_service.py 5
ExecStopPost=/bin/sh -c 'echo $(date +%%s.%%N) stop {name} >> {log}'
"""

POLICY = """
[[restart_policy]]
name = "{name}"
services = ["acceptance-{name}-*"]
max_uptime = "{age}s"
window = "{window}"
time_zone = "UTC"
settle = "4s"
healthy_within = "40s"
pause = "3s"
deploy_quiet = "5s"
dry_run = {dry}
"""


def policies(window, *names):
    return "".join(POLICY.format(name=name, age=AGE, window=window,
                                 dry="true" if name == "dry" else "false") for name in names)


def events(host):
    """What the units did: seconds, "start" or "stop", name."""
    _, text = host.status(f"cat {LOG}")
    return [(float(line.split()[0]), *line.split()[1:]) for line in text.splitlines()]


def starts(host, name=None):
    return [(at, who) for at, what, who in events(host)
            if what == "start" and (name is None or who == name)]


def begin_units(host):
    host.sh(f"rm -f {LOG} /run/acceptance-bad-*.once")
    for name in [*ROLL, *BAD, DRY, OTHER]:
        once = f"/run/{name}.once"
        check = f"test ! -e {once} && touch {once}" if name in BAD else "true"
        host.write(f"/etc/systemd/system/{name}.service",
                   UNIT.format(name=name, check=check, log=LOG, services=SERVICES))
    host.sh("systemctl daemon-reload; systemctl start " + " ".join([*ROLL, *BAD, DRY, OTHER]),
            timeout=120)


def remove_units(host):
    host.status("systemctl stop 'acceptance-*'; rm -f /etc/systemd/system/acceptance-*.service "
                "/etc/polkit-1/rules.d/50-leakwatch.rules; systemctl daemon-reload; "
                "systemctl reset-failed 'acceptance-*'; systemctl stop leakwatch; userdel leakwatch")


def clock(host, seconds):
    return host.sh(f"date --utc --date=@{seconds} +%H:%M")


def told(host, event, name):
    return [record["MESSAGE"] for record in host.journal(event)
            if record.get("LEAKWATCH_SERVICE") == name]


def run(host):
    try:
        roll(host)
    finally:
        remove_units(host)


def roll(host):
    # The bus lets no user in that exists only while a unit runs.
    host.sh("systemctl stop leakwatch; id leakwatch 2>/dev/null || "
            "useradd --system --user-group --no-create-home leakwatch")
    host.fresh(configuration())
    begin_units(host)
    now = int(host.sh("date +%s"))
    opens = (now + AGE + 60) // 60 * 60
    # Long enough for five, and over before the first is due again.
    closes = opens + 120
    window = f"{clock(host, opens)}-{clock(host, closes)}"
    # The rule knows all but the last policy.
    host.write("/etc/leakwatch/config.toml",
               configuration() + policies(window, "roll", "bad", "dry"))
    host.sh("leakwatch restart-policy --print-polkit > /etc/polkit-1/rules.d/50-leakwatch.rules && "
            "systemctl restart polkit")
    host.write("/etc/leakwatch/config.toml",
               configuration() + policies(window, "roll", "bad", "dry", "other"))
    host.sh("systemctl reload leakwatch")
    invocations = {name: host.show("InvocationID", name) for name in (DRY, OTHER)}

    seen = host.sh("leakwatch restart-policy --json")
    expect('"service":"acceptance-roll-1"' in seen and '"state":"resting"' in seen, seen)

    host.wait("the first restart", lambda: len(starts(host)) > 9, opens - now + 60)
    for kill in range(3):
        host.sh("systemctl kill --signal=KILL --kill-whom=main leakwatch")
        host.wait("LeakWatch again", lambda: host.show("ActiveState") == "active", 30)
        before = len(starts(host))
        host.wait(f"the restart after kill {kill + 1}", lambda: len(starts(host)) > before, 90)
    host.wait("every unit of the roll",
              lambda: all(len(starts(host, name)) == 2 for name in ROLL),
              max(10, closes - int(host.sh("date +%s"))))

    time.sleep(max(0, closes + 15 - int(host.sh("date +%s"))))
    check_roll(host, opens, closes)
    check_bad(host)
    for name in (DRY, OTHER):
        expect(host.show("InvocationID", name) == invocations[name], f"{name} was restarted")
    expect("dry run" in told(host, "restart_rehearsed", DRY)[0], "the dry run said nothing")
    refused = told(host, "restart_failed", OTHER)
    expect(refused and "--print-polkit" in refused[0], f"polkit's refusal was told as {refused}")


def check_roll(host, opens, closes):
    restarts = sorted((at, who) for name in ROLL for at, who in starts(host, name)[1:])
    expect(sorted(who for _, who in restarts) == ROLL, f"restarted: {restarts}")
    expect(all(opens <= at < closes + 3 for at, _ in restarts), f"outside the window: {restarts}")
    for (left, _), (right, _) in zip(restarts, restarts[1:]):
        expect(right - left >= 1 + 4 + 3, f"two at a time: {restarts}")
    for name in ROLL:
        expect(len(told(host, "restart_begun", name)) >= 1, f"{name}: restart_begun was not told")
        expect(len(told(host, "restart_done", name)) == 1, f"{name}: restart_done was not told")


def check_bad(host):
    stops = [who for _, what, who in events(host) if what == "stop" and who in BAD]
    expect(len(set(stops)) == 1, f"the roll over the bad service went on: {stops}")
    failed = told(host, "restart_failed", stops[0])
    expect(failed and "the roll stops" in failed[0], f"the failure was told as {failed}")
    other = next(name for name in BAD if name != stops[0])
    expect(host.show("ActiveState", other) == "active", f"{other} is not active")
    held = told(host, "restart_held", other)
    expect(held and "did not come back" in held[0], f"what is held back was told as {held}")
