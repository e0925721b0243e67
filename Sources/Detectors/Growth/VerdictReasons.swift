internal import TimeSeries

/// The verdict's reasons in a few words each, most telling first.
enum VerdictReasons {
  static func growing(
    _ leading: WindowAssessment, shape: GrowthVerdict.Shape?, symptoms: Symptoms
  ) -> [String] {
    guard let growth = leading.growth else { return [] }
    let span = TimeSpan.seconds((leading.coveredSeconds / 3600).rounded() * 3600)
    var reasons = [
      "\(leading.signal.growingName) +\(ByteCount(growth.slope * 86_400))/day over \(span)"
    ]
    if let shape {
      reasons.append(
        shape.deceleration >= 1 ? "slowing down" : shape.deceleration <= -1 ? "linear" : "steady")
    }
    if let pause = symptoms.pauseShare {
      reasons.append("GC time \(Percentage(pause.before)) → \(Percentage(pause.after))")
    }
    if let share = symptoms.requests?.share {
      reasons.append("requests \(Percentage(share).signed)")
    }
    if leading.lives > 1 { reasons.append("in \(leading.lives) lives of the service") }
    return reasons
  }

  static func resting(_ window: WindowAssessment, _ verdict: Verdict) -> [String] {
    let memory = window.signal.growingName
    switch window.obstacle {
    case .notRising: return ["\(memory): its lowest values do not rise together"]
    case .explained:
      return [
        "\(memory): \(window.growth.map { OrdinaryThings($0.ordinary).words } ?? "chance") explains its rise as well"
      ]
    case .tooSlow: return ["\(memory) grows, but too slowly to matter"]
    case .faded: return ["\(memory): its growth has faded"]
    case .withinOrdinary: return ["\(memory): its growth is small beside what load moves"]
    case .warmingUp: return ["\(memory) rises in a young life: it may be warming up"]
    case .liveHeapRests: return ["the heap fills, but what lives in it does not grow"]
    case .maybeGarbage:
      return ["the heap in use rises, which may be garbage until a full collection has run"]
    case .refilling: return ["the heap fills again after a full collection emptied it"]
    case nil: return ["\(memory) grows, but slows down: it may be filling a cache"]
    }
  }
}
