/// What the privileged helper answers: a line, and behind `ok` as many bytes as it says.
///
///     leakwatch-helper/1 ok bytes=1234
///     leakwatch-helper/1 refused the process is no JVM
///     leakwatch-helper/1 failed the JVM did not answer within 30 s
///
/// A connection that ends without an answer was one too many.
package enum HelperAnswer: Hashable, Sendable {
  case body([UInt8])
  /// As long as this process lives the answer will be the same.
  case refused(String)
  /// Another time it may succeed.
  case failed(String)

  /// Bytes of the first line at most, without its newline.
  package static let longestHead = 1024

  /// Why an answer cannot be used.
  package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  package var bytes: [UInt8] {
    switch self {
    case .body(let body): Self.head("ok bytes=\(body.count)") + body
    case .refused(let reason): Self.head("refused \(reason)")
    case .failed(let reason): Self.head("failed \(reason)")
    }
  }

  private static func head(_ text: String) -> [UInt8] {
    let line = ParseError.printable("\(HelperQuestion.protocolName) \(text)")
    return Array(line.utf8.prefix(longestHead)) + [UInt8(ascii: "\n")]
  }

  /// - Parameter bytes: everything that came, to the end of the connection.
  package init(_ bytes: [UInt8]) throws(Fault) {
    if bytes.isEmpty { throw Fault(description: "it is busy with another question") }
    guard let end = bytes.prefix(Self.longestHead + 1).firstIndex(of: UInt8(ascii: "\n")) else {
      throw Fault(description: "the answer has no first line")
    }
    let words = String(decoding: bytes[..<end], as: UTF8.self)
      .split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == HelperQuestion.protocolName else {
      throw Fault(description: "the answer is not of \(HelperQuestion.protocolName)")
    }
    let rest = ParseError.printable(String(words[2]))
    switch words[1] {
    case "ok":
      let body = bytes[(end + 1)...]
      guard words[2].hasPrefix("bytes="), let count = ProcessNumber.read(words[2].dropFirst(6))
      else { throw Fault(description: "the answer does not say how long it is") }
      guard count == UInt64(body.count) else {
        throw Fault(description: "the answer was cut off: \(body.count) of \(count) bytes")
      }
      self = .body(Array(body))
    case "refused": self = .refused(rest)
    case "failed": self = .failed(rest)
    default: throw Fault(description: "the answer is neither ok nor refused nor failed")
    }
  }
}
