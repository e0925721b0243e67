import LinuxSystem
import Testing

@Suite struct SHA1Tests {
  /// FIPS 180-4's example.
  @Test func theDigestOfAbc() {
    let digest = SHA1.digest(of: Array("abc".utf8))
    #expect(
      digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }
}
