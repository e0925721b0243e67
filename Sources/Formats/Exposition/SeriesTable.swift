internal import TimeSeries

/// The kept series of a target: each has an index that stays while the series lives.
struct SeriesTable {
  private struct Identity: Hashable {
    var name: String
    var labels: LabelSet
  }

  private(set) var descriptors: [SeriesDescriptor] = []
  /// The scrape in which the series was last seen; 0 marks a free index.
  private var lastScrape: [UInt32] = []
  /// Where the last sample of that scrape stands.
  private var lastSample: [Int32] = []
  private var indices: [Identity: Int32] = [:]
  private var freeIndices: [Int32] = []

  /// The index of a series that lives, or a new one.
  mutating func index(
    name: String, labels: LabelSet, type: @autoclosure () -> MetricType
  ) -> (index: Int32, isNew: Bool) {
    let identity = Identity(name: name, labels: labels)
    if let index = indices[identity] { return (index, false) }
    let descriptor = SeriesDescriptor(name: name, labels: labels, type: type())
    let index = freeIndices.popLast() ?? Int32(descriptors.count)
    if Int(index) == descriptors.count {
      descriptors.append(descriptor)
      lastScrape.append(0)
      lastSample.append(0)
    } else {
      descriptors[Int(index)] = descriptor
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
      let descriptor = descriptors[index]
      indices[Identity(name: descriptor.name, labels: descriptor.labels)] = nil
      lastScrape[index] = 0
      ended.append(Int32(index))
    }
    freeIndices += ended
    return ended
  }

  mutating func updateTypes(_ type: (String) -> MetricType) {
    for index in descriptors.indices where lastScrape[index] != 0 {
      descriptors[index].type = type(descriptors[index].name)
    }
  }
}
