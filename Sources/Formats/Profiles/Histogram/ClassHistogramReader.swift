internal import TimeSeries

/// Reads what `jcmd PID GC.class_histogram` and `jmap -histo` print, of HotSpot 8 and later:
///
///     12345:
///      num     #instances         #bytes  class name (module)
///     -------------------------------------------------------
///        1:         21234        1234567  [B (java.base@17.0.15)
///     Total         66666        3333333
///
/// Lines before the header are passed over, but for one that begins with a date and a time, which
/// is when it was taken (UTC where it names no zone). The line "Total" must be there and be right: a
/// histogram that was cut off lacks classes, and what is missing would look as if it had shrunk.
struct ClassHistogramReader {
  private var builder = HeapProfileBuilder(
    .jvmHistogram, measures: ProfileMeasures(bytes: "shallow size", objects: "instances"))
  private var takenAt: Timestamp?
  private var hasHeader = false
  private var sum = StackCounts()
  private var total: StackCounts?

  static func read(_ bytes: Span<UInt8>) throws(ProfileFault) -> HeapProfile {
    var reader = ClassHistogramReader()
    var start = 0
    var number = 0
    while start < bytes.count, reader.total == nil {
      number += 1
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      try reader.take(bytes.extracting(start..<end), number)
      start = end + 1
    }
    guard reader.hasHeader else {
      throw ProfileFault(.file, "the class histogram has no header \"num #instances #bytes\"")
    }
    guard reader.total != nil else {
      throw ProfileFault(
        .line(number, column: 1),
        "the class histogram has no line \"Total\": it was cut off; take it whole, without head")
    }
    var profile = reader.builder.build()
    profile.takenAt = reader.takenAt
    return profile
  }

  private mutating func take(_ line: Span<UInt8>, _ number: Int) throws(ProfileFault) {
    let words = Self.words(line)
    guard let first = words.first else { return }
    guard hasHeader else {
      let names = words.map { line.text($0) }
      hasHeader = names.count >= 3 && names[1] == "#instances" && names[2] == "#bytes"
      if takenAt == nil, !hasHeader { takenAt = HistogramTime.read(names) }
      return
    }
    if line[first.lowerBound] == UInt8(ascii: "-") { return }
    let isTotal = line.text(first) == "Total"
    guard isTotal || line[first.upperBound - 1] == UInt8(ascii: ":") else {
      throw ProfileFault(
        .line(number, column: first.lowerBound + 1),
        "expected a class with its rank, or Total, found \"\(line.excerpt(first))\"")
    }
    guard words.count >= (isTotal ? 3 : 4) else {
      throw ProfileFault(
        .line(number, column: 1), "the line ends before its \(isTotal ? "figures" : "class")")
    }
    let counts = StackCounts(
      bytes: try Self.number(line, words[2], number),
      objects: try Self.number(line, words[1], number))
    if isTotal {
      guard counts == sum else {
        throw ProfileFault(
          .line(number, column: 1),
          "Total says \(counts.objects) instances and \(counts.bytes) bytes, the lines above make "
            + "\(sum.objects) and \(sum.bytes): lines are missing or damaged")
      }
      total = counts
      return
    }
    sum.add(counts)
    // One name may stand on several lines: several class loaders have it.
    builder.add(
      name: Self.className(line.text(words[3].lowerBound..<words[words.count - 1].upperBound)),
      counts)
  }

  /// Without the module that follows in brackets since Java 9.
  private static func className(_ text: String) -> String {
    var name = text[...]
    if text.hasSuffix(")"), let bracket = text.range(ofLast: " (") { name = text[..<bracket] }
    return JavaTypeName.readable(String(name))
  }

  private static func number(
    _ line: Span<UInt8>, _ word: Range<Int>, _ number: Int
  ) throws(ProfileFault) -> Int64 {
    let text = line.text(word)
    guard let value = Int64(text), value >= 0, text.utf8.first != UInt8(ascii: "+") else {
      throw ProfileFault(
        .line(number, column: word.lowerBound + 1), "\"\(line.excerpt(word))\" is not a count")
    }
    return value
  }

  private static func words(_ line: Span<UInt8>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var offset = 0
    while offset < line.count {
      while offset < line.count, line[offset].isBlank || line[offset] == 0x0D { offset += 1 }
      let start = offset
      while offset < line.count, !line[offset].isBlank, line[offset] != 0x0D { offset += 1 }
      if offset > start { words.append(start..<offset) }
    }
    return words
  }
}

extension String {
  fileprivate func range(ofLast word: String) -> String.Index? {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(word) { return index }
    }
    return nil
  }
}
