internal import Formats
internal import TimeSeries

/// The readings of one service, moment by moment.
struct ServiceColumns {
  let grid: MomentGrid
  /// Which instance told its memory then.
  private(set) var owners: [String?]
  private var readings: [[Reading]]

  init(_ grid: MomentGrid) {
    self.grid = grid
    owners = Array(repeating: nil, count: grid.count)
    readings = Array(repeating: [], count: grid.count)
  }

  /// Adds the sum of the series, where each of them that lives has a value: a sum without a part
  /// would be a drop that never was.
  mutating func add(
    _ series: [PrometheusSeries], _ signal: Signal, key: UInt64, owner: String?
  ) {
    if series.count == 1 { return addOne(series[0].samples, signal, key, owner) }
    var sums = [Double](repeating: 0, count: grid.count)
    var parts = [Int](repeating: 0, count: grid.count)
    var living = [Int](repeating: 0, count: grid.count)
    for one in series {
      let places = one.samples.compactMap { sample in
        grid.index(of: sample.timestamp).map { ($0, sample.value) }
      }
      guard let first = places.first?.0, let last = places.last?.0 else { continue }
      for index in first...last { living[index] += 1 }
      for (index, value) in places where !signal.isNoValue(value) {
        sums[index] += value
        parts[index] += 1
      }
    }
    for index in sums.indices where parts[index] > 0 && parts[index] == living[index] {
      append(sums[index], at: index, signal, key, owner)
    }
  }

  private mutating func addOne(
    _ samples: [Sample], _ signal: Signal, _ key: UInt64, _ owner: String?
  ) {
    for sample in samples where !signal.isNoValue(sample.value) {
      guard let index = grid.index(of: sample.timestamp) else { continue }
      append(sample.value, at: index, signal, key, owner)
    }
  }

  private mutating func append(
    _ value: Double, at index: Int, _ signal: Signal, _ key: UInt64, _ owner: String?
  ) {
    guard value.isFinite else { return }
    readings[index].append(Reading(signal, value, seriesKey: key))
    if let owner { owners[index] = owner }
  }

  /// The moments at which anything was told, each with its incarnation.
  func moments(_ incarnation: (Int, [Reading]) -> Incarnation?) -> [ServiceMoment] {
    var moments: [ServiceMoment] = []
    for index in readings.indices where !readings[index].isEmpty {
      moments.append(
        ServiceMoment(
          timestamp: grid[index], incarnation: incarnation(index, readings[index]),
          readings: readings[index]))
    }
    return moments
  }
}
