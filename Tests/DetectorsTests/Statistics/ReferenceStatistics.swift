import Foundation
import TestSupport

/// SciPy's answers to a test's questions, by `reference_statistics.py` in Debian's own Python.
enum ReferenceStatistics {
  struct Line: Codable {
    var x: [Double]
    var y: [Double]
    var confidence: Double
  }

  struct Trend: Codable {
    var values: [Double]
    var significance: Double
    /// Null asks for all; the script wants to see it.
    var lags: Int?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(values, forKey: .values)
      try container.encode(significance, forKey: .significance)
      try container.encode(lags, forKey: .lags)
    }
  }

  struct Normal: Codable {
    var x: Double
    var p: Double
  }

  struct Student: Codable {
    var x: Double
    var p: Double
    var degrees: Double
  }

  typealias Answer = [String: Double?]

  static func answers<Question: Encodable>(
    _ name: String, _ questions: [Question]
  ) throws -> [Answer] {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("questions.json")
    try JSONEncoder().encode([name: questions]).write(to: file)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("reference_statistics.py")
    // Another Python on PATH would miss Debian's SciPy.
    let python = try TestService.program("/usr/bin/python3", package: "python3-scipy")
    let output = try Program("env", package: "coreutils")
      .run([python, "-B", script.path, file.path])
    return try JSONDecoder().decode([String: [Answer]].self, from: output)[name] ?? []
  }
}

/// Whether `ours` is the reference's number, to a billionth of it or of `scale`.
func agrees(_ ours: Double?, _ reference: Double??, scale: Double = 0) -> Bool {
  guard let ours else { return reference == .some(nil) }
  guard case .some(.some(let reference)) = reference else { return false }
  return abs(ours - reference) <= 1e-9 * max(abs(reference), scale)
}
