/// How much of the time tasks waited for a resource, by the kernel's account: a file such as
/// memory.pressure of a cgroup (pressure stall information).
package struct PressureStall: Hashable, Sendable {
  /// At least one task waited, share of the last ten seconds, 0 to 1.
  package var someOfTenSeconds: Double

  /// nil for text that is no such file.
  package init?(_ bytes: [UInt8]) {
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.first == "some", words.count >= 2, words[1].hasPrefix("avg10=") else { continue }
      guard let percent = Double(words[1].dropFirst(6)), (0...100).contains(percent) else {
        return nil
      }
      someOfTenSeconds = percent / 100
      return
    }
    return nil
  }
}
