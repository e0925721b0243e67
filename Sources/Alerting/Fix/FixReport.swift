package import TimeSeries

/// How a fix of the leak that an alert is about stands at one moment.
package struct FixReport: Hashable, Sendable {
  /// What stands in `state` until a verdict is certain.
  package static let watching = "watching"

  /// "watching", "fixed", "half_fixed", "still_leaking", "undecided" or "rolled_back".
  package var state: String
  /// What is taken for the fix, in words.
  package var change: String
  /// Since when memory is held against the leak.
  package var since: Timestamp
  /// Until when it is watched at most.
  package var endsAt: Timestamp
  /// Whether it is watched still, though something may be certain.
  package var isWatched: Bool
  /// Where it stands, in words.
  package var conclusion: String
  /// nil where too little is known yet.
  package var figures: Figures?
  /// When people were last to be told of it.
  package var madeAt: Timestamp

  /// Growth since the change beside the growth before.
  package struct Figures: Hashable, Sendable {
    /// Bytes a day; before at the load since.
    package var slope: Double
    package var slopeBefore: Double
    /// Growth since as a share of the growth before.
    package var share: Double
    /// The range that holds the share at 95 % on either side; nil where some explanation bounds it nowhere.
    package var shareLow: Double?
    package var shareHigh: Double?
    /// "equal_ages", "other_ages" or "kept": what the growth before is known from.
    package var basis: String
    package var isPerRequest: Bool
    /// Load since as a share of the load before; nil where no requests are counted.
    package var loadShare: Double?

    package init(
      slope: Double, slopeBefore: Double, share: Double, shareLow: Double?, shareHigh: Double?,
      basis: String, isPerRequest: Bool, loadShare: Double?
    ) {
      self.slope = slope
      self.slopeBefore = slopeBefore
      self.share = share
      self.shareLow = shareLow
      self.shareHigh = shareHigh
      self.basis = basis
      self.isPerRequest = isPerRequest
      self.loadShare = loadShare
    }
  }

  package init(
    state: String, change: String, since: Timestamp, endsAt: Timestamp, isWatched: Bool,
    conclusion: String, figures: Figures?, madeAt: Timestamp
  ) {
    self.state = state
    self.change = change
    self.since = since
    self.endsAt = endsAt
    self.isWatched = isWatched
    self.conclusion = conclusion
    self.figures = figures
    self.madeAt = madeAt
  }
}

extension FixReport {
  /// Times are Unix seconds, rates bytes a day; what is not known is null.
  package var json: JSONValue {
    [
      "state": .string(state), "watched": .bool(isWatched), "change": .string(change),
      "since": .number(since.seconds), "ends_at": .number(endsAt.seconds),
      "conclusion": .string(conclusion), "share": .optional(figures?.share),
      "share_low": .optional(figures?.shareLow), "share_high": .optional(figures?.shareHigh),
      "slope_bytes_per_day": .optional(figures?.slope),
      "slope_before_bytes_per_day": .optional(figures?.slopeBefore),
      "basis": .optional(figures?.basis),
      "per_request": figures.map { .bool($0.isPerRequest) } ?? .null,
      "load_share": .optional(figures?.loadShare),
    ]
  }
}

extension FixReport: StateCodable {
  package func write(to writer: inout StateWriter) {
    for text in [state, change, conclusion] { writer.write(text) }
    for moment in [since, endsAt, madeAt] { writer.write(moment) }
    writer.write(isWatched)
    writer.write(figures)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let (state, change) = (try reader.text(), try reader.text())
    let conclusion = try reader.text()
    let (since, endsAt) = (try reader.value(Timestamp.self), try reader.value(Timestamp.self))
    let madeAt = try reader.value(Timestamp.self)
    self.init(
      state: state, change: change, since: since, endsAt: endsAt, isWatched: try reader.flag(),
      conclusion: conclusion, figures: try reader.optionalValue(), madeAt: madeAt)
  }
}

extension FixReport.Figures: StateCodable {
  package func write(to writer: inout StateWriter) {
    for figure in [slope, slopeBefore, share] { writer.write(figure) }
    for figure in [shareLow, shareHigh, loadShare] { writer.write(figure) }
    writer.write(basis)
    writer.write(isPerRequest)
  }

  package init(from reader: inout StateReader) throws(StateFault) {
    let (slope, slopeBefore) = (try reader.double(), try reader.double())
    let share = try reader.double()
    let optional = { (reader: inout StateReader) throws(StateFault) in
      try reader.optional { reader throws(StateFault) in try reader.double() }
    }
    let (low, high) = (try optional(&reader), try optional(&reader))
    let load = try optional(&reader)
    self.init(
      slope: slope, slopeBefore: slopeBefore, share: share, shareLow: low, shareHigh: high,
      basis: try reader.text(), isPerRequest: try reader.flag(), loadShare: load)
  }
}
