internal import Alerting
internal import TimeSeries
internal import WatchConfiguration

/// A rule for polkit that lets the daemon's user restart the units of its restart policies, and nothing
/// else.
struct PolkitRule {
  /// Regular expressions over whole names of units, in which escapes are decoded.
  let expressions: [String]
  let user: String

  init(_ configuration: Configuration, user: String) {
    self.user = user
    let policies = configuration.restartPolicies.filter { $0.sink == nil }
    var expressions = policies.flatMap(\.services).map { Self.expression($0.text) }
    // A service that an exporter names has the unit of its cgroup.
    for exporter in configuration.exporters {
      guard let unit = exporter.cgroup?.split(separator: "/").last.map(String.init),
        unit.hasSuffix(".service"),
        policies.contains(where: { $0.services.contains { $0.matches(exporter.service) } })
      else { continue }
      expressions.append(Self.expression(String(unit.dropLast(".service".count))))
    }
    var seen: Set<String> = []
    self.expressions = expressions.filter { seen.insert($0).inserted }
  }

  var text: String {
    let list = expressions.map { "    /\($0)/" }.joined(separator: ",\n")
    return """
      // Made by `leakwatch restart-policy --print-polkit`; make it anew when the policies change.
      // To be kept as /etc/polkit-1/rules.d/50-leakwatch.rules.
      polkit.addRule(function(action, subject) {
        if (action.id != "org.freedesktop.systemd1.manage-units" ||
            action.lookup("verb") != "restart" || subject.user != "\(user)") {
          return polkit.Result.NOT_HANDLED;
        }
        var units = [
      \(list)
        ];
        var unit = (action.lookup("unit") || "").replace(/\\\\x([0-9a-f]{2})/g, function(all, digits) {
          return String.fromCharCode(parseInt(digits, 16));
        });
        for (var i = 0; i < units.length; i++) {
          if (units[i].test(unit)) return polkit.Result.YES;
        }
        return polkit.Result.NOT_HANDLED;
      });

      """
  }

  /// The pattern of a service's name as an expression over its unit's.
  private static func expression(_ pattern: String) -> String {
    var text = ""
    for character in pattern.unicodeScalars {
      switch character {
      case "*": text += ".*"
      case "?": text += "."
      case _ where character.isASCII && character.properties.isAlphabetic,
        "0"..."9", "_", "-", "@", ":":
        text.unicodeScalars.append(character)
      case _ where character.isASCII: text += "\\" + String(character)
      default: text.unicodeScalars.append(character)
      }
    }
    return "^\(text)\\.service$"
  }
}
