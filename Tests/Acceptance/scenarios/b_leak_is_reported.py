"""A leak under MemoryMax reaches the receiver and the journal, and the alert's command finds it"""

from host import expect


def run(host):
    host.fresh()
    host.start("quiet", "starting_service.py 5")
    host.start("leaky", "leaking_service.py 3", "MemoryMax=256M")
    growth = host.wait_for_alert("leaky", "growth_rule")
    expect(45e9 < growth["slope_bytes_per_day"] < 1e12,
           f"slope_bytes_per_day is {growth['slope_bytes_per_day']}")
    imminent = host.wait_for_alert("leaky", "oom_imminent")
    expect(0 < imminent["seconds_to_limit"] < 120,
           f"seconds_to_limit is {imminent['seconds_to_limit']}")
    expect(growth["episode"] != imminent["episode"], "two alerts share an episode")
    expect(not host.alerts("quiet"), "the service at rest was reported")

    commands = [each["command"] for each in imminent["commands"]
                if each["command"].startswith("journalctl")]
    expect(commands, f"no journalctl among the commands: {imminent['commands']}")
    first_line = imminent["summary"].splitlines()[0]
    host.wait(f"`{commands[0]}` shows the alert",
              lambda: first_line in host.sh(f"{commands[0]} --no-pager"), 10)

    record = [each for each in host.journal("alert_firing")
              if each.get("LEAKWATCH_ALERT") == "oom_imminent"][-1]
    expect(record["OBJECT_SYSTEMD_UNIT"] == "acceptance-leaky.service", f"record: {record}")
    explained = host.sh(f"journalctl --no-pager -x MESSAGE_ID={record['MESSAGE_ID']}")
    expect("Subject:" in explained, f"`journalctl -x` has no explanation: {explained[-600:]}")
