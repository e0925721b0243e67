import Foundation
import TestSupport

/// What `leakwatch diff --json` says, as the contract has it.
struct DiffResult: Decodable {
  struct Total: Decodable, Equatable {
    var bytes: Int64?
    var objects: Int64?
    var at: Double?
  }

  struct BuildChange: Decodable, Equatable {
    var file: String
    var isProgram: Bool
  }

  struct Grower: Decodable, Equatable {
    var name: String
    var file: String?
    var line: Int?
    var oldBytes: Int64?
    var newBytes: Int64?
    var deltaBytes: Int64?
    var deltaObjects: Int64?
    var cumulativeDeltaBytes: Int64?
    var share: Double?
    var beyondSamplingError: Bool
  }

  struct Stack: Decodable, Equatable {
    var frames: [String]
    var deltaBytes: Int64?
    var deltaObjects: Int64?
  }

  var kind: String
  var old: Total
  var new: Total
  var oldBuild: String?
  var newBuild: String?
  var buildChanges: [BuildChange]
  var growers: [Grower]
  var shrinkers: [Grower]
  var stacks: [Stack]
  var beyondSamplingError: Bool

  /// Runs the built command, which must succeed.
  init(_ old: String, _ new: String, top: Int = 0, folder: TemporaryFolder) throws {
    let outcome = try CommandOutcome(
      of: ["diff", old, new, "--json", "--top", "\(top)"], folder: folder)
    guard outcome.status == 0 else { throw Program.Failed(description: outcome.errors) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(DiffResult.self, from: Data(outcome.output.utf8))
  }

  func grower(_ name: String) -> Grower? { growers.first { $0.name == name } }
}

extension TemporaryFolder {
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ bytes: Data, _ name: String) throws -> String {
    try bytes.write(to: url.appendingPathComponent(name))
    return path(name)
  }
}
