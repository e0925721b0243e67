import Foundation
import Testing

@testable import Alerting

@Suite struct JSONWriterTests {
  /// Texts are written in pieces; every byte counts wherever it stands.
  @Test(arguments: [0, 1, 7, 255, 256, 257, 511, 512, 600])
  func everyByteIsSeenAtEveryPlace(count: Int) throws {
    for place in stride(from: 0, to: count, by: 5) {
      for byte in [UInt8(0), 0x0a, 0x1f, 0x20, 0x22, 0x5c, 0x7e, 0x7f] {
        var bytes = Array(repeating: UInt8(ascii: "x"), count: count)
        bytes[place] = byte
        let text = String(decoding: bytes, as: UTF8.self)
        var writer = JSONWriter()
        writer.array([text]) { $0.write($1) }
        #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == [text])
        #expect(writer.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
      }
    }
  }

  @Test func charactersThatTwoPiecesShareStayWhole() throws {
    let text = String(repeating: "größer — \"内存泄漏\" 🦦\u{7f}", count: 100)
    var writer = JSONWriter()
    writer.array([text]) { $0.write($1) }
    #expect(try JSONDecoder().decode([String].self, from: Data(writer.bytes)) == [text])
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
