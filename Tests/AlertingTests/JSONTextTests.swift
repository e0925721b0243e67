import Testing

@testable import Alerting

@Suite struct JSONTextTests {
  /// Eight bytes are looked at in a step: one byte that is not plain is found wherever it stands, and none
  /// where there is none.
  @Test(arguments: 0..<40)
  func everyByteIsSeenAtEveryPlace(count: Int) {
    let plain = Array(repeating: UInt8(ascii: "x"), count: count)
    #expect(JSONText.isPlain(String(decoding: plain, as: UTF8.self)))
    for place in 0..<count {
      for byte in UInt8(0)..<0x80 {
        var bytes = plain
        bytes[place] = byte
        let isPlain = byte >= 0x20 && byte != 0x7f && byte != 0x22 && byte != 0x5c
        #expect(JSONText.isPlain(String(decoding: bytes, as: UTF8.self)) == isPlain)
      }
    }
  }

  /// Bytes of 0x80 and more, beside one another and beside what is not plain.
  @Test func textsBeyondASCIIArePlain() {
    #expect(JSONText.isPlain("größer — 内存泄漏 🦦🦦🦦"))
    #expect(!JSONText.isPlain("größer — \"内存泄漏\" 🦦🦦🦦"))
    #expect(!JSONText.isPlain("🦦\u{7f}🦦🦦🦦"))
    #expect(!JSONText.isPlain("ÿÿÿÿ\u{1f}"))
  }

  @Test func whatIsNotPlainIsEscapedAndTheRestStands() {
    var writer = JSONWriter()
    writer.object {
      $0.member("a", "\"one\\two\"")
      $0.member("b", "three\nfour\u{1}")
      $0.member("c", String?.none)
      $0.member("d", "five")
      $0.member("e", Double.infinity)
      $0.name("f")
      $0.array(["six", "\t"]) { $0.write($1) }
      $0.member("g", 7.0)
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"a":"\"one\\two\"","b":"three\nfour\u0001","c":null,"d":"five","e":null,"#
        + #""f":["six","\t"],"g":7}"#)
  }
}
