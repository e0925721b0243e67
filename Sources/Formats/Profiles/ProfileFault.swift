/// Why a heap profile cannot be read, and where. The message is one line
/// without control characters.
package struct ProfileFault: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Place: Hashable, Sendable {
    /// 0-based, of the unpacked file.
    case byte(Int)
    /// Both 1-based, the column in bytes.
    case line(Int, column: Int)
    case file
  }

  package var place: Place
  package var message: String

  init(_ place: Place, _ message: String) {
    self.place = place
    self.message = ParseError.printable(message)
  }

  package var description: String {
    switch place {
    case .byte(let offset): "at byte \(offset): \(message)"
    case .line(let line, let column): "\(line):\(column): \(message)"
    case .file: message
    }
  }
}
