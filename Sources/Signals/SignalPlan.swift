internal import Formats
internal import TimeSeries

/// Which series feed which reading, for the series that a target has at present.
struct SignalPlan: Sendable {
  /// A series' part in one cell. A series may have several: one metric can serve two signals.
  struct Share: Sendable {
    var cell: Int
    var weight: Double
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
  /// By series index; empty for series that only help to recognise the runtime.
  private(set) var shares: [[Share]] = []
  /// By series index: the series feeds a counter.
  private(set) var isCounter: [Bool] = []
  private(set) var provenances: [SignalProvenance] = []

  /// - Parameters:
  ///   - mapping: sources, best first.
  ///   - fits: by series index, what `SeriesFits` found when it appeared; nil for dead indices.
  init(mapping: SignalMapping, fits: [SeriesFits?], series: [SeriesDescriptor]) {
    shares = Array(repeating: [], count: series.count)
    isCounter = Array(repeating: false, count: series.count)
    let byTerm = Self.members(of: mapping, fits)
    var known: Set<Signal> = []
    for (index, source) in mapping.sources.enumerated() where !known.contains(source.signal) {
      let members = byTerm[index]
      guard members.allSatisfy({ !$0.isEmpty }) else { continue }
      known.insert(source.signal)
      add(source, members, series)
    }
  }

  /// By source and term, the series that are meant; the plain name wins over prefixed ones.
  private static func members(of mapping: SignalMapping, _ fits: [SeriesFits?]) -> [[[Int]]] {
    var plain = mapping.sources.map { [[Int]](repeating: [], count: $0.terms.count) }
    var prefixed = plain
    for (index, fit) in fits.enumerated() {
      for place in fit?.places ?? [] {
        switch place.fit {
        case .plain: plain[place.source][place.term].append(index)
        case .prefixed: prefixed[place.source][place.term].append(index)
        }
      }
    }
    return zip(plain, prefixed).map { zip($0, $1).map { $0.isEmpty ? $1 : $0 } }
  }

  private mutating func add(
    _ source: SignalSource, _ members: [[Int]], _ series: [SeriesDescriptor]
  ) {
    provenances.append(
      SignalProvenance(
        signal: source.signal, metric: source.described(members, series),
        seriesCount: members.reduce(0) { $0 + $1.count }))
    switch source.combination {
    case .sum:
      let cell = addReader(source, cells: 1)
      for (term, indices) in zip(source.terms, members) {
        for index in indices { share(index, in: cell, of: source, weight: term.weight) }
      }
    case .product:
      let first = addReader(source, cells: members.count)
      for (offset, indices) in members.enumerated() {
        for index in indices { share(index, in: first + offset, of: source) }
      }
    case .perSeries:
      for index in members.joined() {
        let cell = addReader(source, cells: 1, seriesKey: series[index].stableKey)
        share(index, in: cell, of: source)
      }
    }
  }

  private mutating func share(
    _ index: Int, in cell: Int, of source: SignalSource, weight: Double = 1
  ) {
    shares[index].append(Share(cell: cell, weight: weight, isSize: source.signal.isSize))
    if source.signal.isCounter { isCounter[index] = true }
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

/// Which terms of which sources a series fits; found once, when the series appears.
struct SeriesFits: Sendable {
  struct Place: Sendable {
    var source: Int
    var term: Int
    var fit: SeriesSelector.Fit
  }

  var places: [Place] = []

  init(_ series: SeriesDescriptor, in mapping: SignalMapping) {
    for (source, terms) in mapping.sources.map(\.terms).enumerated() {
      for (term, selector) in terms.map(\.selector).enumerated() {
        guard let fit = selector.fit(series) else { continue }
        places.append(Place(source: source, term: term, fit: fit))
      }
    }
  }
}

extension SeriesDescriptor {
  /// The same in every run of the program (FNV-1a, 64 bits); never 0.
  var stableKey: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      // Outside UTF-8, so that "ab" + "c" is not "a" + "bc".
      hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
    }
    mix(name)
    for label in labels.labels {
      mix(label.name)
      mix(label.value)
    }
    return max(1, hash)
  }
}

extension SignalSource {
  /// The metrics as the target names them, with the labels that were asked for.
  fileprivate func described(_ members: [[Int]], _ series: [SeriesDescriptor]) -> String {
    let texts = zip(terms, members).enumerated().map { position, pair in
      let (term, indices) = pair
      let names = Set(indices.map { series[$0].name }).sorted().joined(separator: " + ")
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
