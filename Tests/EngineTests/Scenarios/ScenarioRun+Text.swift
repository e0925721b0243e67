import Detectors
import TimeSeries

/// What a failed scenario prints: the figures that a person needs to see why.
extension ScenarioRun: CustomStringConvertible {
  var description: String {
    let fired = firings.map { firing in
      "\(firing.service) fired at \(round(firing.hours)) h\n" + text(firing.verdict)
    }
    let last = firings.isEmpty ? "at the end\n" + (lastVerdict.map(text) ?? "no verdict") : ""
    return
      (["\(claims) claims in \(evaluations) evaluations, \(kills.count) kills"] + fired + [last])
      .joined(separator: "\n")
  }

  private func text(_ verdict: GrowthVerdict) -> String {
    let head =
      "  \(verdict.verdict.rawValue) \(verdict.flavour?.rawValue ?? "-") \(verdict.growing ?? "-")"
    let telling = verdict.windows.filter { $0.growth != nil }
    return ([head] + telling.map(text)).joined(separator: "\n")
  }

  private func text(_ window: WindowAssessment) -> String {
    let span = "    \(window.signal.rawValue) \(round(window.spanSeconds / 3600)) h"
    let rise =
      "rise \(round(window.riseBytes / 1_048_576)) of \(round(window.levelBytes / 1_048_576)) MiB,"
      + " tau \(round(window.agreement)), \(window.obstacle?.rawValue ?? "claim")"
    guard let growth = window.growth else { return "\(span): \(rise)" }
    return "\(span): \(rise), evidence \(round(growth.evidence)),"
      + " \(round(growth.slope * 86_400 / 1_048_576)) MiB/day, late \(round(growth.lateShare)),"
      + " ordinary \(round(growth.ordinaryRange / 1_048_576)) MiB, rho \(round(growth.correlation)),"
      + " lives \(window.lives)"
  }

  private func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
