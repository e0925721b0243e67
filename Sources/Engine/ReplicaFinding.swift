internal import Alerting
internal import Detectors
internal import TimeSeries

/// What the memory-growth rule found of all replicas of a service together: the worst of them
/// speaks, and says how many share its trouble.
struct ReplicaFinding {
  struct Member {
    var index: Int
    var name: ServiceName
    var outcome: RuleOutcome
    var lifeBegan: Timestamp?
  }

  /// The replica that the alert is about.
  let worst: Int
  let outcome: RuleOutcome

  /// Lives that began within this of each other began with one deploy.
  private static let deploySpan = TimeSpan.hours(1)

  /// - Returns: nil without members.
  init?(_ members: [Member]) {
    let growing = members.filter { $0.outcome.finding.condition == .met }
    guard let worst = growing.max(by: Self.isMilder) ?? members.first else { return nil }
    self.worst = worst.index
    var outcome = worst.outcome
    let areAllUnknown = members.allSatisfy { member in
      if case .insufficientData = member.outcome.finding.condition { true } else { false }
    }
    if growing.isEmpty, !areAllUnknown { outcome.finding.condition = .notMet }
    if !growing.isEmpty {
      outcome.finding.reasons.insert(Self.count(growing, of: members), at: 0)
    }
    self.outcome = outcome
  }

  private static func isMilder(_ left: Member, _ right: Member) -> Bool {
    let rate = { (member: Member) in member.outcome.finding.growth.slopeBytesPerDay ?? 0 }
    return (left.outcome.severity, rate(left)) < (right.outcome.severity, rate(right))
  }

  /// "9 of 12 instances grow, since the deploy of 14:05".
  private static func count(_ growing: [Member], of members: [Member]) -> String {
    if growing.count == 1, members.count >= 3 {
      return "only \(growing[0].name) of \(members.count) instances grows: look for what is "
        + "special about it"
    }
    let many =
      "\(growing.count) of \(members.count) instances \(growing.count == 1 ? "grows" : "grow")"
    let began = growing.compactMap(\.lifeBegan)
    guard growing.count > 1, began.count == growing.count, let first = began.min(),
      let last = began.max(), last - first <= deploySpan
    else { return many }
    return "\(many), since the deploy of \(first.rfc3339)"
  }
}
