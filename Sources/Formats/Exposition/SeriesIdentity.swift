internal import TimeSeries

/// Name and labels of a series as one run of bytes: a target may have thousands of series, and a
/// text of its own for every label would take several times the memory.
struct SeriesIdentity: Hashable {
  /// The name, then name and value of each label; every text ends with `end`.
  private let bytes: [UInt8]

  /// No byte of valid UTF-8.
  private static let end: UInt8 = 0xFF

  init(name: String, labels: LabelSet) {
    let length = labels.labels.reduce(name.utf8.count + 1) { length, label in
      length + label.name.utf8.count + label.value.utf8.count + 2
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    bytes += name.utf8
    bytes.append(Self.end)
    for label in labels.labels {
      bytes += label.name.utf8
      bytes.append(Self.end)
      bytes += label.value.utf8
      bytes.append(Self.end)
    }
    self.bytes = bytes
  }

  /// Eight bytes at a time; `Hasher` alone takes them one by one.
  func hash(into hasher: inout Hasher) {
    BodyBytes.withBytes(of: bytes.span) { all in
      hasher.combine(all.hash(from: 0, length: bytes.count, seed: BodyBytes.seed))
    }
  }

  var name: String { String(decoding: bytes.prefix { $0 != Self.end }, as: UTF8.self) }

  var labels: LabelSet {
    let texts = bytes.split(separator: Self.end, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    // The name comes first, nothing stands behind the last end.
    let labels = stride(from: 1, to: texts.count - 1, by: 2).map { index in
      LabelSet.Label(name: texts[index], value: texts[index + 1])
    }
    return LabelSet(labels)
  }
}
