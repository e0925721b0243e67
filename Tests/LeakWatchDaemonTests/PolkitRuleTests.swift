import Foundation
import TestSupport
import Testing
import WatchConfiguration

@testable import LeakWatchDaemon

/// The rule is JavaScript: Node runs it as polkit would.
@Suite struct PolkitRuleTests {
  private static let configuration = """
    [[exporter]]
    service = "api-joined"
    url = "http://127.0.0.1:1/metrics"
    cgroup = "system.slice/payments.service"
    [[exporter]]
    service = "unrelated"
    url = "http://127.0.0.1:2/metrics"
    cgroup = "system.slice/secret.service"
    [[restart_policy]]
    name = "weekly"
    services = ["api-*", "db.main", "web@?", "name with-dash", "a/b(c)"]
    max_uptime = "7d"
    [[restart_policy]]
    name = "asked"
    services = ["other"]
    max_uptime = "7d"
    sink = "ops"
    [[sink]]
    name = "ops"
    url = "http://127.0.0.1:1/"
    """

  private func answer(
    unit: String, user: String = "leakwatch", verb: String = "restart",
    action: String = "org.freedesktop.systemd1.manage-units"
  ) throws -> String {
    let loaded = ConfigurationLoader.load(text: Self.configuration, fileName: "c.toml")
    let rule = PolkitRule(
      try #require(loaded.configuration, "\(loaded.diagnostics)"), user: "leakwatch")
    let script = """
      let rule;
      const polkit = {Result: {YES: "yes", NOT_HANDLED: "not handled"}, addRule: f => { rule = f; }};
      \(rule.text)
      const [unit, verb, user, id] = process.argv.slice(1);
      const details = {unit, verb};
      console.log(rule({id, lookup: key => details[key]}, {user}));
      """
    let bytes = try Program("node", package: "nodejs")
      .run(["-e", script, "--", unit, verb, user, action])
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test(arguments: [
    "api-1.service", "api-.service", "payments.service", "db.main.service", "web@1.service",
    "name\\x20with\\x2ddash.service",
  ])
  func aUnitOfAPolicyMayBeRestarted(unit: String) throws {
    #expect(try answer(unit: unit) == "yes")
  }

  @Test(arguments: [
    "api.service", "xapi-1.service", "api-1.service.d", "api-1.socket", "dbxmain.service",
    "web@12.service", "secret.service", "other.service", "ssh.service", "",
  ])
  func noOtherUnitMay(unit: String) throws {
    #expect(try answer(unit: unit) == "not handled")
  }

  @Test func nobodyElseMayAndNothingElse() throws {
    #expect(try answer(unit: "api-1.service", user: "mallory") == "not handled")
    #expect(try answer(unit: "api-1.service", verb: "stop") == "not handled")
    #expect(
      try answer(unit: "api-1.service", action: "org.freedesktop.systemd1.manage-unit-files")
        == "not handled")
  }
}
