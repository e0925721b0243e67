internal import Formats
internal import TimeSeries

/// Which series feed which reading, for the series that a target has at present.
struct SignalPlan: Sendable {
  /// A series' part in one cell. A series may have several: one metric can serve two signals.
  struct Share: Sendable {
    var weight: Double
    var cell: Int32
    /// The signal is in bytes.
    var isSize: Bool
  }

  /// A sum that is being formed; one or more of them make a reading.
  struct Reader: Sendable {
    var source: SignalSource
    var seriesKey: UInt64
    var cells: Range<Int>
  }

  private(set) var readers: [Reader] = []
  private(set) var cellCount = 0
  /// The shares of all series, one series after the other.
  private var shares: [Share] = []
  /// By series index, where its shares begin; one more stands at the end.
  private var firstShares: [Int32] = []
  /// By series index: the series feeds a counter.
  private(set) var isCounter: [Bool] = []
  private(set) var provenances: [SignalProvenance] = []

  /// What the series at `index` contributes; nothing where it only tells the runtime.
  func shares(ofSeries index: Int) -> ArraySlice<Share> {
    shares[Int(firstShares[index])..<Int(firstShares[index + 1])]
  }

  var seriesCount: Int { isCounter.count }

  /// - Parameters:
  ///   - mapping: sources, best first.
  ///   - fits: of the series that live.
  ///   - series: the parser's table.
  init(mapping: SignalMapping, fits: SeriesFits, series: KeptSeries) {
    var parts: [Part] = []
    isCounter = Array(repeating: false, count: series.count)
    let byTerm = Self.members(of: mapping, fits)
    var known: Set<Signal> = []
    for (index, source) in mapping.sources.enumerated() where !known.contains(source.signal) {
      let members = byTerm[index]
      guard members.allSatisfy({ !$0.isEmpty }) else { continue }
      known.insert(source.signal)
      add(source, members, series, &parts)
    }
    arrange(parts, seriesCount: series.count)
  }

  /// By source and term, the series that are meant; the plain name wins over prefixed ones.
  private static func members(of mapping: SignalMapping, _ fits: SeriesFits) -> [[[Int]]] {
    var plain = mapping.sources.map { [[Int]](repeating: [], count: $0.terms.count) }
    var prefixed = plain
    for index in fits.indices {
      for place in fits.places(index) {
        switch place.fit {
        case .plain: plain[place.source][place.term].append(index)
        case .prefixed: prefixed[place.source][place.term].append(index)
        }
      }
    }
    return zip(plain, prefixed).map { zip($0, $1).map { $0.isEmpty ? $1 : $0 } }
  }

  private mutating func add(
    _ source: SignalSource, _ members: [[Int]], _ series: KeptSeries,
    _ parts: inout [Part]
  ) {
    provenances.append(
      SignalProvenance(
        signal: source.signal, metric: source.described(members, series),
        seriesCount: members.reduce(0) { $0 + $1.count }))
    switch source.combination {
    case .sum:
      let cell = addReader(source, cells: 1)
      for (term, indices) in zip(source.terms, members) {
        for index in indices { share(index, in: cell, of: source, weight: term.weight, &parts) }
      }
    case .product:
      let first = addReader(source, cells: members.count)
      for (offset, indices) in members.enumerated() {
        for index in indices { share(index, in: first + offset, of: source, &parts) }
      }
    case .perSeries:
      for index in members.joined() {
        let cell = addReader(source, cells: 1, seriesKey: series[index].stableKey)
        share(index, in: cell, of: source, &parts)
      }
    }
  }

  private mutating func share(
    _ index: Int, in cell: Int, of source: SignalSource, weight: Double = 1,
    _ parts: inout [Part]
  ) {
    let share = Share(weight: weight, cell: Int32(cell), isSize: source.signal.isSize)
    parts.append(Part(series: index, share: share))
    if source.signal.isCounter { isCounter[index] = true }
  }

  private struct Part {
    var series: Int
    var share: Share
  }

  /// By series, so that a series' shares stand together.
  private mutating func arrange(_ parts: [Part], seriesCount: Int) {
    let ordered = parts.sorted { $0.series < $1.series }
    shares = ordered.map(\.share)
    firstShares.reserveCapacity(seriesCount + 1)
    var next = 0
    for index in 0...seriesCount {
      while next < ordered.count, ordered[next].series < index { next += 1 }
      firstShares.append(Int32(next))
    }
  }

  private mutating func addReader(
    _ source: SignalSource, cells: Int, seriesKey: UInt64 = 0
  ) -> Int {
    let first = cellCount
    cellCount += cells
    readers.append(Reader(source: source, seriesKey: seriesKey, cells: first..<cellCount))
    return first
  }
}

extension SeriesDescriptor {
  /// The same in every run of the program; never 0.
  var stableKey: UInt64 {
    var hash = FNV1a()
    func mix(_ text: String) {
      hash.add(text)
      // Outside UTF-8, so that "ab" + "c" is not "a" + "bc".
      hash.add(0xFF)
    }
    mix(name)
    for label in labels.labels {
      mix(label.name)
      mix(label.value)
    }
    return max(1, hash.value)
  }
}

extension SignalSource {
  /// The metrics as the target names them, with the labels that were asked for.
  fileprivate func described(_ members: [[Int]], _ series: KeptSeries) -> String {
    let texts = zip(terms, members).enumerated().map { position, pair in
      let (term, indices) = pair
      let names = Set(indices.map { series.name($0) }).sorted().joined(separator: " + ")
      let operation = combination == .product ? " × " : term.weight < 0 ? " − " : " + "
      return (position == 0 ? "" : operation) + names + term.selector.describedMatchers
    }
    return texts.joined()
  }
}

extension SeriesSelector {
  fileprivate var describedMatchers: String {
    guard !matchers.isEmpty else { return "" }
    let texts = matchers.map { matcher in
      switch matcher.condition {
      case .equals(let value): "\(matcher.label)=\"\(value)\""
      case .differsFrom(let value): "\(matcher.label)!=\"\(value)\""
      case .endsWith(let ends): "\(matcher.label)=~\".*(\(ends.joined(separator: "|")))\""
      case .doesNotEndWith(let ends): "\(matcher.label)!~\".*(\(ends.joined(separator: "|")))\""
      }
    }
    return "{" + texts.joined(separator: ",") + "}"
  }
}

extension Signal {
  fileprivate var isSize: Bool { rawValue.hasSuffix("_bytes") }
}
