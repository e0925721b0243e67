/// What is needed of /proc/PID/status, proc(5). Unknown is nil, never 0.
package struct ProcessStatus: Hashable, Sendable {
  /// Real, effective, saved, of the file system.
  package var userIDs: [UInt32]
  package var groupIDs: [UInt32]
  /// Its number in each PID namespace from the reader's to its own.
  package var namespaceProcessIDs: [Int32]
  /// Bit n − 1 stands for signal n.
  package var caughtSignals: UInt64
  /// nil of a kernel thread.
  package var residentBytes: UInt64?

  /// nil where a field is missing or makes no sense.
  package init?(_ bytes: [UInt8]) {
    var fields: [Substring: [Substring]] = [:]
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let values = line[line.index(after: colon)...].split { $0 == "\t" || $0 == " " }
      fields[line[..<colon]] = values
    }
    let users = Self.numbers(fields["Uid"], UInt32.self)
    let groups = Self.numbers(fields["Gid"], UInt32.self)
    guard let users, let groups, users.count == 4, groups.count == 4,
      let caught = fields["SigCgt"]?.first.flatMap({ UInt64($0, radix: 16) }),
      let names = Self.numbers(fields["NSpid"] ?? fields["Pid"], Int32.self), !names.isEmpty
    else { return nil }
    userIDs = users
    groupIDs = groups
    namespaceProcessIDs = names
    caughtSignals = caught
    if let resident = fields["VmRSS"] {
      guard resident.count == 2, resident[1] == "kB",
        let kibibytes = ProcessNumber.read(resident[0]),
        kibibytes < 1 << 50
      else { return nil }
      residentBytes = kibibytes << 10
    }
  }

  /// - Parameter signal: 1 to 64.
  package func catches(_ signal: Int32) -> Bool {
    (1...64).contains(signal) && caughtSignals >> UInt64(signal - 1) & 1 == 1
  }

  private static func numbers<Number: FixedWidthInteger>(
    _ words: [Substring]?, _: Number.Type
  ) -> [Number]? {
    guard let words else { return nil }
    let numbers = words.compactMap { ProcessNumber.read($0).flatMap { Number(exactly: $0) } }
    return numbers.count == words.count ? numbers : nil
  }
}
