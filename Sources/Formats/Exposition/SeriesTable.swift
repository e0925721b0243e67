internal import TimeSeries

/// The kept series of a target: each has an index that stays while the series lives.
struct SeriesTable {
  private(set) var series = KeptSeries()
  /// The scrape in which the series was last seen; 0 marks a free index.
  private var lastScrape: [UInt32] = []
  /// Where the last sample of that scrape stands.
  private var lastSample: [Int32] = []
  private var indices: [SeriesIdentity: Int32] = [:]
  private var freeIndices: [Int32] = []

  /// The index of a series that lives, or a new one.
  mutating func index(
    name: String, labels: LabelSet, type: @autoclosure () -> MetricType
  ) -> (index: Int32, isNew: Bool) {
    let identity = SeriesIdentity(name: name, labels: labels)
    if let index = indices[identity] { return (index, false) }
    let index = freeIndices.popLast() ?? Int32(series.count)
    if Int(index) == series.count {
      series.identities.append(identity)
      series.types.append(type())
      lastScrape.append(0)
      lastSample.append(0)
    } else {
      series.identities[Int(index)] = identity
      series.types[Int(index)] = type()
    }
    indices[identity] = index
    return (index, true)
  }

  /// Where the sample of this series stands that this scrape already brought; nil if none.
  func sample(of index: Int32, in scrape: UInt32) -> Int? {
    lastScrape[Int(index)] == scrape ? Int(lastSample[Int(index)]) : nil
  }

  mutating func mark(_ index: Int32, in scrape: UInt32, sample: Int) {
    lastScrape[Int(index)] = scrape
    lastSample[Int(index)] = Int32(sample)
  }

  /// Ends every series that the scrape did not bring, and lists it. The index is given to another
  /// series in a later scrape at the earliest.
  mutating func endSeries(missingFrom scrape: UInt32) -> [Int32] {
    var ended: [Int32] = []
    for index in lastScrape.indices where lastScrape[index] != scrape && lastScrape[index] != 0 {
      indices[series.identities[index]] = nil
      lastScrape[index] = 0
      ended.append(Int32(index))
    }
    freeIndices += ended
    return ended
  }

  mutating func updateTypes(_ type: (String) -> MetricType) {
    for index in lastScrape.indices where lastScrape[index] != 0 {
      series.types[index] = type(series.name(index))
    }
  }
}
