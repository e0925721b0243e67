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

/// Noise for tests, repeatable.
struct NoiseSource {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    Double.random(in: range, using: &generator)
  }

  mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  /// Mean 0 and variance 1 (Box and Muller).
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }

  /// Variance 1, with the correlation `rho` between neighbours; 0 makes it white.
  mutating func autoregressive(_ count: Int, rho: Double) -> [Double] {
    var value = normal()
    let innovation = (1 - rho * rho).squareRoot()
    return (0..<count).map { _ in
      defer { value = rho * value + innovation * normal() }
      return value
    }
  }

  mutating func permutation(_ values: [Double]) -> [Double] {
    values.shuffled(using: &generator)
  }
}
