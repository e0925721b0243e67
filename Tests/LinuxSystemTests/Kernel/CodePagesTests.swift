import Foundation
import Testing

@testable import LinuxSystem

@Suite struct CodePagesTests {
  /// Kilobytes of code in memory, by the kernel's own count.
  private func residentCode() throws -> Int {
    let bytes = try WholeFile.read("/proc/self/smaps", limit: 64 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
    var isCode = false
    var sum = 0
    for line in text.split(separator: "\n") {
      if line.contains("-"), line.split(separator: " ").count >= 5 {
        isCode = line.contains(" r-xp ")
      } else if isCode, line.hasPrefix("Rss:") {
        sum += Int(line.split(separator: " ")[1]) ?? 0
      }
    }
    return sum
  }

  @Test func theProgramGoesOnWithLessCodeInMemory() throws {
    // Met, and so in memory.
    let before = try residentCode()
    CodePages.unmap()
    let after = try residentCode()
    #expect(after < before)
    #expect(after > 0)
    #expect((1...100).reduce(0, +) == 5050)
  }
}
