package import TimeSeries

/// What is kept of a leak while its alert fires, so that later growth can be held against it though
/// the windows may have forgotten it.
package struct LeakReference: Hashable, Sendable {
  package var signal: Signal
  package var rate: GrowthRate
  /// Mean load under which it grew so; nil where no requests are counted.
  package var requestsPerSecond: Double?
  package var verdict: Verdict
  package var flavour: Flavour?
  package var growing: String?

  /// Whether it slows down with age: then only equal ages are alike.
  var isSlowing: Bool { verdict == .cache }

  /// - Returns: nil where the verdict claims no growth.
  package init?(_ verdict: GrowthVerdict) {
    guard verdict.verdict.isAlerting, let leading = verdict.leading, let growth = leading.growth
    else { return nil }
    let requests = verdict.symptoms?.requests
    self.init(
      signal: leading.signal,
      rate: GrowthRate(
        bytesPerSecond: growth.slope, error: growth.slopeError,
        degreesOfFreedom: growth.degreesOfFreedom),
      requestsPerSecond: requests.map { ($0.before + $0.after) / 2 },
      verdict: verdict.verdict, flavour: verdict.flavour, growing: verdict.growing)
  }

  package init(
    signal: Signal, rate: GrowthRate, requestsPerSecond: Double?, verdict: Verdict,
    flavour: Flavour?, growing: String?
  ) {
    self.signal = signal
    self.rate = rate
    self.requestsPerSecond = requestsPerSecond
    self.verdict = verdict
    self.flavour = flavour
    self.growing = growing
  }
}
