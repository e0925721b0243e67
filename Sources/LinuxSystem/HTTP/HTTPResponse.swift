package import TimeSeries

/// Everything of a response but its body. Any status is a response, also 3xx and 5xx.
package struct HTTPResponseHead: Sendable {
  package var status: Int
  /// As they came: of thousands of answers nobody asks for a field.
  private let received: [UInt8]
  /// From the start of the request to the last byte.
  package var duration: TimeSpan

  init(status: Int, received: [UInt8], duration: TimeSpan) {
    self.status = status
    self.received = received
    self.duration = duration
  }

  package var headers: HTTPHeaders { HTTPHeaders(received: received) }

  package var isSuccess: Bool { (200..<300).contains(status) }
}

package struct HTTPResponse: Sendable {
  package var head: HTTPResponseHead
  /// Decompressed.
  package var body: [UInt8]

  package init(head: HTTPResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }

  package var status: Int { head.status }
  package var headers: HTTPHeaders { head.headers }
  package var duration: TimeSpan { head.duration }
}

/// The fields of a response in the order they came; names compare without case.
package struct HTTPHeaders: Sendable {
  package private(set) var fields: [HTTPHeader]

  package init(_ fields: [HTTPHeader] = []) {
    self.fields = fields
  }

  /// Takes them apart as they came over the wire, line after line.
  init(received text: [UInt8]) {
    self.init()
    for line in text.split(separator: UInt8(ascii: "\n")) {
      add(line: String(decoding: line, as: UTF8.self))
    }
  }

  /// The first field of that name.
  package subscript(name: String) -> String? {
    let name = name.lowercased()
    return fields.first { $0.name.lowercased() == name }?.value
  }

  package var contentType: String? { self["Content-Type"] }
  package var location: String? { self["Location"] }

  /// `Retry-After` in seconds; nil where it is missing or is a date.
  package var retryAfter: TimeSpan? {
    guard let text = self["Retry-After"], let seconds = Int64(text), seconds >= 0 else {
      return nil
    }
    return .seconds(Double(seconds))
  }

  /// Takes one line as it came over the wire. A status line begins a new set of fields: an
  /// interim response (100, 103) leaves nothing behind.
  private mutating func add(line: String) {
    if line.hasPrefix("HTTP/") {
      fields.removeAll(keepingCapacity: true)
      return
    }
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = line.utf8[line.utf8.index(after: colon)...].trimmingBlanks
    fields.append(HTTPHeader(String(line[..<colon]), String(Substring(value))))
  }
}

extension Substring.UTF8View {
  /// Without blanks, tabs and line ends on either side.
  fileprivate var trimmingBlanks: Self {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) }
    var rest = self
    while let first = rest.first, isBlank(first) { rest.removeFirst() }
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }
}
