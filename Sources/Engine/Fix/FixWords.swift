internal import Alerting
internal import Detectors
internal import TimeSeries

/// What is said of a fix.
extension FixWatch {
  var report: FixReport {
    FixReport(
      state: verdict?.rawValue ?? FixReport.watching, change: change, since: since, endsAt: endsAt,
      isWatched: isOpen, conclusion: conclusion, figures: figures, madeAt: madeAt)
  }

  /// What is taken for the fix.
  var change: String {
    switch cause {
    case .newBuild(let words): words.map { "new build, \($0)" } ?? "new build"
    case .claim(let claim):
      "\(claim.author) says that it is fixed" + (claim.why.isEmpty ? "" : ": \(claim.why)")
    }
  }

  /// "fixed: −97 % at equal age and load", and the like.
  var conclusion: String {
    switch verdict {
    case nil: watching
    case .fixed: "fixed: \(reduction)\(conditions)"
    case .halfFixed: "half fixed: \(reduction)\(conditions), still \(rate), was \(rateBefore)"
    case .stillLeaking: "still leaking: \(rate), was \(rateBefore)\(conditions)"
    case .undecided: undecided
    case .rolledBack: "not fixed: the build that leaks runs again, so nothing is watched any more"
    }
  }

  private var watching: String {
    let soFar = figures.map { _ in "so far \(reduction)\(range)\(conditions), which is not certain"
    }
    return "the fix is watched until \(endsAt.rfc3339) (\(change)): "
      + (soFar ?? "too little is known yet")
  }

  private var undecided: String {
    let span = endsAt - since
    guard figures != nil else {
      return "not known after \(span): too little was seen since the change"
    }
    return
      "not certain after \(span): \(reduction)\(range)\(conditions), \(rate), was \(rateBefore)"
  }

  private var rate: String { figures.map { "\(ByteCount($0.slope))/day" } ?? "unknown" }
  private var rateBefore: String { figures.map { "\(ByteCount($0.slopeBefore))/day" } ?? "unknown" }

  /// "−97 %"; memory that shrinks is no more than fixed.
  private var reduction: String {
    figures.map { Percentage(max(0, $0.share) - 1).signed } ?? "unknown"
  }

  private var range: String {
    guard let figures, let low = figures.shareLow, let high = figures.shareHigh else { return "" }
    let ends = [high, low].map { Percentage(max(0, $0) - 1).signed }
    return ends[0] == ends[1] ? "" : " (between \(ends[0]) and \(ends[1]))"
  }

  /// Under which both growths are compared.
  private var conditions: String {
    guard let figures, let basis = FixEstimate.Basis(rawValue: figures.basis) else { return "" }
    let hasLoad = figures.loadShare != nil
    switch basis {
    case .equalAges: return hasLoad ? " at equal age and load" : " at equal age"
    case .otherAges: return hasLoad ? " at equal load, age allowed for" : ", age allowed for"
    case .kept:
      return (figures.isPerRequest ? " at equal load" : "") + " beside what was kept of the leak"
    }
  }
}
