internal import Formats

/// Which sources each series of a target fits: found once, when the series appears.
///
/// Thousands of series fit in a few dozen ways, so each way is kept once.
struct SeriesFits: Sendable {
  struct Place: Hashable, Sendable {
    var source: Int
    var term: Int
    var fit: SeriesSelector.Fit
  }

  private static let dead: Int32 = -1

  private var ways: [[Place]] = []
  private var wayNumbers: [[Place]: Int32] = [:]
  /// By series index.
  private var wayOfSeries: [Int32] = []

  /// Makes room for as many indices, of series that do not live.
  mutating func grow(to count: Int) {
    while wayOfSeries.count < count { wayOfSeries.append(Self.dead) }
  }

  mutating func add(_ index: Int, _ series: SeriesDescriptor, _ mapping: SignalMapping) {
    let places = Self.places(of: series, in: mapping)
    let number = wayNumbers[places] ?? Int32(ways.count)
    if Int(number) == ways.count {
      ways.append(places)
      wayNumbers[places] = number
    }
    wayOfSeries[index] = number
  }

  mutating func remove(_ index: Int) { wayOfSeries[index] = Self.dead }

  var indices: Range<Int> { wayOfSeries.indices }

  func isAlive(_ index: Int) -> Bool { wayOfSeries[index] != Self.dead }

  func places(_ index: Int) -> [Place] { isAlive(index) ? ways[Int(wayOfSeries[index])] : [] }

  private static func places(of series: SeriesDescriptor, in mapping: SignalMapping) -> [Place] {
    var places: [Place] = []
    for (source, terms) in mapping.sources.map(\.terms).enumerated() {
      for (term, selector) in terms.map(\.selector).enumerated() {
        guard let fit = selector.fit(series) else { continue }
        places.append(Place(source: source, term: term, fit: fit))
      }
    }
    return places
  }
}
