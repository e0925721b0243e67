import LinuxSystem
import Testing

@Suite struct HMACSHA256Tests {
  /// RFC 4231, test cases 1, 2, 3, 6 and 7.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      Array(
        """
        This is a test using a larger than block-size key and a larger than block-size data. \
        The key needs to be hashed before being used by the HMAC algorithm.
        """.utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func signsAsTheRFCSays(key: [UInt8], message: [UInt8], expected: String) {
    #expect(hexadecimal(HMACSHA256(key: key).sign(message)) == expected)
  }

  /// Python: hmac.new(b"", b"", "sha256").hexdigest()
  @Test func nothingSignsNothing() {
    #expect(
      hexadecimal(HMACSHA256(key: []).sign([]))
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  /// A key signs one message after the other, from several threads at a time.
  @Test func oneKeySignsManyMessages() async {
    let key = Array("Jefe".utf8)
    let authentication = HMACSHA256(key: key)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask {
          (0..<200).allSatisfy { number in
            let message = [UInt8](repeating: UInt8(task), count: number)
            return authentication.sign(message) == HMACSHA256(key: key).sign(message)
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
    #expect(
      hexadecimal(authentication.sign(Array("what do ya want for nothing?".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
