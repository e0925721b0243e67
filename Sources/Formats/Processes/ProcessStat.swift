/// What is needed of /proc/PID/stat, proc(5).
package struct ProcessStat: Hashable, Sendable {
  /// "R", "S", "Z", …
  package var state: Character
  /// When the process started, clock ticks after boot.
  package var startTicks: UInt64

  /// nil for text that is no such file. The name in it may hold spaces and brackets.
  package init?(_ bytes: [UInt8]) {
    guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let words = String(decoding: bytes[(close + 1)...], as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }
    // The third field of the file is the first behind the name, the start is the 22nd.
    guard words.count >= 20, let state = words[0].first, words[0].count == 1,
      let startTicks = ProcessNumber.read(words[19])
    else { return nil }
    self.state = state
    self.startTicks = startTicks
  }
}
