import Foundation
import TestSupport

/// What curl gets from a daemon's page.
struct PageReply {
  var status: Int
  /// Names in lower case.
  var headers: [String: String]
  var body: String

  /// - Parameter arguments: more for curl.
  init(_ url: String, _ arguments: String...) throws {
    let output = try Program("curl", package: "curl")
      .run(["--silent", "--include", "--max-time", "20"] + arguments + [url])
    let text = String(decoding: output, as: UTF8.self)
    let parts = text.components(separatedBy: "\r\n\r\n")
    let lines = parts[0].components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
    headers = Dictionary(
      lines.dropFirst().compactMap { line in
        line.firstIndex(of: ":").map { colon in
          (
            line[..<colon].lowercased(),
            line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
          )
        }
      }, uniquingKeysWith: { $1 })
    body = parts.dropFirst().joined(separator: "\r\n\r\n")
  }

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
  }
}
